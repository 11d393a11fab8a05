//! How the output grows: most pieces are short, and a copy of any length is a call where a block is two moves.
#![allow(unsafe_code)]

/// Room that a copy may take beyond what it appends.
pub(crate) const BEYOND: usize = 64;
const SHORT: usize = 32;

/// Append the first `length` bytes of `from`. Where more bytes follow and there is room, a block of fixed size is copied;
/// what is too much of it is written over by the next piece.
///
/// # Panics
/// `from` is shorter than that.
#[inline(always)]
pub(crate) fn append(out: &mut Vec<u8>, from: &[u8], length: usize) {
    if length <= SHORT
        && let Some(source) = from.first_chunk::<SHORT>()
        && fits::<SHORT>(out)
    {
        // SAFETY: the block fits.
        unsafe { block(out, source, length) };
    } else {
        long(out, from, length);
    }
}

#[inline(never)]
fn long(out: &mut Vec<u8>, from: &[u8], length: usize) {
    match from.first_chunk::<BEYOND>() {
        // SAFETY: the block fits.
        Some(source) if length <= BEYOND && fits::<BEYOND>(out) => unsafe { block(out, source, length) },
        _ => out.extend_from_slice(&from[..length]),
    }
}

/// Say whether that many bytes more fit into what is reserved.
#[inline(always)]
fn fits<const BLOCK: usize>(out: &Vec<u8>) -> bool {
    out.capacity().wrapping_sub(out.len()) >= BLOCK
}

/// Copy a block and keep `length` bytes of it.
///
/// # Safety
/// `BLOCK` bytes more fit into the capacity of `out`, and `length` is not above `BLOCK`.
#[inline(always)]
unsafe fn block<const BLOCK: usize>(out: &mut Vec<u8>, source: &[u8; BLOCK], length: usize) {
    // SAFETY: the caller says that there is room, which no other reference reaches; the bytes up to the new length were
    // written by this copy.
    unsafe {
        out.as_mut_ptr().add(out.len()).cast::<[u8; BLOCK]>().write(*source);
        out.set_len(out.len().wrapping_add(length));
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
    use super::{append, number};

    #[test]
    fn exactly_what_was_asked_is_appended() {
        let from: Vec<u8> = (0..=255).collect();
        for room in [0, 10, 31, 32, 63, 64, 200] {
            for length in 0..130 {
                for start in [0, 1, 100, 126, 256 - length.min(256)] {
                    let mut out = Vec::with_capacity(6 + room);
                    out.extend_from_slice(b"before");
                    append(&mut out, &from[start..], length);
                    assert_eq!(out, [b"before", &from[start..start + length]].concat());
                }
            }
        }
    }

    #[test]
    #[should_panic(expected = "range")]
    fn more_than_there_is_cannot_be_appended() {
        append(&mut Vec::with_capacity(64), b"short", 6);
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
