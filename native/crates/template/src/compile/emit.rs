//! Writes instructions: literals that follow each other become one, except across the target of a jump.

use crate::program::{Choice, Op, Path, Program, Span, Way};
use crate::shape::Tag;

#[derive(Default)]
pub(crate) struct Emitter {
    ops: Vec<Op>,
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
        if self.target < self.ops.len()
            && let Some(Op::Literal(last)) = self.ops.last_mut()
            && last.end == span.start
        {
            last.end = span.end;
            return;
        }
        self.ops.push(Op::Literal(span));
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
        self.ops.push(op);
        self.ops.len() - 1
    }

    /// The place of the next instruction, as the target of a jump.
    pub(crate) fn here(&mut self) -> u32 {
        self.target = self.ops.len();
        number(self.ops.len())
    }

    /// Let the jump at `at` land here.
    pub(crate) fn land(&mut self, at: usize) {
        let here = self.here();
        if let Some(
            Op::Unless { target, .. }
            | Op::UnlessState { target, .. }
            | Op::Jump { target }
            | Op::For { end: target, .. },
        ) = self.ops.get_mut(at)
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
        self.ops.len().saturating_add(self.literals.len())
    }

    pub(crate) fn finish(self, slots: u16) -> Program {
        let ways = self.paths.iter().map(Way::from).collect();
        Program { ops: self.ops, literals: self.literals, paths: self.paths, ways, choices: self.choices, slots }
    }
}

/// A position in a template: the compiler refuses larger ones long before this could cut one.
fn number(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}
