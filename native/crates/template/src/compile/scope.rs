//! The names that a place of the template may use, and what is known to be present there.

use crate::error::Error;
use crate::program::{Path, State};
use crate::shape::{Shapes, Type};
use crate::source::At;

/// A value that a name or a path stands for.
#[derive(Clone, Debug)]
pub(crate) struct Bound {
    pub(crate) slot: u16,
    pub(crate) steps: Vec<u16>,
    pub(crate) of: Type,
    pub(crate) label: String,
    pub(crate) loops: Vec<u16>,
}

impl Bound {
    pub(crate) fn path(&self) -> Path {
        Path {
            slot: self.slot,
            steps: self.steps.clone().into(),
            label: self.label.clone().into(),
            loops: self.loops.clone().into(),
            nullable: matches!(self.of, Type::OrNull(_)),
        }
    }
}

#[derive(Clone, Debug)]
enum Meaning {
    Value(Bound),
    Number(u16),
}

/// What a path turned out to be.
pub(crate) enum Found {
    /// A value: may a step be absent, is that unknown here, is it known to be a null flavour?
    Value { value: Bound, optional: bool, uncertain: bool, null: bool },
    /// The number of an item of the loop in this slot.
    Number(u16),
}

#[derive(Default)]
pub(crate) struct Scope {
    names: Vec<(String, Meaning)>,
    facts: Vec<Fact>,
}

/// What is known of a value: that it is there, and when it may be a null flavour whether it is one.
struct Fact {
    slot: u16,
    steps: Vec<u16>,
    state: Option<State>,
}

impl Scope {
    pub(crate) fn bind(&mut self, at: At<'_>, name: &str, value: Bound) -> Result<(), Error> {
        self.add(at, name, Meaning::Value(value))
    }

    pub(crate) fn bind_number(&mut self, at: At<'_>, name: &str, slot: u16) -> Result<(), Error> {
        self.add(at, name, Meaning::Number(slot))
    }

    fn add(&mut self, at: At<'_>, name: &str, meaning: Meaning) -> Result<(), Error> {
        if !is_name(name) {
            return Err(at.error(format!("{name:?} is not a name")));
        }
        if self.names.iter().any(|(known, _)| known == name) {
            return Err(at.error(format!("{name} already means something here")));
        }
        self.names.push((name.to_owned(), meaning));
        Ok(())
    }

    /// Remember that a value is there.
    pub(crate) fn assume(&mut self, value: &Bound) {
        self.facts.push(Fact { slot: value.slot, steps: value.steps.clone(), state: None });
    }

    /// Remember that a value is there, and is or is not a null flavour.
    pub(crate) fn assume_state(&mut self, value: &Bound, state: State) {
        self.facts.push(Fact { slot: value.slot, steps: value.steps.clone(), state: Some(state) });
    }

    /// How much is known, to go back to it with [`Scope::leave`].
    pub(crate) fn enter(&self) -> (usize, usize) {
        (self.names.len(), self.facts.len())
    }

    pub(crate) fn leave(&mut self, (names, facts): (usize, usize)) {
        self.names.truncate(names);
        self.facts.truncate(facts);
    }

    /// Hide all names (a fragment sees only its own) and return them.
    pub(crate) fn hide(&mut self) -> Hidden {
        Hidden(std::mem::take(&mut self.names))
    }

    pub(crate) fn restore(&mut self, hidden: Hidden) {
        self.names = hidden.0;
    }

    /// Find what a dotted path means.
    ///
    /// # Errors
    /// An unknown name, an unknown field, a field of what is not a struct.
    pub(crate) fn find(&self, at: At<'_>, shapes: &Shapes, path: &str) -> Result<Found, Error> {
        let mut parts = path.split('.');
        let first = parts.next().unwrap_or("");
        let Some((_, meaning)) = self.names.iter().find(|(name, _)| name == first) else {
            return Err(at.error(format!("{first:?} means nothing here")));
        };
        let mut value = match meaning {
            Meaning::Number(slot) if parts.next().is_none() => return Ok(Found::Number(*slot)),
            Meaning::Number(_) => return Err(at.error(format!("{first} is a number"))),
            Meaning::Value(value) => value.clone(),
        };
        let (mut optional, mut uncertain) = (false, false);
        self.settle(&mut value);
        for part in parts {
            let Type::Struct(number) = value.of else {
                let remedy = match value.of {
                    Type::OrNull(_) => ": put it in a t:if known",
                    Type::Union(_) => ": put it in a t:choice",
                    _ => "",
                };
                let what = describe(shapes, &value.of);
                return Err(at.error(format!("{path}: {part} is asked of {what}{remedy}")));
            };
            let Some((position, field)) = shapes.field_of(number, part) else {
                return Err(at.error(format!("{path}: {} has no field {part}", shapes.name(number))));
            };
            value.steps.push(u16::try_from(position).unwrap_or(u16::MAX));
            value.of = field.of.clone();
            value.label = if value.label.is_empty() { part.to_owned() } else { format!("{}.{part}", value.label) };
            optional |= field.optional;
            uncertain |= field.optional && !self.is_present(value.slot, &value.steps);
            self.settle(&mut value);
        }
        let null = self.is(&value, State::Null);
        Ok(Found::Value { value, optional, uncertain, null })
    }

    /// A value that is known to be no null flavour is of the type without them.
    fn settle(&self, value: &mut Bound) {
        if self.is(value, State::Known)
            && let Type::OrNull(known) = &value.of
        {
            value.of = *known.clone();
        }
    }

    fn is(&self, value: &Bound, state: State) -> bool {
        let same = |fact: &Fact| fact.slot == value.slot && fact.steps == value.steps;
        self.facts.iter().any(|fact| same(fact) && fact.state == Some(state))
    }

    fn is_present(&self, slot: u16, steps: &[u16]) -> bool {
        self.facts.iter().any(|fact| fact.slot == slot && fact.steps.starts_with(steps))
    }
}

/// Names put aside.
pub(crate) struct Hidden(Vec<(String, Meaning)>);

fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_lowercase()) && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// A type in words.
pub(crate) fn describe(shapes: &Shapes, of: &Type) -> String {
    match of {
        Type::Str => "a text".to_owned(),
        Type::Int => "an integer".to_owned(),
        Type::Bool => "a truth value".to_owned(),
        Type::Bytes => "bytes".to_owned(),
        Type::List(of) => format!("a list of {}", describe(shapes, of)),
        Type::Struct(number) => format!("a {}", shapes.name(*number)),
        Type::Narrative => "a narrative".to_owned(),
        Type::Union(members) => {
            let names: Vec<_> = members.iter().map(|member| format!("a {}", shapes.name(*member))).collect();
            names.join(" or ")
        }
        Type::OrNull(known) => format!("{} or a null flavour", describe(shapes, known)),
    }
}
