//! Texts as they lie in a message: what must be looked at in them.

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

/// Whether any byte of a text needs a look (0xEF apart), and whether any is beyond ASCII.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Marks {
    pub(crate) special: bool,
    pub(crate) high: bool,
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

/// Look once at the text of `length` bytes that begins at `start`.
///
/// # Panics
/// The message does not hold it.
#[inline(always)]
pub(crate) fn look(message: &[u8], start: usize, length: usize) -> Seen {
    #[cfg(target_arch = "x86_64")]
    let marks = crate::simd::marks(message, start, length);
    #[cfg(not(target_arch = "x86_64"))]
    let marks = words(&message[start..start + length]);
    if marks.high {
        return look_beyond_ascii(&message[start..start + length], marks.special);
    }
    if marks.special { Seen::Special } else { Seen::Plain }
}

#[inline(never)]
fn look_beyond_ascii(text: &[u8], special: bool) -> Seen {
    match std::str::from_utf8(text) {
        Err(_) => Seen::Broken,
        Ok(_) if special || text.contains(&0xEF) => Seen::Special,
        Ok(_) => Seen::Plain,
    }
}

/// Eight bytes at a time, for processors of other kinds; words overlap at the end.
#[cfg(any(test, not(target_arch = "x86_64")))]
fn words(text: &[u8]) -> Marks {
    let mut filled = [b' '; 8];
    let last = text.last_chunk::<8>().copied().unwrap_or_else(|| {
        filled[..text.len()].copy_from_slice(text);
        filled
    });
    let words = text.as_chunks::<8>().0.iter().chain([&last]).map(|word| u64::from_le_bytes(*word));
    let (found, all) = words.fold((0, 0), |(found, all), word| (found | special(word), all | word));
    Marks { special: found != 0, high: all & HIGH != 0 }
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

#[cfg(test)]
mod tests {
    use super::{Marks, Seen, is_special, next_special, words};

    /// What `look` sees, whatever stands around the text.
    fn look(text: &[u8]) -> Seen {
        let seen = super::look(text, 0, text.len());
        for around in [0, 1, 7, 8, 15, 16, 40] {
            let message = [&b"&<\x01\xC3"[..], text, &vec![b'&'; around]].concat();
            assert_eq!(super::look(&message, 4, text.len()), seen, "{text:?}");
        }
        let special = text.iter().any(|byte| is_special(*byte) && *byte != 0xEF);
        assert_eq!(words(text), Marks { special, high: !text.is_ascii() });
        seen
    }

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
}
