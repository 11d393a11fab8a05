//! Elements of the output: their namespaces and attributes in the order that canonical XML wants.

use crate::error::Error;
use crate::escape;
use crate::format::Format;
use crate::program::{Kind, Op, Place, State};
use crate::shape::Type;
use crate::source::{At, Namespace, TEMPLATE, XML};

use super::scope::{Bound, Found, describe};
use super::slot::{self, Part, Slot};
use super::{Compiler, datatype};

/// Where an attribute's value comes from.
#[derive(Clone)]
enum Content<'s> {
    Parts(Vec<Part<'s>>),
    Value { value: Bound, optional: bool, kind: Kind },
    NullFlavor(Bound),
}

/// The data type of an element: its name, its value, and whether that may be absent.
struct Typed<'s> {
    name: &'s str,
    value: Bound,
    uncertain: bool,
}

#[derive(Clone)]
struct Attribute<'s> {
    namespace: String,
    local: String,
    written: String,
    content: Content<'s>,
}

impl<'a> Compiler<'a> {
    pub(super) fn element(&mut self, at: At<'a>, root: Option<Vec<Namespace>>) -> Result<(), Error> {
        let typed = self.typed(at)?;
        let known = self.namespaces.len();
        let before = self.scope.enter();
        let name = at.qualified_name();
        let jump = match &typed {
            Some(Typed { value, uncertain: true, .. }) => Some(self.unless(value, true)),
            _ => None,
        };
        if let Some(Typed { value, .. }) = &typed {
            self.scope.assume(value);
        }
        self.emit.literal(format!("<{name}").as_bytes());
        self.namespaces(at, root)?;
        self.all_attributes(at, name, typed)?;
        self.emit.literal(b">");
        self.children(at)?;
        self.emit.literal(format!("</{name}>").as_bytes());
        self.namespaces.truncate(known);
        self.scope.leave(before);
        if let Some(jump) = jump {
            self.emit.land(jump);
        }
        Ok(())
    }

    /// Write the attributes; those of a data type are `nullFlavor` alone when its value is one.
    fn all_attributes(&mut self, at: At<'a>, name: &str, typed: Option<Typed<'a>>) -> Result<(), Error> {
        let plain = self.plain_attributes(at)?;
        self.check_prefixes(at, name, &plain)?;
        let Some(Typed { name: datatype, value, .. }) = typed else { return self.attributes(at, plain) };
        let Type::OrNull(known) = &value.of else {
            let typed = self.typed_attributes(at, datatype, &value)?;
            return self.attributes(at, [plain, typed].concat());
        };
        let path = self.emit.path(value.path());
        let null = self.emit.op(Op::UnlessState { path, state: State::Known, target: 0 });
        let typed = self.typed_attributes(at, datatype, &Bound { of: *known.clone(), ..value.clone() })?;
        self.attributes(at, [plain.clone(), typed].concat())?;
        let end = self.emit.op(Op::Jump { target: 0 });
        self.emit.land(null);
        let flavor = Attribute {
            namespace: String::new(),
            local: "nullFlavor".to_owned(),
            written: "nullFlavor".to_owned(),
            content: Content::NullFlavor(value),
        };
        self.attributes(at, [plain, vec![flavor]].concat())?;
        self.emit.land(end);
        Ok(())
    }

    fn typed(&self, at: At<'a>) -> Result<Option<Typed<'a>>, Error> {
        let mut typed = at.node.attributes().filter(|attribute| attribute.namespace() == Some(TEMPLATE));
        let Some(attribute) = typed.next() else { return Ok(None) };
        if typed.next().is_some() {
            return Err(at.error("one data type at most"));
        }
        if !datatype::is_known(attribute.name()) {
            return Err(at.error(format!("t:{} is not a data type", attribute.name())));
        }
        let (value, uncertain) = self.value(at, attribute.value())?;
        Ok(Some(Typed { name: attribute.name(), value, uncertain }))
    }

    fn typed_attributes(&self, at: At<'a>, datatype: &str, value: &Bound) -> Result<Vec<Attribute<'a>>, Error> {
        datatype::attributes(at, &self.shapes, datatype, value)?
            .into_iter()
            .map(|written| {
                let (value, optional) = match written.field {
                    Some(field) => self.field(at, value, field)?,
                    None => (value.clone(), false),
                };
                let format = datatype::format(datatype, written.name);
                let kind = self.kind(at, &value.of, format)?;
                Ok(Attribute {
                    namespace: String::new(),
                    local: written.name.to_owned(),
                    written: written.name.to_owned(),
                    content: Content::Value { value, optional, kind },
                })
            })
            .collect()
    }

    fn field(&self, at: At<'a>, value: &Bound, name: &str) -> Result<(Bound, bool), Error> {
        let Type::Struct(number) = value.of else { return Err(at.error("not a struct")) };
        let Some((position, field)) = self.shapes.field_of(number, name) else {
            return Err(at.error(format!("no field {name}")));
        };
        let mut inner = value.clone();
        inner.steps.push(u16::try_from(position).unwrap_or(u16::MAX));
        inner.of = field.of.clone();
        inner.label = if inner.label.is_empty() { name.to_owned() } else { format!("{}.{name}", inner.label) };
        Ok((inner, field.optional))
    }

    fn plain_attributes(&self, at: At<'a>) -> Result<Vec<Attribute<'a>>, Error> {
        at.node
            .attributes()
            .filter(|attribute| attribute.namespace() != Some(TEMPLATE))
            .map(|attribute| {
                let parts = slot::split(at, attribute.value())?;
                Ok(Attribute {
                    namespace: attribute.namespace().unwrap_or("").to_owned(),
                    local: attribute.name().to_owned(),
                    written: at.attribute_name(&attribute).to_owned(),
                    content: self.content(at, parts)?,
                })
            })
            .collect()
    }

    /// A slot that may be absent must be the whole attribute, which then goes with it.
    fn content(&self, at: At<'a>, parts: Vec<Part<'a>>) -> Result<Content<'a>, Error> {
        if let [Part::Slot(Slot { path, optional: true, format })] = parts[..] {
            let (value, optional) = self.value(at, &format!("{path}?"))?;
            let kind = self.kind(at, &value.of, format)?;
            return Ok(Content::Value { value, optional, kind });
        }
        if parts.iter().any(|part| matches!(part, Part::Slot(Slot { optional: true, .. }))) {
            return Err(at.error("a value that may be absent must be the whole attribute"));
        }
        Ok(Content::Parts(parts))
    }

    /// Write the namespaces that this element declares. `root` holds those declared around the root.
    fn namespaces(&mut self, at: At<'a>, root: Option<Vec<Namespace>>) -> Result<(), Error> {
        let is_root = root.is_some();
        let mut declared = root.unwrap_or_default();
        for own in at.declarations() {
            let around = declared.iter().chain(self.namespaces.iter().rev()).find(|n| n.prefix == own.prefix);
            // Canonical XML leaves out what changes nothing; no namespace at all is what is there at first.
            if around.map_or("", |around| &around.name) == own.name {
                continue;
            }
            declared.retain(|namespace| namespace.prefix != own.prefix);
            declared.push(own);
        }
        declared.sort();
        let mut written = Vec::new();
        for Namespace { prefix, name } in &declared {
            let colon = if prefix.is_empty() { "" } else { ":" };
            written.extend_from_slice(format!(" xmlns{colon}{prefix}=\"").as_bytes());
            escape::attribute(&mut written, name.as_bytes())
                .map_err(|_| at.error("a namespace with forbidden characters"))?;
            written.push(b'"');
        }
        self.namespaces.extend(declared);
        if is_root {
            let span = self.emit.span(&written);
            self.emit.op(Op::RootNamespaces(span));
        } else {
            self.emit.literal(&written);
        }
        Ok(())
    }

    /// A prefix must mean in the output what it means in the file: they differ when a prelude is used elsewhere.
    fn check_prefixes(&self, at: At<'a>, name: &str, attributes: &[Attribute<'a>]) -> Result<(), Error> {
        let prefix = |name: &str| name.split_once(':').map_or(String::new(), |(prefix, _)| prefix.to_owned());
        let mut prefixes = vec![prefix(name)];
        prefixes.extend(attributes.iter().map(|a| prefix(&a.written)).filter(|prefix| !prefix.is_empty()));
        for prefix in prefixes {
            let here = self.namespaces.iter().rev().find(|n| n.prefix == prefix).map_or("", |n| n.name.as_str());
            let here = if prefix == "xml" { XML } else { here };
            if here != at.resolve(&prefix) {
                return Err(at.error(format!("prefix {prefix:?} is not bound to {:?} here", at.resolve(&prefix))));
            }
        }
        Ok(())
    }

    fn attributes(&mut self, at: At<'a>, mut attributes: Vec<Attribute<'a>>) -> Result<(), Error> {
        attributes.sort_by(|a, b| (&a.namespace, &a.local).cmp(&(&b.namespace, &b.local)));
        for pair in attributes.windows(2) {
            if pair[0].namespace == pair[1].namespace && pair[0].local == pair[1].local {
                return Err(at.error(format!("attribute {} twice", pair[0].local)));
            }
        }
        for Attribute { written, content, .. } in attributes {
            let opening = format!(" {written}=\"");
            match content {
                Content::Value { value, optional: true, kind } => {
                    let name = self.emit.span(opening.as_bytes());
                    let path = self.emit.path(value.path());
                    self.emit.op(Op::OptionalAttribute { name, path, kind });
                }
                Content::Value { value, optional: false, kind } => {
                    self.emit.literal(opening.as_bytes());
                    let path = self.emit.path(value.path());
                    self.emit.op(Op::Value { path, kind, place: Place::Attribute });
                    self.emit.literal(b"\"");
                }
                Content::NullFlavor(value) => {
                    self.emit.literal(opening.as_bytes());
                    let path = self.emit.path(value.path());
                    self.emit.op(Op::NullFlavor { path });
                    self.emit.literal(b"\"");
                }
                Content::Parts(parts) => {
                    self.emit.literal(opening.as_bytes());
                    self.parts(at, parts, Place::Attribute)?;
                    self.emit.literal(b"\"");
                }
            }
        }
        Ok(())
    }

    /// Write a text with slots.
    pub(super) fn parts(&mut self, at: At<'a>, parts: Vec<Part<'_>>, place: Place) -> Result<(), Error> {
        for part in parts {
            match part {
                Part::Text(text) => {
                    let mut escaped = Vec::new();
                    let written = match place {
                        Place::Text => escape::text(&mut escaped, text.as_bytes()),
                        Place::Attribute => escape::attribute(&mut escaped, text.as_bytes()),
                    };
                    written.map_err(|_| at.error("a forbidden character"))?;
                    self.emit.literal(&escaped);
                }
                Part::Slot(slot) => self.slot(at, slot, place)?,
            }
        }
        Ok(())
    }

    fn slot(&mut self, at: At<'a>, Slot { path, optional, format }: Slot<'_>, place: Place) -> Result<(), Error> {
        match self.scope.find(at, &self.shapes, path)? {
            Found::Number(slot) if format.is_none() => {
                self.emit.op(Op::Number { slot });
                return Ok(());
            }
            Found::Value { value, null: true, .. } if !optional && format.is_none() => {
                let path = self.emit.path(value.path());
                self.emit.op(Op::NullFlavor { path });
                return Ok(());
            }
            _ => {}
        }
        let marked = if optional { format!("{path}?") } else { path.to_owned() };
        let (value, _) = self.value(at, &marked)?;
        let kind = self.kind(at, &value.of, format)?;
        let path = self.emit.path(value.path());
        self.emit.op(Op::Value { path, kind, place });
        Ok(())
    }

    fn kind(&self, at: At<'a>, of: &Type, format: Option<&str>) -> Result<Kind, Error> {
        match (of, format) {
            (Type::Str, Some(name)) => {
                Format::named(name).map(Kind::Checked).ok_or_else(|| at.error(format!("no formatter {name}")))
            }
            (_, Some(name)) => Err(at.error(format!("{name} formats a text, not {}", describe(&self.shapes, of)))),
            (Type::Str, None) => Ok(Kind::Text),
            (Type::Int, None) => Ok(Kind::Integer),
            (Type::Bool, None) => Ok(Kind::Truth),
            (Type::Bytes, None) => Ok(Kind::Base64),
            (Type::OrNull(_), None) => {
                let what = describe(&self.shapes, of);
                Err(at.error(format!("{what} cannot be written as a text: put it in a t:if known")))
            }
            _ => Err(at.error(format!("{} cannot be written as a text", describe(&self.shapes, of)))),
        }
    }
}
