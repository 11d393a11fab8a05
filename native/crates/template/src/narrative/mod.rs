//! The slot for typed narrative: a flat list of events becomes a narrative block of CDA R2.
//!
//! In the message a text is a text, the end of an element is nil, its start `[name, [[attribute, value], …]]`.

mod table;

use crate::escape::{self, Forbidden};
use crate::tape::{Tape, Value};

use table::{Element, TEXT, fits};

/// Why an event is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    /// It is no event.
    Mismatch,
    /// It holds a character that XML cannot carry.
    Character(u32),
    /// It is not of the narrative block.
    Rule(&'static str),
}

impl From<Forbidden> for Problem {
    fn from(Forbidden(character): Forbidden) -> Self {
        Self::Character(character)
    }
}

/// Elements inside elements: what every reader bears.
const MAX_DEPTH: usize = 64;
/// More than any element of the narrative block may have.
const MAX_ATTRIBUTES: usize = 16;

/// Write the events from `first` to `last` of the tape.
///
/// # Errors
/// The number of the event, from 0, and what is wrong with it.
pub(crate) fn write(out: &mut Vec<u8>, tape: &Tape<'_>, first: u32, last: u32) -> Result<(), (u32, Problem)> {
    let mut open = [&TEXT; MAX_DEPTH + 1];
    let mut depth = 0;
    for at in first..last {
        let inside = open[depth];
        let refuse = |problem| (at - first, problem);
        match tape.at(at) {
            Value::Str(text) => characters(out, inside, text).map_err(refuse)?,
            Value::Array(start, 2) => {
                let element = begin(out, tape, inside, start).map_err(refuse)?;
                depth += 1;
                *open.get_mut(depth).ok_or(refuse(Problem::Rule("nested too deep")))? = element;
            }
            Value::Nil if depth == 0 => return Err(refuse(Problem::Rule("an end without a start"))),
            Value::Nil => {
                depth -= 1;
                out.extend_from_slice(b"</");
                out.extend_from_slice(inside.name.as_bytes());
                out.push(b'>');
            }
            _ => return Err(refuse(Problem::Mismatch)),
        }
    }
    if depth == 0 { Ok(()) } else { Err((last - first, Problem::Rule("an element is not ended"))) }
}

fn characters(out: &mut Vec<u8>, inside: &Element, text: &str) -> Result<(), Problem> {
    if !inside.mixed && !text.bytes().all(|byte| b" \t\n\r".contains(&byte)) {
        return Err(Problem::Rule("a text where only elements may be"));
    }
    Ok(escape::text(out, text.as_bytes())?)
}

fn begin(out: &mut Vec<u8>, tape: &Tape<'_>, inside: &Element, start: u32) -> Result<&'static Element, Problem> {
    let (Value::Str(name), Value::Array(first, length)) = (tape.at(start), tape.at(start + 1)) else {
        return Err(Problem::Mismatch);
    };
    let element = Element::named(name).ok_or(Problem::Rule("no element of the narrative block"))?;
    if !inside.children.contains(&element.name) {
        return Err(Problem::Rule("an element where it may not be"));
    }
    let mut pairs = [("", ""); MAX_ATTRIBUTES];
    let pairs = pairs.get_mut(..length as usize).ok_or(Problem::Rule("too many attributes"))?;
    for (pair, at) in pairs.iter_mut().zip(first..) {
        *pair = attribute(tape, element, tape.at(at))?;
    }
    pairs.sort_unstable();
    if pairs.windows(2).any(|two| two[0].0 == two[1].0) {
        return Err(Problem::Rule("an attribute twice"));
    }
    if element.required.is_some_and(|required| pairs.iter().all(|(name, _)| *name != required)) {
        return Err(Problem::Rule("an attribute is missing"));
    }
    out.push(b'<');
    out.extend_from_slice(element.name.as_bytes());
    for (name, value) in pairs {
        out.push(b' ');
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b"=\"");
        escape::attribute(out, value.as_bytes())?;
        out.push(b'"');
    }
    out.push(b'>');
    Ok(element)
}

fn attribute<'m>(tape: &Tape<'m>, element: &Element, pair: Value<'m>) -> Result<(&'m str, &'m str), Problem> {
    let Value::Array(at, 2) = pair else { return Err(Problem::Mismatch) };
    let (Value::Str(name), Value::Str(value)) = (tape.at(at), tape.at(at + 1)) else {
        return Err(Problem::Mismatch);
    };
    if !element.has(name) {
        return Err(Problem::Rule("no attribute of that element"));
    }
    if !fits(name, value) {
        return Err(Problem::Rule("no value of that attribute"));
    }
    Ok((name, value))
}
