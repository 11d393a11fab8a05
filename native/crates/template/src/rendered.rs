//! What was rendered: the text, and the large bodies that are encoded where they go.

/// Bytes from this length on are encoded when the document is written, and not held twice.
pub(crate) const LARGE: usize = 4096;

/// A document whose large bodies are still in the message.
#[derive(Debug, Default)]
pub struct Rendered<'m> {
    pub(crate) text: Vec<u8>,
    /// Where in the text each body goes, in order.
    bodies: Vec<(usize, &'m [u8])>,
}

impl<'m> Rendered<'m> {
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self { text: Vec::with_capacity(capacity), bodies: Vec::new() }
    }

    /// Add bytes in base 64.
    pub(crate) fn base64(&mut self, bytes: &'m [u8]) {
        if bytes.len() >= LARGE {
            self.bodies.push((self.text.len(), bytes));
        } else {
            base64_simd::STANDARD.encode_append(bytes, &mut self.text);
        }
    }

    /// The document, when all of it has been written already.
    #[must_use]
    pub fn whole(&self) -> Option<&[u8]> {
        self.bodies.is_empty().then_some(&self.text)
    }

    /// The length of the document in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        let encoded = |(_, bytes): &(usize, &[u8])| base64_simd::STANDARD.encoded_length(bytes.len());
        self.text.len() + self.bodies.iter().map(encoded).sum::<usize>()
    }

    /// Is there nothing?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Write the document into room of exactly its length.
    ///
    /// # Panics
    /// The room is of another length.
    pub fn write(&self, mut room: &mut [u8]) {
        assert_eq!(room.len(), self.len());
        let mut written = 0;
        for &(at, bytes) in &self.bodies {
            let (text, rest) = room.split_at_mut(at - written);
            text.copy_from_slice(&self.text[written..at]);
            written = at;
            let (body, rest) = rest.split_at_mut(base64_simd::STANDARD.encoded_length(bytes.len()));
            let _ = base64_simd::STANDARD.encode(bytes, base64_simd::Out::from_slice(body));
            room = rest;
        }
        room.copy_from_slice(&self.text[written..]);
    }

    /// The document as bytes of its own.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        if self.bodies.is_empty() {
            return self.text;
        }
        let mut document = vec![0; self.len()];
        self.write(&mut document);
        document
    }
}

#[cfg(test)]
mod tests {
    use super::{LARGE, Rendered};

    #[test]
    fn bodies_of_every_length_stand_where_they_were_added() {
        let content: Vec<u8> = (0..=255).cycle().take(LARGE + 5).collect();
        for length in [0, 1, 2, 3, LARGE - 1, LARGE, LARGE + 1, LARGE + 2] {
            let mut rendered = Rendered::default();
            rendered.text.push(b'<');
            rendered.base64(&content[..length]);
            rendered.text.push(b'|');
            rendered.base64(&content[..length]);
            rendered.text.push(b'>');
            let encoded = base64_simd::STANDARD.encode_to_string(&content[..length]);
            let expected = format!("<{encoded}|{encoded}>");
            assert_eq!(rendered.len(), expected.len());
            assert_eq!(rendered.into_bytes(), expected.into_bytes());
        }
    }
}
