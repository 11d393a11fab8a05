//! Defects stay on this side: a panic becomes a value, and says where it happened but not with what.
//!
//! The text of a panic may quote the data at hand (a name, a number), so it is never printed nor kept.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::sync::Once;

thread_local! {
    static PLACE: RefCell<String> = const { RefCell::new(String::new()) };
}
static HOOK: Once = Once::new();

/// A panic: file and line of the defect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Defect(pub String);

/// Run `work`; a panic in it is an error.
///
/// # Errors
/// [`Defect`].
pub fn guard<T>(work: impl FnOnce() -> T) -> Result<T, Defect> {
    HOOK.call_once(|| {
        set_hook(Box::new(|panic| {
            let place = panic.location().map_or_else(String::new, |at| format!("{}:{}", at.file(), at.line()));
            PLACE.with_borrow_mut(|kept| *kept = place);
        }));
    });
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| Defect(PLACE.take()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]

    use super::guard;

    #[test]
    fn what_works_is_returned() {
        assert_eq!(guard(|| 1), Ok(1));
    }

    #[test]
    fn a_panic_is_an_error_that_names_the_place_and_quotes_nothing() {
        let place = guard(|| panic!("NESSI-TEST")).map_or_else(|defect| defect.0, |()| String::new());
        assert!(place.contains("lib.rs:"), "{place}");
        assert!(!place.contains("NESSI"));
    }

    #[test]
    fn the_next_call_works_again() {
        let _ = guard(|| panic!("once"));
        assert_eq!(guard(|| 2), Ok(2));
    }
}
