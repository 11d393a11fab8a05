//! SHA-1 and SHA-256 side by side with the SHA instructions of x86-64 (FIPS 180-4, 6.1 and 6.2).
#![allow(unsafe_code)]

use std::arch::x86_64::{
    __m128i, _mm_add_epi32, _mm_alignr_epi8, _mm_blend_epi16, _mm_extract_epi32, _mm_loadu_si128, _mm_set_epi32,
    _mm_set_epi64x, _mm_setzero_si128, _mm_sha1msg1_epu32, _mm_sha1msg2_epu32, _mm_sha1nexte_epu32,
    _mm_sha1rnds4_epu32, _mm_sha256msg1_epu32, _mm_sha256msg2_epu32, _mm_sha256rnds2_epu32, _mm_shuffle_epi8,
    _mm_shuffle_epi32, _mm_storeu_si128, _mm_xor_si128,
};

use crate::Digests;

const BLOCK: usize = 64;

/// The round constants of SHA-256.
#[rustfmt::skip]
const K: [u32; 64] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
    0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
    0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
    0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
];

/// Say whether the instructions are here.
pub(crate) fn is_here() -> bool {
    is_x86_feature_detected!("sha") && is_x86_feature_detected!("ssse3") && is_x86_feature_detected!("sse4.1")
}

/// Hash, or `None` when the processor lacks the instructions.
pub(crate) fn digests(data: &[u8]) -> Option<Digests> {
    // SAFETY: the features that `hash` needs were just found.
    is_here().then(|| unsafe { hash(data) })
}

/// Both states: SHA-1 as (ABCD, E), SHA-256 as (ABEF, CDGH).
struct States {
    abcd: __m128i,
    e: __m128i,
    abef: __m128i,
    cdgh: __m128i,
}

#[target_feature(enable = "sha,ssse3,sse4.1")]
fn hash(data: &[u8]) -> Digests {
    let mut states = States {
        abcd: _mm_set_epi32(0x6745_2301, -0x1032_5477, -0x6745_2302, 0x1032_5476),
        e: _mm_set_epi32(-0x3c2d_1e10, 0, 0, 0),
        abef: _mm_set_epi32(0x6a09_e667, -0x4498_517b, 0x510e_527f, -0x64fa_9774),
        cdgh: _mm_set_epi32(0x3c6e_f372, -0x5ab0_0ac6, 0x1f83_d9ab, 0x5be0_cd19),
    };
    let mut blocks = data.chunks_exact(BLOCK);
    for block in &mut blocks {
        absorb(&mut states, block);
    }
    let (last, length) = padded(blocks.remainder(), data.len());
    for block in last[..length].chunks_exact(BLOCK) {
        absorb(&mut states, block);
    }
    finish(&states)
}

/// The last bytes with their padding: one block or two.
fn padded(rest: &[u8], total: usize) -> ([u8; 2 * BLOCK], usize) {
    let mut last = [0; 2 * BLOCK];
    last[..rest.len()].copy_from_slice(rest);
    last[rest.len()] = 0x80;
    let length = if rest.len() < BLOCK - 8 { BLOCK } else { 2 * BLOCK };
    last[length - 8..length].copy_from_slice(&(total as u64 * 8).to_be_bytes());
    (last, length)
}

/// Take in one block, four rounds of each in turn: written one after the other, the two chains hardly overlap.
#[target_feature(enable = "sha,ssse3,sse4.1")]
fn absorb(states: &mut States, block: &[u8]) {
    let mut ours = load(block);
    let mut theirs = [reversed(ours[0]), reversed(ours[1]), reversed(ours[2]), reversed(ours[3])];
    let mut sha1 = Sha1 { now: states.abcd, before: states.abcd, with_e: _mm_add_epi32(states.e, theirs[0]) };
    let (mut abef, mut cdgh) = (states.abef, states.cdgh);
    macro_rules! four_rounds {
        ($($four:literal)*) => {$(
            sha1_rounds::<$four>(&mut sha1, &mut theirs);
            sha256_rounds::<$four>(&mut abef, &mut cdgh, &mut ours);
        )*};
    }
    four_rounds!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19);
    states.e = _mm_sha1nexte_epu32(sha1.before, states.e);
    states.abcd = _mm_add_epi32(sha1.now, states.abcd);
    states.abef = _mm_add_epi32(states.abef, abef);
    states.cdgh = _mm_add_epi32(states.cdgh, cdgh);
}

/// The 16 words of a block, four to a register, the first one lowest.
#[target_feature(enable = "sha,ssse3,sse4.1")]
fn load(block: &[u8]) -> [__m128i; 4] {
    let big_endian = _mm_set_epi64x(0x0c0d_0e0f_0809_0a0b, 0x0405_0607_0001_0203);
    let mut words = [_mm_setzero_si128(); 4];
    for (word, bytes) in words.iter_mut().zip(block.chunks_exact(16)) {
        // SAFETY: `bytes` holds 16 bytes, and the load needs no alignment.
        let loaded = unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) };
        *word = _mm_shuffle_epi8(loaded, big_endian);
    }
    words
}

/// Reverse four words: the instructions for SHA-1 want the first one highest.
#[target_feature(enable = "sha,ssse3,sse4.1")]
fn reversed(words: __m128i) -> __m128i {
    _mm_shuffle_epi32::<0x1B>(words)
}

/// SHA-1 within a block: its state, the one before (from which the next E comes), and the words with E added.
struct Sha1 {
    now: __m128i,
    before: __m128i,
    with_e: __m128i,
}

#[inline]
#[target_feature(enable = "sha,ssse3,sse4.1")]
fn sha1_rounds<const FOUR: usize>(sha1: &mut Sha1, w: &mut [__m128i; 4]) {
    if FOUR > 0 {
        sha1.with_e = _mm_sha1nexte_epu32(sha1.before, w[FOUR % 4]);
    }
    sha1.before = sha1.now;
    sha1.now = match FOUR / 5 {
        0 => _mm_sha1rnds4_epu32::<0>(sha1.now, sha1.with_e),
        1 => _mm_sha1rnds4_epu32::<1>(sha1.now, sha1.with_e),
        2 => _mm_sha1rnds4_epu32::<2>(sha1.now, sha1.with_e),
        _ => _mm_sha1rnds4_epu32::<3>(sha1.now, sha1.with_e),
    };
    if FOUR < 16 {
        let (w0, w1, w2, w3) = (w[FOUR % 4], w[(FOUR + 1) % 4], w[(FOUR + 2) % 4], w[(FOUR + 3) % 4]);
        w[FOUR % 4] = _mm_sha1msg2_epu32(_mm_xor_si128(_mm_sha1msg1_epu32(w0, w1), w2), w3);
    }
}

#[inline]
#[target_feature(enable = "sha,ssse3,sse4.1")]
fn sha256_rounds<const FOUR: usize>(abef: &mut __m128i, cdgh: &mut __m128i, w: &mut [__m128i; 4]) {
    if FOUR >= 16 {
        return;
    }
    let k = &K[FOUR * 4..FOUR * 4 + 4];
    // SAFETY: `k` holds four words, and the load needs no alignment.
    let constants = unsafe { _mm_loadu_si128(k.as_ptr().cast()) };
    let sum = _mm_add_epi32(w[FOUR % 4], constants);
    *cdgh = _mm_sha256rnds2_epu32(*cdgh, *abef, sum);
    *abef = _mm_sha256rnds2_epu32(*abef, *cdgh, _mm_shuffle_epi32::<0x0E>(sum));
    if FOUR < 12 {
        let (w0, w1, w2, w3) = (w[FOUR % 4], w[(FOUR + 1) % 4], w[(FOUR + 2) % 4], w[(FOUR + 3) % 4]);
        let partial = _mm_add_epi32(_mm_sha256msg1_epu32(w0, w1), _mm_alignr_epi8::<4>(w3, w2));
        w[FOUR % 4] = _mm_sha256msg2_epu32(partial, w3);
    }
}

#[target_feature(enable = "sha,ssse3,sse4.1")]
fn finish(states: &States) -> Digests {
    let mut both = Digests { sha1: [0; 20], sha256: [0; 32] };
    let mut abcd = [0; 4];
    store(reversed(states.abcd), &mut abcd);
    put(&mut both.sha1[..16], &abcd);
    let e = _mm_extract_epi32::<3>(states.e).cast_unsigned();
    both.sha1[16..].copy_from_slice(&e.to_be_bytes());
    let feba = _mm_shuffle_epi32::<0x1B>(states.abef);
    let dchg = _mm_shuffle_epi32::<0xB1>(states.cdgh);
    let (mut front, mut back) = ([0; 4], [0; 4]);
    store(_mm_blend_epi16::<0xF0>(feba, dchg), &mut front);
    store(_mm_alignr_epi8::<8>(dchg, feba), &mut back);
    put(&mut both.sha256[..16], &front);
    put(&mut both.sha256[16..], &back);
    both
}

#[target_feature(enable = "sha,ssse3,sse4.1")]
fn store(words: __m128i, to: &mut [u32; 4]) {
    // SAFETY: `to` has room for four words, and the store needs no alignment.
    unsafe { _mm_storeu_si128(to.as_mut_ptr().cast(), words) };
}

fn put(bytes: &mut [u8], words: &[u32]) {
    for (four, word) in bytes.chunks_exact_mut(4).zip(words) {
        four.copy_from_slice(&word.to_be_bytes());
    }
}
