//! The only two ways by which data reaches the output, with the escapes of Canonical XML 1.0, 2.3.

use crate::plain::next_special;

/// A character that XML 1.0 cannot carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Forbidden(pub(crate) u32);

/// Append `value` (UTF-8) as character data.
///
/// # Errors
/// [`Forbidden`]: nothing is dropped or replaced in silence.
pub(crate) fn text(out: &mut Vec<u8>, value: &[u8]) -> Result<(), Forbidden> {
    escape(out, value, text_reference)
}

/// Append `value` (UTF-8) as the inside of an attribute value in double quotes.
///
/// # Errors
/// [`Forbidden`]: nothing is dropped or replaced in silence.
pub(crate) fn attribute(out: &mut Vec<u8>, value: &[u8]) -> Result<(), Forbidden> {
    escape(out, value, attribute_reference)
}

fn text_reference(byte: u8) -> Option<&'static [u8]> {
    match byte {
        b'&' => Some(b"&amp;"),
        b'<' => Some(b"&lt;"),
        b'>' => Some(b"&gt;"),
        b'\r' => Some(b"&#xD;"),
        _ => None,
    }
}

fn attribute_reference(byte: u8) -> Option<&'static [u8]> {
    match byte {
        b'&' => Some(b"&amp;"),
        b'<' => Some(b"&lt;"),
        b'"' => Some(b"&quot;"),
        b'\t' => Some(b"&#x9;"),
        b'\n' => Some(b"&#xA;"),
        b'\r' => Some(b"&#xD;"),
        _ => None,
    }
}

fn escape(out: &mut Vec<u8>, bytes: &[u8], reference: fn(u8) -> Option<&'static [u8]>) -> Result<(), Forbidden> {
    let (mut copied, mut from) = (0, 0);
    while let Some(at) = next_special(bytes, from) {
        let byte = bytes[at];
        if let Some(escaped) = reference(byte) {
            out.extend_from_slice(&bytes[copied..at]);
            out.extend_from_slice(escaped);
            copied = at + 1;
        } else if byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r') {
            return Err(Forbidden(u32::from(byte)));
        } else if byte == 0xEF && matches!(&bytes[at..], [_, 0xBF, 0xBE | 0xBF, ..]) {
            return Err(Forbidden(0xFFC0 | u32::from(bytes[at + 2] & 0x3F)));
        }
        from = at + 1;
    }
    out.extend_from_slice(&bytes[copied..]);
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::{Forbidden, attribute, text};

    fn as_text(value: &str) -> Result<String, Forbidden> {
        let mut out = Vec::new();
        text(&mut out, value.as_bytes()).map(|()| String::from_utf8(out).unwrap())
    }

    fn as_attribute(value: &str) -> Result<String, Forbidden> {
        let mut out = Vec::new();
        attribute(&mut out, value.as_bytes()).map(|()| String::from_utf8(out).unwrap())
    }

    #[test]
    fn text_is_escaped_as_canonical_xml_wants() {
        assert_eq!(as_text("a&b<c>d\"e'f\tg\nh\ri").unwrap(), "a&amp;b&lt;c&gt;d\"e'f\tg\nh&#xD;i");
    }

    #[test]
    fn an_attribute_is_escaped_as_canonical_xml_wants() {
        assert_eq!(as_attribute("a&b<c>d\"e'f\tg\nh\ri").unwrap(), "a&amp;b&lt;c>d&quot;e'f&#x9;g&#xA;h&#xD;i");
    }

    #[test]
    fn every_forbidden_character_is_refused_and_named() {
        let controls = (0..0x20).filter(|c| !matches!(c, 9 | 10 | 13));
        for character in controls.chain([0xFFFE, 0xFFFF]) {
            let value = format!("x{}y", char::from_u32(character).unwrap());
            assert_eq!(as_text(&value), Err(Forbidden(character)));
            assert_eq!(as_attribute(&value), Err(Forbidden(character)));
        }
    }

    #[test]
    fn a_special_byte_is_found_wherever_it_stands_in_a_text_of_any_length() {
        for length in 1..70 {
            for at in 0..length {
                let value = format!("{}&{}", "é".repeat(at), "x".repeat(length - at - 1));
                assert_eq!(as_text(&value).unwrap(), value.replace('&', "&amp;"));
                let refused = value.replace('&', "\u{1}");
                assert_eq!(as_text(&refused), Err(Forbidden(1)));
            }
        }
    }

    #[test]
    fn neighbours_of_the_forbidden_ones_pass() {
        for value in ["\u{FFFD}", "\u{F000}", "\u{FEFF}", "\u{7F}", "\u{85}", "\u{1FFFE}", "ÿ", "’"] {
            assert_eq!(as_text(value).unwrap(), value);
            assert_eq!(as_attribute(value).unwrap(), value);
        }
    }
}
