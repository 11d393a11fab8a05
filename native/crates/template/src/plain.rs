//! Texts as they lie in a longer slice: what must be looked at in them, and how they are copied.

/// Bytes that need a look: everything else is copied as it is. 0xEF begins U+FFFE and U+FFFF.
const fn is_special(byte: u8) -> bool {
    matches!(byte, 0..0x20 | b'"' | b'&' | b'<' | b'>' | 0xEF)
}

const ONES: u64 = u64::MAX / 0xFF;
const HIGH: u64 = ONES << 7;

/// Marks the lowest byte of a word that is zero; what is marked above it means nothing.
const fn zero(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word
}

/// Marks, by its high bit, the lowest byte of a word that needs a look, 0xEF apart. Those that differ in one bit are found
/// together.
#[inline]
const fn special(word: u64) -> u64 {
    let control = word.wrapping_sub(ONES * 0x20) & !word;
    let angle = zero((word | (ONES * (b'<' ^ b'>') as u64)) ^ (ONES * b'>' as u64));
    let quote = zero((word | (ONES * (b'"' ^ b'&') as u64)) ^ (ONES * b'&' as u64));
    (control | angle | quote) & HIGH
}

/// What a text holds, as far as words tell.
#[derive(Clone, Copy, Default)]
struct Words {
    special: u64,
    all: u64,
}

impl Words {
    #[inline]
    fn and(self, word: u64) -> Self {
        Self { special: self.special | special(word), all: self.all | word }
    }
}

/// What was seen in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// It is not UTF-8.
    Broken,
    /// A byte needs a look.
    Special,
    /// No byte needs a look.
    Plain,
}

/// Look at a text once.
#[inline]
pub(crate) fn look(text: &[u8]) -> Seen {
    let words = words(text);
    if words.all & HIGH == 0 {
        return if words.special == 0 { Seen::Plain } else { Seen::Special };
    }
    match std::str::from_utf8(text) {
        Err(_) => Seen::Broken,
        Ok(_) if words.special != 0 || text.contains(&0xEF) => Seen::Special,
        Ok(_) => Seen::Plain,
    }
}

/// Eight bytes at a time; words overlap at the end.
#[inline]
fn words(text: &[u8]) -> Words {
    let seen = Words::default();
    if let Some(last) = text.last_chunk::<8>() {
        let words = text.as_chunks::<8>().0.iter();
        return words.fold(seen.and(u64::from_le_bytes(*last)), |seen, word| seen.and(u64::from_le_bytes(*word)));
    }
    if let (Some(first), Some(last)) = (text.first_chunk::<4>(), text.last_chunk::<4>()) {
        return seen.and(u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << 32);
    }
    match *text {
        [] => seen,
        [a] => seen.and(ONES * u64::from(a)),
        [a, ref between @ .., b] => {
            let middle = between.first().copied().unwrap_or(a);
            seen.and(u64::from_le_bytes([a, middle, b, a, a, a, a, a]))
        }
    }
}

/// The place of the next byte that needs a look, from `at` on.
pub(crate) fn next_special(text: &[u8], mut at: usize) -> Option<usize> {
    while let Some(word) = text.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let word = u64::from_le_bytes(*word);
        let found = special(word) | zero(word ^ (ONES * 0xEF)) & HIGH;
        if found != 0 {
            return Some(at + found.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    let rest = text.get(at..)?.iter().position(|&byte| is_special(byte))?;
    Some(at + rest)
}

/// Room that a copy may take beyond what it appends.
pub(crate) const BEYOND: usize = 64;

/// Append `length` bytes of `from`, from `start` on. Where more bytes follow, a block of fixed size is copied and what is
/// too much taken back: that is one move where a copy of any length is a call.
#[inline]
pub(crate) fn append(out: &mut Vec<u8>, from: &[u8], start: usize, length: usize) {
    let rest = &from[start..];
    let end = out.len().saturating_add(length);
    if length <= 16
        && let Some(block) = rest.first_chunk::<16>()
    {
        out.extend_from_slice(block);
        out.truncate(end);
    } else if length <= BEYOND
        && let Some(block) = rest.first_chunk::<BEYOND>()
    {
        out.extend_from_slice(block);
        out.truncate(end);
    } else {
        out.extend_from_slice(&rest[..length]);
    }
}

/// Append a number in decimal figures.
#[inline]
pub(crate) fn number(out: &mut Vec<u8>, mut number: u64) {
    let mut figures = [b'0'; 20];
    let mut first = figures.len();
    loop {
        first -= 1;
        // A remainder of ten is a figure.
        figures[first] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(&figures[first..]);
}

#[cfg(test)]
mod tests {
    use super::{Seen, append, is_special, look, next_special, number};

    #[test]
    fn a_byte_that_needs_a_look_is_seen_wherever_it_stands() {
        for length in 1..70 {
            for at in 0..length {
                for byte in 0..0x80 {
                    let mut text = vec![b'x'; length];
                    text[at] = byte;
                    let seen = if is_special(byte) { Seen::Special } else { Seen::Plain };
                    assert_eq!(look(&text), seen, "{byte} {at} {length}");
                    assert_eq!(next_special(&text, 0), is_special(byte).then_some(at), "{byte} {at} {length}");
                    assert_eq!(next_special(&text, at + 1), None);
                }
            }
        }
        assert_eq!(look(&[]), Seen::Plain);
    }

    #[test]
    fn texts_beyond_ascii_are_seen_too() {
        for length in 0..40 {
            let around = |middle: &[u8]| [&vec![b'x'; length], middle, &[b'y'; 9]].concat();
            for (middle, seen) in [
                ("é".as_bytes(), Seen::Plain),
                ("é&".as_bytes(), Seen::Special),
                ("\u{FFFE}".as_bytes(), Seen::Special),
                ("\u{FEFF}".as_bytes(), Seen::Special),
                (b"\xC3".as_slice(), Seen::Broken),
            ] {
                let text = around(middle);
                assert_eq!(look(&text), seen, "{text:?}");
                let special = text.iter().position(|byte| is_special(*byte));
                assert_eq!(next_special(&text, 0), special, "{text:?}");
            }
        }
    }

    #[test]
    fn what_needs_a_look_is_what_canonical_xml_escapes_or_xml_forbids() {
        let special: Vec<u8> = (0x20..=255).filter(|byte| is_special(*byte)).collect();
        assert_eq!(special, [b'"', b'&', b'<', b'>', 0xEF]);
        assert!((0..0x20).all(is_special));
    }

    #[test]
    fn exactly_what_was_asked_is_appended() {
        let from: Vec<u8> = (0..=255).collect();
        for length in 0..130 {
            for start in [0, 1, 100, 126, 256 - length.min(256)] {
                let mut out = b"before".to_vec();
                append(&mut out, &from, start, length);
                assert_eq!(out, [b"before", &from[start..start + length]].concat());
            }
        }
    }

    #[test]
    fn numbers_have_all_their_figures() {
        for value in [0, 7, 10, 29, 100, u64::from(u32::MAX), u64::MAX] {
            let mut out = Vec::new();
            number(&mut out, value);
            assert_eq!(out, value.to_string().into_bytes());
        }
    }
}
