//! The shapes of the structs that templates render, as Python describes them.
//!
//! The description is msgpack: `[[struct, [[field, type], …]], …]`. A type is a text: `str`, `int`, `bool`, `bytes`,
//! `@Struct`, `[type]`; a field's type may end in `?`. Fields are in the order in which the message carries them.

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
    /// A list of one type.
    List(Box<Type>),
    /// A struct, by its number.
    Struct(usize),
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

/// The structs of one template.
#[derive(Debug, Default)]
pub struct Shapes {
    names: HashMap<String, usize>,
    fields: Vec<Vec<Field>>,
}

impl Shapes {
    /// Read a description.
    ///
    /// # Errors
    /// [`Error::Shapes`].
    pub fn read(message: &[u8]) -> Result<Self, Error> {
        let tape = Tape::read(message).ok_or_else(|| wrong("not a description"))?;
        let mut shapes = Self::default();
        let structs = pairs(&tape, tape.root())?;
        for (number, (name, _)) in structs.iter().enumerate() {
            if shapes.names.insert((*name).to_owned(), number).is_some() {
                return Err(wrong(&format!("{name} is described twice")));
            }
        }
        for (_, fields) in structs {
            let read = pairs(&tape, fields)?.into_iter().map(|(name, of)| shapes.field(name, of));
            let read = read.collect::<Result<_, _>>()?;
            shapes.fields.push(read);
        }
        Ok(shapes)
    }

    /// The number of a struct.
    pub(crate) fn number(&self, name: &str) -> Option<usize> {
        self.names.get(name).copied()
    }

    /// The name of a struct.
    pub(crate) fn name(&self, number: usize) -> &str {
        self.names.iter().find(|(_, n)| **n == number).map_or("", |(name, _)| name)
    }

    /// A field and its position.
    pub(crate) fn field_of(&self, number: usize, name: &str) -> Option<(usize, &Field)> {
        self.fields.get(number)?.iter().enumerate().find(|(_, field)| field.name == name)
    }

    fn field(&self, name: &str, of: Value<'_>) -> Result<Field, Error> {
        let Value::Str(of) = of else { return Err(wrong("a type is not a text")) };
        let (of, optional) = of.strip_suffix('?').map_or((of, false), |of| (of, true));
        if of.starts_with("[[[[") {
            return Err(wrong("lists in lists in lists"));
        }
        Ok(Field { name: name.to_owned(), of: self.of(of)?, optional })
    }

    fn of(&self, text: &str) -> Result<Type, Error> {
        Ok(match text {
            "str" => Type::Str,
            "int" => Type::Int,
            "bool" => Type::Bool,
            "bytes" => Type::Bytes,
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
}

fn wrong(message: &str) -> Error {
    Error::Shapes(message.to_owned())
}

/// Read an array of `[text, value]`.
fn pairs<'m>(tape: &Tape<'m>, array: Value<'m>) -> Result<Vec<(&'m str, Value<'m>)>, Error> {
    let Value::Array(first, length) = array else { return Err(wrong("not a list")) };
    (first..first + length)
        .map(|at| match tape.at(at) {
            Value::Array(pair, 2) => match tape.at(pair) {
                Value::Str(name) => Ok((name, tape.at(pair + 1))),
                _ => Err(wrong("a name is not a text")),
            },
            _ => Err(wrong("not a pair")),
        })
        .collect()
}
