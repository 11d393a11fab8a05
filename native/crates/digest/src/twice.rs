//! By AWS-LC: what every processor can do.

use aws_lc_rs::digest;

use crate::{Algorithm, Digests};

pub(crate) fn once(algorithm: Algorithm, data: &[u8]) -> digest::Digest {
    match algorithm {
        Algorithm::Sha1 => digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, data),
        Algorithm::Sha256 => digest::digest(&digest::SHA256, data),
    }
}

/// One digest after the other.
pub(crate) fn digests(data: &[u8]) -> Digests {
    let mut both = Digests { sha1: [0; 20], sha256: [0; 32] };
    both.sha1.copy_from_slice(once(Algorithm::Sha1, data).as_ref());
    both.sha256.copy_from_slice(once(Algorithm::Sha256, data).as_ref());
    both
}
