//! Sixteen bytes of a text at once, with the instructions that every x86-64 processor has.
#![allow(unsafe_code)]

use std::arch::x86_64::{
    _mm_cmpeq_epi8, _mm_loadu_si128, _mm_min_epu8, _mm_movemask_epi8, _mm_or_si128, _mm_set1_epi8,
};

use crate::plain::Marks;

const BLOCK: usize = 16;

/// Which bytes of a block need a look, and which are beyond ASCII: one bit for each, the first one lowest.
#[derive(Clone, Copy)]
struct Found {
    special: u32,
    high: u32,
}

impl Found {
    #[inline(always)]
    fn of(block: &[u8; BLOCK]) -> Self {
        let all = |byte: u8| byte.cast_signed();
        // SAFETY: every x86-64 processor has SSE2; 16 bytes are there, and the load needs no alignment.
        let (special, high) = unsafe {
            let bytes = _mm_loadu_si128(block.as_ptr().cast());
            let control = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(all(0x1F))), bytes);
            // Those that differ in one bit are found together.
            let quote = _mm_or_si128(bytes, _mm_set1_epi8(all(b'"' ^ b'&')));
            let angle = _mm_or_si128(bytes, _mm_set1_epi8(all(b'<' ^ b'>')));
            let quote = _mm_cmpeq_epi8(quote, _mm_set1_epi8(all(b'"' | b'&')));
            let angle = _mm_cmpeq_epi8(angle, _mm_set1_epi8(all(b'<' | b'>')));
            (_mm_movemask_epi8(_mm_or_si128(control, _mm_or_si128(quote, angle))), _mm_movemask_epi8(bytes))
        };
        Self { special: special.cast_unsigned(), high: high.cast_unsigned() }
    }

    #[inline(always)]
    fn and(self, other: Self) -> Self {
        Self { special: self.special | other.special, high: self.high | other.high }
    }

    #[inline(always)]
    fn marks(self) -> Marks {
        Marks { special: self.special != 0, high: self.high != 0 }
    }

    /// Those of the first `length` bytes only.
    #[inline(always)]
    fn first(self, length: usize) -> Self {
        let kept = (1_u32 << length) - 1;
        Self { special: self.special & kept, high: self.high & kept }
    }
}

/// The marks of the text of `length` bytes that begins at `start`.
///
/// # Panics
/// The message does not hold it.
#[inline(always)]
pub(crate) fn marks(message: &[u8], start: usize, length: usize) -> Marks {
    found(message, start, length).marks()
}

#[inline(always)]
fn found(message: &[u8], start: usize, length: usize) -> Found {
    let rest = &message[start..];
    if let Some(block) = rest.first_chunk::<BLOCK>()
        && length <= BLOCK
    {
        return Found::of(block).first(length);
    }
    each(&rest[..length])
}

/// Blocks overlap at the end; a text too short for one is filled up.
#[inline(never)]
fn each(text: &[u8]) -> Found {
    if let Some(last) = text.last_chunk::<BLOCK>() {
        let blocks = text.as_chunks::<BLOCK>().0.iter();
        return blocks.fold(Found::of(last), |found, block| found.and(Found::of(block)));
    }
    let mut block = [b' '; BLOCK];
    block[..text.len()].copy_from_slice(text);
    Found::of(&block)
}
