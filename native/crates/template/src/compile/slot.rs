//! Texts with slots: `a {path} b`, `{path?}`, `{path|format}`, `{{` and `}}` for braces.

use crate::error::Error;
use crate::source::At;

/// A piece of such a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part<'s> {
    Text(String),
    Slot(Slot<'s>),
}

/// A slot: the path of its value, may that be absent, the name of its formatter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot<'s> {
    pub(crate) path: &'s str,
    pub(crate) optional: bool,
    pub(crate) format: Option<&'s str>,
}

/// Split a text into its pieces.
///
/// # Errors
/// A brace without its pair, an empty slot.
pub(crate) fn split<'s>(at: At<'_>, text: &'s str) -> Result<Vec<Part<'s>>, Error> {
    parts(text).map_err(|message| at.error(message))
}

fn parts(text: &str) -> Result<Vec<Part<'_>>, &'static str> {
    let mut parts = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        plain.push_str(&rest[..at]);
        let doubled = rest[at..].starts_with("{{") || rest[at..].starts_with("}}");
        if doubled {
            plain.push_str(&rest[at..=at]);
            rest = &rest[at + 2..];
            continue;
        }
        let inside = rest[at..].strip_prefix('{').ok_or("a } alone: write }}")?;
        let (path, after) = inside.split_once('}').ok_or("a { that is not closed")?;
        if !plain.is_empty() {
            parts.push(Part::Text(std::mem::take(&mut plain)));
        }
        parts.push(slot(path)?);
        rest = after;
    }
    plain.push_str(rest);
    if !plain.is_empty() {
        parts.push(Part::Text(plain));
    }
    Ok(parts)
}

fn slot(text: &str) -> Result<Part<'_>, &'static str> {
    let (marked, format) = text.split_once('|').map_or((text, None), |(marked, format)| (marked, Some(format)));
    let (path, optional) = mark(marked);
    if path.is_empty() { Err("an empty slot") } else { Ok(Part::Slot(Slot { path, optional, format })) }
}

/// Split the `?` from a path.
pub(crate) fn mark(path: &str) -> (&str, bool) {
    path.strip_suffix('?').map_or((path, false), |path| (path, true))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::{Part, Slot, parts};

    #[test]
    fn slots_and_braces_are_told_apart() {
        let expected = [
            Part::Text("a{".to_owned()),
            Part::Slot(Slot { path: "m.x", optional: false, format: None }),
            Part::Text("}b".to_owned()),
            Part::Slot(Slot { path: "m.y", optional: true, format: Some("oid") }),
        ];
        assert_eq!(parts("a{{{m.x}}}b{m.y?|oid}").unwrap(), expected);
    }

    #[test]
    fn broken_slots_are_refused() {
        for text in ["{", "}", "{a", "a}", "{}", "{?}", "{|oid}"] {
            assert!(parts(text).is_err(), "{text}");
        }
    }
}
