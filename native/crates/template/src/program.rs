//! What a template becomes: a flat list of instructions over one pool of literals.

use std::sync::atomic::AtomicUsize;

use crate::format::Format;
use crate::shape::Tag;

/// A piece of the literal pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// Where a value is: steps from a slot. Slot 0 holds the model, the others the current item of a loop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Path {
    pub(crate) slot: u16,
    pub(crate) steps: Box<[u16]>,
    /// The path as a person reads it, with `[]` for each loop.
    pub(crate) label: Box<str>,
    /// The slots of these loops.
    pub(crate) loops: Box<[u16]>,
    /// May a null flavour stand there?
    pub(crate) nullable: bool,
}

/// The steps of a path again, where the machine finds them at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Way {
    pub(crate) slot: u16,
    /// How many steps; more than there is room for when they stand in the path only.
    pub(crate) length: u16,
    pub(crate) steps: [u16; 6],
}

impl From<&Path> for Way {
    fn from(path: &Path) -> Self {
        let mut steps = [0; 6];
        let length = u16::try_from(path.steps.len()).unwrap_or(u16::MAX);
        for (room, step) in steps.iter_mut().zip(&path.steps) {
            *room = *step;
        }
        Self { slot: path.slot, length, steps }
    }
}

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Integer,
    Truth,
    Base64,
    /// A text that must pass a formatter.
    Checked(Format),
}

/// What is asked of a value that may be a null flavour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// It is there and is no null flavour.
    Known,
    /// It is a null flavour.
    Null,
}

/// Where each member of a union is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) cases: Vec<(Tag, u32)>,
}

/// Where a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Text,
    Attribute,
}

/// One instruction. Paths and jumps are indexes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    /// Write no more than the literal before it.
    Nothing,
    /// Write the namespaces of the root, unless a fragment is rendered.
    RootNamespaces(Span),
    /// Write a value; absent writes nothing.
    Value { path: u32, kind: Kind, place: Place },
    /// Write ` name="value"`, or nothing when the value is absent. The literal is ` name="`.
    OptionalAttribute { name: Span, path: u32, kind: Kind },
    /// Write the number of the current item of a loop, from 1.
    Number { slot: u16 },
    /// Go to `target` unless "the value holds something" is `wanted`.
    Unless { path: u32, wanted: bool, target: u32 },
    /// Go to `target`.
    Jump { target: u32 },
    /// Go to `target` unless the value is in that state.
    UnlessState { path: u32, state: State, target: u32 },
    /// Go to where the member of a union that the value is of is written.
    Choose { path: u32, choice: u32 },
    /// Write the code of a null flavour.
    NullFlavor { path: u32 },
    /// Write a narrative block; absent writes nothing.
    Narrative { path: u32 },
    /// Begin a loop; go to `end` when the list is empty or absent.
    For { path: u32, slot: u16, end: u32 },
    /// Go on with the next item at `body`.
    Next { slot: u16, body: u32 },
}

/// A literal, most often, and what is done after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) lead: Span,
    pub(crate) op: Op,
}

/// A compiled template.
#[derive(Debug)]
pub struct Program {
    pub(crate) steps: Vec<Step>,
    pub(crate) literals: Vec<u8>,
    pub(crate) paths: Vec<Path>,
    pub(crate) ways: Vec<Way>,
    pub(crate) choices: Vec<Choice>,
    pub(crate) slots: u16,
    /// The longest text that was rendered.
    pub(crate) longest: AtomicUsize,
}
