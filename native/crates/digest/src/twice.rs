//! One digest after the other, by AWS-LC: what every processor can do.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};

use crate::Digests;

pub(crate) fn digests(data: &[u8]) -> Digests {
    let sha1 = digest(&SHA1_FOR_LEGACY_USE_ONLY, data);
    let sha256 = digest(&SHA256, data);
    let mut both = Digests { sha1: [0; 20], sha256: [0; 32] };
    both.sha1.copy_from_slice(sha1.as_ref());
    both.sha256.copy_from_slice(sha256.as_ref());
    both
}
