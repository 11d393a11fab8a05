//! The same work on many items, by several threads: order kept, a failing item alone fails, and it can be cancelled.
//!
//! Memory is the caller's to bound: it hands over one window of items at a time.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use caducee_guard::{Defect, guard};

/// Tells a batch to take no further item. May be set from any thread, for good.
#[derive(Debug, Default)]
pub struct Cancel(AtomicBool);

impl Cancel {
    /// Let the items at hand end, take no other.
    pub fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Say whether it was set.
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// What became of one item: its result, a panic of its own, or not begun because the batch was cancelled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome<R> {
    /// The work returned.
    Done(R),
    /// The work panicked.
    Broken(Defect),
    /// It was not begun.
    Left,
}

/// Work on every item with at most `workers` threads, the caller's own among them; results in the order of the items.
pub fn run<T, R>(items: &[T], workers: usize, cancel: &Cancel, work: impl Fn(&T) -> R + Sync) -> Vec<Outcome<R>>
where
    T: Sync,
    R: Send,
{
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(items.len()));
    let labour = || {
        let mut mine = Vec::new();
        while !cancel.is_set() {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else { break };
            mine.push((at, guard(|| work(item)).map_or_else(Outcome::Broken, Outcome::Done)));
        }
        // A lock is poisoned by a panic while it is held; nothing here panics, and what is inside stays whole.
        done.lock().unwrap_or_else(std::sync::PoisonError::into_inner).extend(mine);
    };
    thread::scope(|scope| {
        for _ in 1..workers.min(items.len()) {
            scope.spawn(labour);
        }
        labour();
    });
    let mut outcomes: Vec<Outcome<R>> = items.iter().map(|_| Outcome::Left).collect();
    for (at, outcome) in done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner) {
        outcomes[at] = outcome;
    }
    outcomes
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]

    use std::collections::HashSet;
    use std::sync::{Barrier, Mutex};
    use std::thread;

    use proptest::prelude::proptest;

    use super::{Cancel, Outcome, run};

    proptest! {
        #[test]
        fn results_are_in_the_order_of_the_items(items in proptest::collection::vec(0_u32..1000, 0..200), workers in 0_usize..5) {
            let outcomes = run(&items, workers, &Cancel::default(), |item| item + 1);
            let expected: Vec<_> = items.iter().map(|item| Outcome::Done(item + 1)).collect();
            assert_eq!(outcomes, expected);
        }
    }

    #[test]
    fn several_threads_work_at_once() {
        let meeting = Barrier::new(2);
        let met = Mutex::new(HashSet::new());
        run(&[(), ()], 2, &Cancel::default(), |()| {
            meeting.wait();
            met.lock().map(|mut met| met.insert(thread::current().id())).ok();
        });
        assert_eq!(met.into_inner().map(|met| met.len()).ok(), Some(2));
    }

    #[test]
    fn one_panic_spoils_one_item() {
        let outcomes = run(&[1, 2, 3], 2, &Cancel::default(), |item| {
            assert!(*item != 2, "NESSI-TEST");
            *item
        });
        assert_eq!(outcomes[0], Outcome::Done(1));
        assert!(matches!(&outcomes[1], Outcome::Broken(defect) if !defect.0.contains("NESSI")));
        assert_eq!(outcomes[2], Outcome::Done(3));
    }

    #[test]
    fn a_cancelled_batch_takes_no_further_item() {
        let cancel = Cancel::default();
        let outcomes = run(&[1, 2, 3, 4], 1, &cancel, |item| {
            if *item == 2 {
                cancel.set();
            }
            *item
        });
        assert_eq!(outcomes, [Outcome::Done(1), Outcome::Done(2), Outcome::Left, Outcome::Left]);
    }
}
