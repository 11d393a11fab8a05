//! The named formatters of `{path|name}`: a closed set. Each checks a text and writes it as it is.

use crate::hl7;

/// A formatter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// A decimal number of XML Schema, without exponent: `5.00` keeps its digits.
    Decimal,
    /// `true` or `false`.
    Bool,
    /// An object identifier, at most 64 characters.
    Oid,
    /// A UUID in its 36 characters.
    Uuid,
    /// A code: no white space, at least one character (HL7 `cs`).
    Code,
    /// A name that an `ID` attribute can hold.
    Name,
    /// A day, `YYYYMMDD`.
    Date,
    /// An HL7 time.
    Time,
}

impl Format {
    /// The formatter of that name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "decimal" => Self::Decimal,
            "bool" => Self::Bool,
            "oid" => Self::Oid,
            "uuid" => Self::Uuid,
            "code" => Self::Code,
            "name" => Self::Name,
            "date" => Self::Date,
            "time" => Self::Time,
            _ => return None,
        })
    }

    /// The code of the error for a text that does not pass.
    pub(crate) fn refusal(self) -> &'static str {
        match self {
            Self::Decimal => "model.decimal",
            Self::Bool => "model.bool",
            Self::Oid => "model.oid",
            Self::Uuid => "model.uuid",
            Self::Code => "model.code",
            Self::Name => "model.name",
            Self::Date => "model.date",
            Self::Time => "model.time",
        }
    }

    /// Does the text pass?
    pub(crate) fn accepts(self, text: &[u8]) -> bool {
        match self {
            Self::Decimal => is_decimal(text),
            Self::Bool => matches!(text, b"true" | b"false"),
            Self::Oid => is_oid(text),
            Self::Uuid => is_uuid(text),
            Self::Code => !text.is_empty() && !text.iter().any(|byte| b" \t\n\r".contains(byte)),
            Self::Name => is_name(text),
            Self::Date => text.len() == 8 && hl7::is_time(text),
            Self::Time => hl7::is_time(text),
        }
    }
}

fn is_decimal(text: &[u8]) -> bool {
    let unsigned = if let [b'+' | b'-', unsigned @ ..] = text { unsigned } else { text };
    let (mut digits, mut points) = (0_usize, 0_usize);
    for byte in unsigned {
        match byte {
            b'0'..=b'9' => digits += 1,
            b'.' => points += 1,
            _ => return false,
        }
    }
    digits > 0 && points < 2
}

fn is_oid(text: &[u8]) -> bool {
    let arc =
        |arc: &[u8]| arc == b"0" || !arc.starts_with(b"0") && !arc.is_empty() && arc.iter().all(u8::is_ascii_digit);
    let mut arcs = text.split(|byte| *byte == b'.');
    text.len() <= 64 && arcs.next().is_some_and(|first| matches!(first, b"0" | b"1" | b"2")) && {
        let mut arcs = arcs.peekable();
        arcs.peek().is_some() && arcs.all(arc)
    }
}

fn is_uuid(text: &[u8]) -> bool {
    text.len() == 36
        && text
            .iter()
            .enumerate()
            .all(|(at, byte)| if matches!(at, 8 | 13 | 18 | 23) { *byte == b'-' } else { byte.is_ascii_hexdigit() })
}

/// An `NCName` of XML, in ASCII only: what an `ID` of a document needs.
pub(crate) fn is_name(text: &[u8]) -> bool {
    let mut characters = text.iter();
    characters.next().is_some_and(|first| *first == b'_' || first.is_ascii_alphabetic())
        && characters.all(|character| character.is_ascii_alphanumeric() || matches!(character, b'_' | b'-' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::Format;

    fn check(format: Format, good: &[&str], bad: &[&str]) {
        for text in good {
            assert!(format.accepts(text.as_bytes()), "{format:?} {text}");
        }
        for text in bad {
            assert!(!format.accepts(text.as_bytes()), "{format:?} {text}");
        }
    }

    #[test]
    fn decimals_have_digits_and_no_exponent() {
        check(
            Format::Decimal,
            &["5.00", "-0.1", "+12", ".5", "5.", "0", "00123456789012345678901234567890.10"],
            &["", ".", "-", "1E+2", "NaN", "Infinity", "1,5", " 1", "1.2.3", "٣", "--1"],
        );
    }

    #[test]
    fn oids_have_arcs_without_leading_zeros_and_64_characters() {
        let (longest, longer) = (format!("1.{}", "2".repeat(62)), format!("1.{}", "2".repeat(63)));
        check(
            Format::Oid,
            &["1.2.250.1.213", "2.16.840.1.113883.6.1", "0.9", "1.0.2", &longest],
            &["", "1", "3.1", "1.", "1..2", ".1", "1.02", "1.2a", "urn:oid:1.2", &longer],
        );
    }

    #[test]
    fn uuids_have_their_dashes() {
        check(
            Format::Uuid,
            &["0f8fad5b-d9cb-469f-a165-70867728950e", "0F8FAD5B-D9CB-469F-A165-70867728950E"],
            &["", "0f8fad5bd9cb469fa16570867728950e", "0f8fad5b-d9cb-469f-a165-70867728950g", "é"],
        );
    }

    #[test]
    fn other_formats_pass_what_they_say() {
        check(Format::Bool, &["true", "false"], &["", "1", "True"]);
        check(Format::Code, &["M", "a/b", "é"], &["", " ", "a b", "a\n"]);
        check(Format::Name, &["a", "_1", "o1.2-x"], &["", "1a", "-a", "a b", "a:b", "é"]);
        check(Format::Date, &["20261125"], &["", "2026", "20260230", "2026112508", "2026-11-2"]);
        check(Format::Time, &["2026", "20261125083000+0100"], &["", "20260230"]);
    }
}
