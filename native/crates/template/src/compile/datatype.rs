//! The HL7 data types that become attributes: II, CD, TS, TEL, PQ.

use crate::error::Error;
use crate::shape::{Shapes, Type};
use crate::source::At;

use super::scope::{Bound, describe};

/// An attribute that a data type writes: its name, the field it comes from (none for the value itself).
pub(crate) struct Written {
    pub(crate) name: &'static str,
    pub(crate) field: Option<&'static str>,
}

/// Attribute, field, is the field needed in the struct?
type Column = (&'static str, &'static str, bool);

const II: &[Column] = &[("root", "root", true), ("extension", "extension", false)];
const CD: &[Column] = &[
    ("code", "code", true),
    ("codeSystem", "system", true),
    ("codeSystemName", "system_name", false),
    ("displayName", "display", false),
];
const PQ: &[Column] = &[("value", "value", true), ("unit", "unit", false)];
const TEL: &[Column] = &[("value", "value", true), ("use", "use", false)];

/// Is this the name of a data type?
pub(crate) fn is_known(name: &str) -> bool {
    matches!(name, "ii" | "cd" | "ts" | "tel" | "pq")
}

/// The formatter of an attribute that a data type writes.
pub(crate) fn format(name: &str, attribute: &str) -> Option<&'static str> {
    match (name, attribute) {
        ("ts", _) => Some("time"),
        ("pq", "value") => Some("decimal"),
        _ => None,
    }
}

/// The attributes that a data type writes for a value.
///
/// # Errors
/// The value cannot be of that data type.
pub(crate) fn attributes(at: At<'_>, shapes: &Shapes, name: &str, value: &Bound) -> Result<Vec<Written>, Error> {
    let columns = match (name, &value.of) {
        ("ts", Type::Str) => return Ok(vec![Written { name: "value", field: None }]),
        ("ii", Type::Struct(_)) => II,
        ("cd", Type::Struct(_)) => CD,
        ("tel", Type::Struct(_)) => TEL,
        ("pq", Type::Struct(_)) => PQ,
        _ => return Err(at.error(format!("t:{name} of {}", describe(shapes, &value.of)))),
    };
    let Type::Struct(number) = value.of else { return Ok(Vec::new()) };
    let mut written = Vec::new();
    for (attribute, field, needed) in columns {
        match shapes.field_of(number, field) {
            Some(_) => written.push(Written { name: attribute, field: Some(field) }),
            None if *needed => {
                return Err(at.error(format!("t:{name}: {} has no field {field}", shapes.name(number))));
            }
            None => {}
        }
    }
    Ok(written)
}
