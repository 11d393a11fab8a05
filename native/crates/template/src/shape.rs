//! The shapes of the structs that templates render, as Python describes them.
//!
//! The description is msgpack: `[[struct, [[field, type], …], tag?], …]`. A type is a text: `str`, `int`, `bool`,
//! `bytes`, `narrative`, `@Struct`, `@One|@Other` (a union of tagged structs), `[type]`. After any of them `!` says
//! that a null flavour may stand in its place; a field's type may end in `?`: absent. Fields are in the order in which
//! the message carries them; the tag of a tagged struct (a text or an integer) comes before its fields.

use std::collections::HashMap;

use crate::error::Error;
use crate::tape::{Tape, Value};

/// What a value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    /// Text.
    Str,
    /// Integer.
    Int,
    /// Truth value.
    Bool,
    /// Bytes, written in base 64.
    Bytes,
    /// The events of a CDA narrative block.
    Narrative,
    /// A list of one type.
    List(Box<Type>),
    /// A struct, by its number.
    Struct(usize),
    /// One of several tagged structs, by their numbers.
    Union(Vec<usize>),
    /// A value, or a null flavour in its place.
    OrNull(Box<Type>),
}

/// One field of a struct.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    /// Its name.
    pub(crate) name: String,
    /// Its type.
    pub(crate) of: Type,
    /// May it be absent?
    pub(crate) optional: bool,
}

/// What a message carries first of a tagged struct.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Tag {
    /// A name.
    Text(Box<str>),
    /// A number.
    Number(i64),
}

#[derive(Debug)]
struct Struct {
    name: String,
    tag: Option<Tag>,
    fields: Vec<Field>,
}

/// The structs of one template.
#[derive(Debug, Default)]
pub struct Shapes {
    numbers: HashMap<String, usize>,
    structs: Vec<Struct>,
}

impl Shapes {
    /// Read a description.
    ///
    /// # Errors
    /// [`Error::Shapes`].
    pub fn read(message: &[u8]) -> Result<Self, Error> {
        let tape = Tape::read(message).ok_or_else(|| wrong("not a description"))?;
        let mut shapes = Self::default();
        let mut described = Vec::new();
        for at in list(tape.at(0))? {
            let (name, fields, tag) = structure(&tape, tape.at(at))?;
            if shapes.numbers.insert(name.to_owned(), shapes.structs.len()).is_some() {
                return Err(wrong(&format!("{name} is described twice")));
            }
            shapes.structs.push(Struct { name: name.to_owned(), tag, fields: Vec::new() });
            described.push(fields);
        }
        for (number, fields) in described.into_iter().enumerate() {
            let fields = list(fields)?.map(|at| shapes.field(&tape, tape.at(at))).collect::<Result<_, _>>()?;
            shapes.structs[number].fields = fields;
        }
        Ok(shapes)
    }

    /// The number of a struct.
    pub(crate) fn number(&self, name: &str) -> Option<usize> {
        self.numbers.get(name).copied()
    }

    /// The name of a struct.
    pub(crate) fn name(&self, number: usize) -> &str {
        self.structs.get(number).map_or("", |known| &known.name)
    }

    /// The tag of a struct.
    pub(crate) fn tag(&self, number: usize) -> Option<&Tag> {
        self.structs.get(number)?.tag.as_ref()
    }

    /// A field and its position in the message.
    pub(crate) fn field_of(&self, number: usize, name: &str) -> Option<(usize, &Field)> {
        let of = self.structs.get(number)?;
        let position = of.fields.iter().position(|field| field.name == name)?;
        Some((position + usize::from(of.tag.is_some()), &of.fields[position]))
    }

    fn field(&self, tape: &Tape<'_>, field: Value<'_>) -> Result<Field, Error> {
        let Value::Array(first, 2) = field else { return Err(wrong("not a pair")) };
        let (Value::Str(name), Value::Str(of)) = (tape.at(first), tape.at(first + 1)) else {
            return Err(wrong("a field is not two texts"));
        };
        let (of, optional) = of.strip_suffix('?').map_or((of, false), |of| (of, true));
        if of.starts_with("[[[[") {
            return Err(wrong("lists in lists in lists"));
        }
        Ok(Field { name: name.to_owned(), of: self.of(of)?, optional })
    }

    fn of(&self, text: &str) -> Result<Type, Error> {
        if let Some(known) = text.strip_suffix('!') {
            return match self.of(known)? {
                Type::OrNull(_) => Err(wrong(&format!("no type {text}"))),
                known => Ok(Type::OrNull(Box::new(known))),
            };
        }
        Ok(match text {
            "str" => Type::Str,
            "int" => Type::Int,
            "bool" => Type::Bool,
            "bytes" => Type::Bytes,
            "narrative" => Type::Narrative,
            _ if text.starts_with('@') && text.contains('|') => self.union(text)?,
            _ => {
                if let Some(name) = text.strip_prefix('@') {
                    Type::Struct(self.number(name).ok_or_else(|| wrong(&format!("no struct {name}")))?)
                } else if let Some(inner) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                    Type::List(Box::new(self.of(inner)?))
                } else {
                    return Err(wrong(&format!("no type {text}")));
                }
            }
        })
    }

    /// Members of a union are told apart by their tags.
    fn union(&self, text: &str) -> Result<Type, Error> {
        let mut members = Vec::new();
        for member in text.split('|') {
            let number = member.strip_prefix('@').and_then(|name| self.number(name));
            let number = number.ok_or_else(|| wrong(&format!("{member} is no member of a union")))?;
            let tag = self.tag(number).ok_or_else(|| wrong(&format!("{member} has no tag")))?;
            if members.iter().any(|&other| self.tag(other) == Some(tag)) {
                return Err(wrong(&format!("two members of {text} have one tag")));
            }
            members.push(number);
        }
        Ok(Type::Union(members))
    }
}

fn wrong(message: &str) -> Error {
    Error::Shapes(message.to_owned())
}

/// The positions of the items of a list.
fn list(array: Value<'_>) -> Result<std::ops::Range<u32>, Error> {
    match array {
        Value::Array(first, length) => Ok(first..first + length),
        _ => Err(wrong("not a list")),
    }
}

/// Read `[name, fields]` or `[name, fields, tag]`.
fn structure<'m>(tape: &Tape<'m>, value: Value<'m>) -> Result<(&'m str, Value<'m>, Option<Tag>), Error> {
    let Value::Array(first, length @ 2..=3) = value else { return Err(wrong("a struct is a name and its fields")) };
    let Value::Str(name) = tape.at(first) else { return Err(wrong("a name is not a text")) };
    let tag = match if length == 3 { tape.at(first + 2) } else { Value::Nil } {
        Value::Nil => None,
        Value::Str(text) => Some(Tag::Text(text.into())),
        Value::Int(number) => Some(Tag::Number(number)),
        _ => return Err(wrong("a tag is neither a text nor an integer")),
    };
    Ok((name, tape.at(first + 1), tag))
}
