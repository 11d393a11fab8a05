//! The two digests of a sealed document, in one pass: SHA-1 for the XDS metadata, SHA-256 for everything else.
//!
//! With the SHA instructions of x86-64 both chains run side by side, block by block: each waits for its own previous
//! block only, so the processor overlaps them. Elsewhere AWS-LC hashes twice.

#[cfg(target_arch = "x86_64")]
mod fused;
mod twice;

/// SHA-1 and SHA-256 of one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digests {
    /// 20 bytes, as the `hash` slot of a document entry wants it (IHE ITI TF-3, 4.2.3.2.10).
    pub sha1: [u8; 20],
    /// 32 bytes.
    pub sha256: [u8; 32],
}

/// Return the two digests of `data`.
#[must_use]
pub fn digests(data: &[u8]) -> Digests {
    #[cfg(target_arch = "x86_64")]
    if let Some(both) = fused::digests(data) {
        return both;
    }
    twice::digests(data)
}

/// A digest alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// SHA-1.
    Sha1,
    /// SHA-256.
    Sha256,
}

/// Return one digest of `data`.
#[must_use]
pub fn digest(algorithm: Algorithm, data: &[u8]) -> impl AsRef<[u8]> + use<> {
    twice::once(algorithm, data)
}

/// Say whether this processor hashes both in one pass.
#[must_use]
pub fn in_one_pass() -> bool {
    #[cfg(target_arch = "x86_64")]
    return fused::is_here();
    #[cfg(not(target_arch = "x86_64"))]
    false
}

#[cfg(test)]
mod tests {
    use super::{Algorithm, digest, digests, in_one_pass, twice};
    use proptest::prelude::{any, proptest};

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn the_vectors_of_fips_180_hold() {
        let both = digests(b"abc");
        assert_eq!(hex(&both.sha1), "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert_eq!(hex(&both.sha256), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn an_empty_message_has_digests() {
        assert_eq!(hex(&digests(b"").sha1), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
    }

    #[test]
    fn a_long_message_is_hashed_whole() {
        let long = vec![b'a'; 1_000_000];
        let both = digests(&long);
        assert_eq!(hex(&both.sha1), "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
        assert_eq!(hex(&both.sha256), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    }

    #[test]
    fn every_length_around_the_padding_agrees_with_aws_lc() {
        for length in 0..400 {
            let data: Vec<u8> = (0..length).map(|at: u32| (at * 31 % 251) as u8).collect();
            assert_eq!(digests(&data), twice::digests(&data), "{length} bytes, in one pass: {}", in_one_pass());
        }
    }

    proptest! {
        #[test]
        fn any_message_agrees_with_aws_lc(data in proptest::collection::vec(any::<u8>(), 0..5000)) {
            let both = digests(&data);
            assert_eq!(both, twice::digests(&data));
            assert_eq!(digest(Algorithm::Sha1, &data).as_ref(), both.sha1);
            assert_eq!(digest(Algorithm::Sha256, &data).as_ref(), both.sha256);
        }
    }
}
