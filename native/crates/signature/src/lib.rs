//! Documents that carry a signature over digests of their own parts (XML Signature, 3.1 and 5.1), in two phases.
//!
//! Each part is rendered on its own, which is its canonical form, and digested; the block that names these digests is
//! what a key signs. The struct ends with the texts that only come on the way, empty until then: one digest for each
//! part, in their order, then the signature, all in base 64.

use caducee_digest::{Algorithm, digest};
use caducee_template::{Error, Program};

/// The templates of one kind of signature, over the same struct.
#[derive(Debug)]
pub struct Layout<'p> {
    /// What is digested.
    pub parts: Vec<&'p Program>,
    /// What is signed: it names the digests.
    pub signed: &'p Program,
    /// The document.
    pub whole: &'p Program,
}

/// What a key must sign, and the message of the document that lacks only its signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prepared {
    /// The canonical block that names the digests.
    pub to_sign: Vec<u8>,
    /// For [`Layout::finish`].
    pub message: Vec<u8>,
}

impl Layout<'_> {
    /// Digest the parts of a msgpack message and render what a key must sign.
    ///
    /// # Errors
    /// What [`Program::render`] refuses; [`Error::Message`] when the message does not end with the empty texts.
    pub fn prepare(&self, message: &[u8], algorithm: Algorithm) -> Result<Prepared, Error> {
        let mut digests = Vec::with_capacity(self.parts.len());
        for part in &self.parts {
            digests.push(digest(algorithm, &part.render(message, false)?.into_bytes()));
        }
        let message = filled(message, &digests, 1).ok_or(Error::Message { path: String::new() })?;
        let to_sign = self.signed.render(&message, false)?.into_bytes();
        Ok(Prepared { to_sign, message })
    }

    /// Render the document of a prepared message with its signature.
    ///
    /// # Errors
    /// As [`Layout::prepare`].
    pub fn finish(&self, message: &[u8], signature: &[u8]) -> Result<Vec<u8>, Error> {
        let message = filled(message, &[signature], 0).ok_or(Error::Message { path: String::new() })?;
        Ok(self.whole.render(&message, false)?.into_bytes())
    }
}

/// An empty text of msgpack.
const EMPTY: u8 = 0xA0;
/// A text whose length follows in two bytes.
const TEXT: u8 = 0xDA;

/// The message with these values, in base 64, in place of its last empty texts but the last `left`.
fn filled<V: AsRef<[u8]>>(message: &[u8], values: &[V], left: usize) -> Option<Vec<u8>> {
    let (kept, empty) = message.split_at_checked(message.len().checked_sub(values.len() + left)?)?;
    if empty.iter().any(|byte| *byte != EMPTY) {
        return None;
    }
    let mut filled = Vec::with_capacity(message.len() + 2048);
    filled.extend_from_slice(kept);
    for value in values {
        let value = value.as_ref();
        let length = u16::try_from(base64_simd::STANDARD.encoded_length(value.len())).ok()?;
        filled.push(TEXT);
        filled.extend_from_slice(&length.to_be_bytes());
        base64_simd::STANDARD.encode_append(value, &mut filled);
    }
    filled.extend_from_slice(&empty[values.len()..]);
    Some(filled)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use caducee_digest::{Algorithm, digest};
    use caducee_template::{Program, Shapes, Source, compile};

    use super::{Layout, filled};

    /// `[["Set", [["name", "str"], ["first", "str"], ["second", "str"], ["value", "str"]]]]`
    const SHAPES: &[u8] =
        b"\x91\x92\xA3Set\x94\x92\xA4name\xA3str\x92\xA5first\xA3str\x92\xA6second\xA3str\x92\xA5value\xA3str";
    const MESSAGE: &[u8] = b"\x94\xA3a&b\xA0\xA0\xA0";

    fn program(inside: &str) -> Program {
        let text = format!("<t:document xmlns:t='urn:caducee:template:1' model='Set' as='m'>{inside}</t:document>");
        compile(Source { name: "t", text: text.as_bytes() }, Shapes::read(SHAPES).unwrap(), &[]).unwrap()
    }

    fn base64(bytes: &[u8]) -> String {
        base64_simd::STANDARD.encode_to_string(bytes)
    }

    #[test]
    fn the_block_names_the_digest_of_each_part_and_the_document_carries_the_signature() {
        let (one, two) = (program("<one>{m.name}</one>"), program("<two/>"));
        let signed = program("<signed>{m.first} {m.second}{m.value}</signed>");
        let whole = program("<all>{m.name} {m.first} {m.second} {m.value}</all>");
        let layout = Layout { parts: vec![&one, &two], signed: &signed, whole: &whole };
        for algorithm in [Algorithm::Sha1, Algorithm::Sha256] {
            let prepared = layout.prepare(MESSAGE, algorithm).unwrap();
            let first = base64(digest(algorithm, b"<one>a&amp;b</one>").as_ref());
            let second = base64(digest(algorithm, b"<two></two>").as_ref());
            assert_eq!(prepared.to_sign, format!("<signed>{first} {second}</signed>").into_bytes());
            let document = layout.finish(&prepared.message, &[0xFF; 256]).unwrap();
            let value = base64(&[0xFF; 256]);
            assert_eq!(document, format!("<all>a&amp;b {first} {second} {value}</all>").into_bytes());
        }
    }

    #[test]
    fn only_empty_texts_at_the_end_are_filled() {
        assert_eq!(filled(b"\x92\xA0\xA0", &[b"\0"], 1).unwrap(), b"\x92\xDA\0\x04AA==\xA0");
        assert_eq!(filled(b"\x92\xA1x\xA0", &[b"\0"], 1), None);
        assert_eq!(filled(b"\xA0", &[b"\0"], 1), None);
        assert_eq!(filled(b"\x91\xA0", &[vec![0; 60_000]], 0), None);
    }
}
