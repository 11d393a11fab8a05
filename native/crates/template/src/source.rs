//! A template file as its author wrote it: lines, literal names, namespace declarations.

use roxmltree::{Attribute, Document, Node, ParsingOptions};

use crate::error::Error;

/// The namespace of the template language.
pub(crate) const TEMPLATE: &str = "urn:caducee:template:1";
/// Bound to `xml` everywhere, declared nowhere.
pub(crate) const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// A file that was parsed.
pub(crate) struct File<'s> {
    name: &'s str,
    text: &'s str,
    document: Document<'s>,
}

/// A namespace in scope: prefix (empty for the default one) and name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Namespace {
    pub(crate) prefix: String,
    pub(crate) name: String,
}

impl<'s> File<'s> {
    pub(crate) fn parse(name: &'s str, text: &'s [u8]) -> Result<Self, Error> {
        let refuse = |line, message| Error::Template { file: name.to_owned(), line, message };
        let text = std::str::from_utf8(text).map_err(|_| refuse(1, "not UTF-8".to_owned()))?;
        let options = ParsingOptions { allow_dtd: false, ..ParsingOptions::default() };
        let document =
            Document::parse_with_options(text, options).map_err(|error| refuse(error.pos().row, error.to_string()))?;
        Ok(Self { name, text, document })
    }

    pub(crate) fn root(&self) -> At<'_> {
        At { file: self, node: self.document.root_element() }
    }
}

/// A node of a file.
#[derive(Clone, Copy)]
pub(crate) struct At<'a> {
    file: &'a File<'a>,
    pub(crate) node: Node<'a, 'a>,
}

impl<'a> At<'a> {
    pub(crate) fn children(self) -> impl Iterator<Item = At<'a>> {
        self.node.children().map(move |node| At { file: self.file, node })
    }

    pub(crate) fn error(self, message: impl Into<String>) -> Error {
        let line = self.file.document.text_pos_at(self.node.range().start).row;
        Error::Template { file: self.file.name.to_owned(), line, message: message.into() }
    }

    /// The local name, when it is an element of the template language.
    pub(crate) fn directive(self) -> Option<&'a str> {
        let name = self.node.tag_name();
        (name.namespace() == Some(TEMPLATE)).then(|| name.name())
    }

    /// The element's name with its prefix, as written.
    pub(crate) fn qualified_name(self) -> &'a str {
        let tag = &self.file.text[self.node.range()];
        tag[1..].split(|c: char| c.is_ascii_whitespace() || c == '/' || c == '>').next().unwrap_or("")
    }

    /// An attribute's name with its prefix, as written.
    pub(crate) fn attribute_name(self, attribute: &Attribute<'a, 'a>) -> &'a str {
        &self.file.text[attribute.range_qname()]
    }

    /// The value of an attribute of a directive.
    ///
    /// # Errors
    /// It is missing.
    pub(crate) fn required(self, name: &str) -> Result<&'a str, Error> {
        self.node.attribute(name).ok_or_else(|| self.error(format!("attribute {name} is missing")))
    }

    /// Refuse attributes that a directive does not know, and namespaces declared on it.
    pub(crate) fn allow_only(self, names: &[&str]) -> Result<(), Error> {
        self.allow_attributes(names)?;
        if self.declarations().is_empty() {
            Ok(())
        } else {
            Err(self.error("declare namespaces on an element of the output or on the root of the file"))
        }
    }

    /// Refuse attributes that a directive does not know.
    pub(crate) fn allow_attributes(self, names: &[&str]) -> Result<(), Error> {
        for attribute in self.node.attributes() {
            if attribute.namespace().is_some() || !names.contains(&attribute.name()) {
                return Err(self.error(format!("attribute {} is not expected here", attribute.name())));
            }
        }
        Ok(())
    }

    /// The namespaces that this start tag declares, but for the template language's own.
    pub(crate) fn declarations(self) -> Vec<Namespace> {
        let tag = &self.file.text[self.node.range()];
        attribute_names(tag)
            .into_iter()
            .filter_map(|name| match name.split_once(':') {
                None if name == "xmlns" => Some(""),
                Some(("xmlns", prefix)) => Some(prefix),
                _ => None,
            })
            .map(|prefix| Namespace { prefix: prefix.to_owned(), name: self.resolve(prefix).to_owned() })
            .filter(|namespace| namespace.name != TEMPLATE)
            .collect()
    }

    /// The namespace that a prefix is bound to in the file; empty for none.
    pub(crate) fn resolve(self, prefix: &str) -> &'a str {
        if prefix == "xml" {
            return XML;
        }
        self.node.lookup_namespace_uri((!prefix.is_empty()).then_some(prefix)).unwrap_or("")
    }
}

/// The names of the attributes of a start tag, in a text that is known to be well-formed.
fn attribute_names(tag: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = tag.split_once(|c: char| c.is_ascii_whitespace() || c == '>').map_or("", |(_, rest)| rest);
    if tag.split_once('>').is_some_and(|(start, _)| !start.contains(|c: char| c.is_ascii_whitespace())) {
        return names;
    }
    loop {
        rest = rest.trim_start();
        if rest.starts_with(['>', '/']) {
            return names;
        }
        let Some((name, after)) = rest.split_once('=') else { return names };
        let after = after.trim_start();
        let quote = after.chars().next().unwrap_or('"');
        let Some((_, after)) = after[quote.len_utf8()..].split_once(quote) else { return names };
        names.push(name.trim_end());
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::attribute_names;

    #[test]
    fn the_names_of_a_start_tag_are_read() {
        assert_eq!(attribute_names("<a x='1' xmlns:b = \"u>'\"\n c=\"\"><d e='2'/></a>"), ["x", "xmlns:b", "c"]);
    }

    #[test]
    fn a_tag_without_attributes_has_none() {
        assert!(attribute_names("<a>b c='d'</a>").is_empty());
        assert!(attribute_names("<a/>").is_empty());
        assert!(attribute_names("<a />").is_empty());
    }
}
