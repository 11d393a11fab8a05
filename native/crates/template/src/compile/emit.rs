//! Writes instructions: literals that follow each other become one and go with the instruction after them, except
//! across the target of a jump.

use std::sync::atomic::AtomicUsize;

use crate::append::BEYOND;
use crate::program::{Choice, Op, Path, Program, Span, Step, Way};
use crate::shape::Tag;

#[derive(Default)]
pub(crate) struct Emitter {
    steps: Vec<Step>,
    literals: Vec<u8>,
    paths: Vec<Path>,
    choices: Vec<Choice>,
    target: usize,
}

impl Emitter {
    /// Put bytes in the pool without an instruction.
    pub(crate) fn span(&mut self, bytes: &[u8]) -> Span {
        let start = number(self.literals.len());
        self.literals.extend_from_slice(bytes);
        Span { start, end: number(self.literals.len()) }
    }

    /// Write literal bytes, which are already escaped.
    pub(crate) fn literal(&mut self, bytes: &[u8]) {
        let span = self.span(bytes);
        match self.open() {
            Some(last) if last.lead.end == span.start => last.lead.end = span.end,
            _ => self.steps.push(Step { lead: span, op: Op::Nothing }),
        }
    }

    /// The last step when it is only a literal, and no jump lands after it.
    fn open(&mut self) -> Option<&mut Step> {
        let goes_on = self.target < self.steps.len();
        self.steps.last_mut().filter(|last| goes_on && last.op == Op::Nothing)
    }

    pub(crate) fn path(&mut self, path: Path) -> u32 {
        if let Some(known) = self.paths.iter().position(|other| *other == path) {
            return number(known);
        }
        self.paths.push(path);
        number(self.paths.len() - 1)
    }

    /// Add an instruction and return where it is.
    pub(crate) fn op(&mut self, op: Op) -> usize {
        match self.open() {
            Some(last) => last.op = op,
            None => self.steps.push(Step { lead: Span { start: 0, end: 0 }, op }),
        }
        self.steps.len() - 1
    }

    /// The place of the next instruction, as the target of a jump.
    pub(crate) fn here(&mut self) -> u32 {
        self.target = self.steps.len();
        number(self.steps.len())
    }

    /// Let the jump at `at` land here.
    pub(crate) fn land(&mut self, at: usize) {
        let here = self.here();
        if let Some(
            Op::Unless { target, .. }
            | Op::UnlessState { target, .. }
            | Op::Jump { target }
            | Op::For { end: target, .. },
        ) = self.steps.get_mut(at).map(|step| &mut step.op)
        {
            *target = here;
        }
    }

    /// Keep room for the cases of a choice and return its number.
    pub(crate) fn choice(&mut self) -> u32 {
        self.choices.push(Choice { cases: Vec::new() });
        number(self.choices.len() - 1)
    }

    /// Say where the cases of a choice are written.
    pub(crate) fn decide(&mut self, choice: u32, cases: Vec<(Tag, u32)>) {
        if let Some(choice) = self.choices.get_mut(choice as usize) {
            choice.cases = cases;
        }
    }

    /// How much has been written: instructions and literal bytes.
    pub(crate) fn size(&self) -> usize {
        self.steps.len().saturating_add(self.literals.len())
    }

    pub(crate) fn finish(self, slots: u16) -> Program {
        let ways = self.paths.iter().map(Way::from).collect();
        let mut literals = self.literals;
        // The last literals are copied as the others are.
        literals.extend_from_slice(&[0; BEYOND]);
        Program {
            steps: self.steps,
            literals,
            paths: self.paths,
            ways,
            choices: self.choices,
            slots,
            longest: AtomicUsize::new(0),
        }
    }
}

/// A position in a template: the compiler refuses larger ones long before this could cut one.
fn number(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}
