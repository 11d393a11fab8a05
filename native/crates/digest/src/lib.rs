//! The two digests of a sealed document: SHA-1 for the XDS metadata, SHA-256 for everything else.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};

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
    let sha1 = digest(&SHA1_FOR_LEGACY_USE_ONLY, data);
    let sha256 = digest(&SHA256, data);
    let mut both = Digests { sha1: [0; 20], sha256: [0; 32] };
    both.sha1.copy_from_slice(sha1.as_ref());
    both.sha256.copy_from_slice(sha256.as_ref());
    both
}

#[cfg(test)]
mod tests {
    use super::digests;

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
        assert_eq!(hex(&digests(&long).sha1), "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
    }
}
