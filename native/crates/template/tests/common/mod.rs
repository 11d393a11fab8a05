//! A msgpack writer for tests, and a document type to run them on.

#![allow(dead_code)]

use caducee_template::{Error, Program, Shapes, Source, compile};

/// A value to put in a message.
#[derive(Clone, Debug)]
pub enum Item {
    Nil,
    Bool(bool),
    Int(i64),
    Str(String),
    Bin(Vec<u8>),
    List(Vec<Item>),
    /// A null flavour: the extension of type 1.
    Null(String),
}

pub fn text(value: &str) -> Item {
    Item::Str(value.to_owned())
}

pub fn message(item: &Item) -> Vec<u8> {
    let mut out = Vec::new();
    write(&mut out, item);
    out
}

fn write(out: &mut Vec<u8>, item: &Item) {
    let length = |len: usize| u32::try_from(len).unwrap_or(u32::MAX).to_be_bytes();
    match item {
        Item::Nil => out.push(0xC0),
        Item::Bool(truth) => out.push(if *truth { 0xC3 } else { 0xC2 }),
        Item::Int(number) => {
            out.push(0xD3);
            out.extend_from_slice(&number.to_be_bytes());
        }
        Item::Str(text) => {
            out.push(0xDB);
            out.extend_from_slice(&length(text.len()));
            out.extend_from_slice(text.as_bytes());
        }
        Item::Bin(bytes) => {
            out.push(0xC6);
            out.extend_from_slice(&length(bytes.len()));
            out.extend_from_slice(bytes);
        }
        Item::Null(code) => {
            out.extend_from_slice(&[0xC7, u8::try_from(code.len()).unwrap_or(u8::MAX), 1]);
            out.extend_from_slice(code.as_bytes());
        }
        Item::List(items) => {
            out.push(0xDD);
            out.extend_from_slice(&length(items.len()));
            items.iter().for_each(|item| write(out, item));
        }
    }
}

/// `Note`: title, an optional remark, a list of `Line` (label, an optional value), bytes, a truth value, a number.
pub fn shapes() -> Vec<u8> {
    let fields = |fields: &[(&str, &str)]| {
        Item::List(fields.iter().map(|(name, of)| Item::List(vec![text(name), text(of)])).collect())
    };
    let line = fields(&[("label", "str"), ("value", "str?")]);
    let note = fields(&[
        ("title", "str"),
        ("remark", "str?"),
        ("lines", "[@Line]"),
        ("body", "bytes"),
        ("urgent", "bool"),
        ("count", "int"),
        ("best", "@Line?"),
    ]);
    message(&Item::List(vec![Item::List(vec![text("Line"), line]), Item::List(vec![text("Note"), note])]))
}

pub fn line(label: &str, value: Option<&str>) -> Item {
    Item::List(vec![text(label), value.map_or(Item::Nil, text)])
}

pub fn note(title: &str, lines: Vec<Item>) -> Item {
    Item::List(vec![
        text(title),
        Item::Nil,
        Item::List(lines),
        Item::Bin(b"%PDF".to_vec()),
        Item::Bool(true),
        Item::Int(-7),
        Item::Nil,
    ])
}

pub fn wrap(body: &str) -> String {
    format!(r#"<t:document xmlns:t="urn:caducee:template:1" model="Note" as="m" xmlns="urn:n">{body}</t:document>"#)
}

pub fn program(body: &str) -> Result<Program, Error> {
    let source = wrap(body);
    compile(Source { name: "note.xml", text: source.as_bytes() }, Shapes::read(&shapes())?, &[])
}

pub fn render(body: &str, model: &Item) -> Result<String, Error> {
    let sent = message(model);
    let rendered = program(body)?.render(&sent, false)?.into_bytes();
    Ok(String::from_utf8_lossy(&rendered).into_owned())
}
