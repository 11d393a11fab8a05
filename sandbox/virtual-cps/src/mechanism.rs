//! What each key of the card does, and nothing more.

use cryptoki_sys::{CK_MECHANISM_TYPE, CK_RV, CKM_RSA_PKCS, CKM_RSA_PKCS_PSS};
use cryptoki_sys::{CKM_SHA_1, CKM_SHA1_RSA_PKCS, CKM_SHA1_RSA_PKCS_PSS, CKM_SHA256};
use cryptoki_sys::{CKM_SHA256_RSA_PKCS, CKM_SHA256_RSA_PKCS_PSS};
use cryptoki_sys::{CKR_DATA_INVALID, CKR_DATA_LEN_RANGE, CKR_FUNCTION_FAILED};
use cryptoki_sys::{CKR_MECHANISM_INVALID, CKR_MECHANISM_PARAM_INVALID};
use rsa::{Pkcs1v15Sign, PrivateKey, Pss};
use serde::{Deserialize, Serialize};
use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::Outcome;

const PKCS1: [CK_MECHANISM_TYPE; 3] = [CKM_RSA_PKCS, CKM_SHA1_RSA_PKCS, CKM_SHA256_RSA_PKCS];
const CPS3: [CK_MECHANISM_TYPE; 5] = [CKM_RSA_PKCS, CKM_SHA1_RSA_PKCS, CKM_SHA256_RSA_PKCS, CKM_SHA_1, CKM_SHA256];
const CPS4: [CK_MECHANISM_TYPE; 8] = [
    CKM_RSA_PKCS,
    CKM_SHA1_RSA_PKCS,
    CKM_SHA256_RSA_PKCS,
    CKM_SHA_1,
    CKM_SHA256,
    CKM_RSA_PKCS_PSS,
    CKM_SHA1_RSA_PKCS_PSS,
    CKM_SHA256_RSA_PKCS_PSS,
];
const SHA1_PREFIX: [u8; 15] =
    [0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0x00, 0x04, 0x14];
const SHA256_PREFIX: [u8; 19] =
    [0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20];
const LONGEST_INPUT: usize = 245;

/// The two keys of the card.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Key {
    Auth,
    Sign,
}

/// A hash that the card, or its driver, computes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Hash {
    Sha1,
    Sha256,
}

/// A way to sign that the card accepted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scheme {
    key: Key,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    /// PKCS#1 v1.5 over a message.
    Message(Hash),
    /// PKCS#1 v1.5 over what the caller hashed.
    Prepared { any: bool },
    /// PSS over a message.
    PssMessage(Hash),
    /// PSS over a hash.
    PssHash(Hash),
}

/// Hash algorithm and salt length of a PSS mechanism.
pub type PssParameters = (CK_MECHANISM_TYPE, u64);

/// The mechanism list of a card of this generation.
pub fn offered(generation: u32) -> &'static [CK_MECHANISM_TYPE] {
    if generation >= 4 { &CPS4 } else { &CPS3 }
}

impl Scheme {
    /// Accept a mechanism for a key, or refuse it.
    pub fn choose(
        generation: u32,
        key: Key,
        mechanism: CK_MECHANISM_TYPE,
        pss: Option<PssParameters>,
    ) -> Outcome<Scheme> {
        if !offered(generation).contains(&mechanism) || !allowed(generation, key, mechanism) {
            return Err(CKR_MECHANISM_INVALID);
        }
        let kind = match mechanism {
            CKM_SHA1_RSA_PKCS => Kind::Message(Hash::Sha1),
            CKM_SHA256_RSA_PKCS => Kind::Message(Hash::Sha256),
            CKM_RSA_PKCS => Kind::Prepared { any: key == Key::Auth && generation >= 4 },
            _ => pss_kind(mechanism, pss)?,
        };
        Ok(Scheme { key, kind })
    }

    /// Sign; `data` is what `C_Sign` received.
    pub fn sign(self, key: &PrivateKey, data: &[u8]) -> Outcome<Vec<u8>> {
        let done = match self.kind {
            Kind::Message(Hash::Sha1) => key.sign(Pkcs1v15Sign::new::<Sha1>(), &Sha1::digest(data)),
            Kind::Message(Hash::Sha256) => key.sign(Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(data)),
            Kind::Prepared { any } => key.sign(Pkcs1v15Sign::new_unprefixed(), &self.digest_info(any, data)?),
            Kind::PssMessage(Hash::Sha1) => sign_pss::<Sha1>(key, &Sha1::digest(data)),
            Kind::PssMessage(Hash::Sha256) => sign_pss::<Sha256>(key, &Sha256::digest(data)),
            Kind::PssHash(hash) if data.len() != hash.length() => return Err(CKR_DATA_LEN_RANGE),
            Kind::PssHash(Hash::Sha1) => sign_pss::<Sha1>(key, data),
            Kind::PssHash(Hash::Sha256) => sign_pss::<Sha256>(key, data),
        };
        done.map_err(|_| CKR_FUNCTION_FAILED)
    }

    fn digest_info(self, any: bool, data: &[u8]) -> Outcome<Vec<u8>> {
        let known = [(&SHA1_PREFIX[..], 20), (&SHA256_PREFIX[..], 32)];
        for (prefix, length) in known {
            if data.len() == prefix.len() + length && data.starts_with(prefix) {
                return Ok(data.to_vec());
            }
            if self.key == Key::Sign && data.len() == length {
                return Ok([prefix, data].concat());
            }
        }
        if data.len() > LONGEST_INPUT {
            return Err(CKR_DATA_LEN_RANGE);
        }
        if any { Ok(data.to_vec()) } else { Err(CKR_DATA_INVALID) }
    }
}

impl Hash {
    /// Accept a mechanism that digests, or refuse it.
    pub fn choose(mechanism: CK_MECHANISM_TYPE) -> Outcome<Hash> {
        match mechanism {
            CKM_SHA_1 => Ok(Hash::Sha1),
            CKM_SHA256 => Ok(Hash::Sha256),
            _ => Err(CKR_MECHANISM_INVALID),
        }
    }

    /// Hash a message.
    pub fn of(self, message: &[u8]) -> Vec<u8> {
        match self {
            Hash::Sha1 => Sha1::digest(message).to_vec(),
            Hash::Sha256 => Sha256::digest(message).to_vec(),
        }
    }

    pub fn length(self) -> usize {
        match self {
            Hash::Sha1 => 20,
            Hash::Sha256 => 32,
        }
    }
}

fn allowed(generation: u32, key: Key, mechanism: CK_MECHANISM_TYPE) -> bool {
    match key {
        _ if Hash::choose(mechanism).is_ok() => false,
        Key::Sign => PKCS1.contains(&mechanism),
        Key::Auth => generation >= 4 || mechanism == CKM_RSA_PKCS,
    }
}

fn pss_kind(mechanism: CK_MECHANISM_TYPE, pss: Option<PssParameters>) -> Outcome<Kind> {
    let (algorithm, salt) = pss.ok_or(CKR_MECHANISM_PARAM_INVALID)?;
    let hash = match algorithm {
        CKM_SHA_1 => Hash::Sha1,
        CKM_SHA256 => Hash::Sha256,
        _ => return Err(CKR_MECHANISM_PARAM_INVALID),
    };
    let agrees = match mechanism {
        CKM_SHA1_RSA_PKCS_PSS => hash == Hash::Sha1,
        CKM_SHA256_RSA_PKCS_PSS => hash == Hash::Sha256,
        _ => true,
    };
    if !agrees || salt != hash.length() as u64 {
        return Err(CKR_MECHANISM_PARAM_INVALID as CK_RV);
    }
    Ok(if mechanism == CKM_RSA_PKCS_PSS { Kind::PssHash(hash) } else { Kind::PssMessage(hash) })
}

fn sign_pss<D>(key: &PrivateKey, hash: &[u8]) -> rsa::Result<Vec<u8>>
where
    D: Digest + sha2::digest::FixedOutputReset,
{
    key.sign_with_rng(&mut getrandom::SysRng, Pss::<D>::new(), hash)
}

#[cfg(test)]
mod tests {
    use cryptoki_sys::{CKM_RSA_X_509, CKM_SHA512_RSA_PKCS};

    use super::*;

    #[test]
    fn the_signature_key_signs_messages_with_sha1_and_sha256_only() {
        for generation in [3, 4] {
            for mechanism in [CKM_RSA_PKCS, CKM_SHA1_RSA_PKCS, CKM_SHA256_RSA_PKCS] {
                assert!(Scheme::choose(generation, Key::Sign, mechanism, None).is_ok());
            }
            for mechanism in [CKM_SHA512_RSA_PKCS, CKM_RSA_X_509] {
                assert_eq!(Scheme::choose(generation, Key::Sign, mechanism, None), Err(CKR_MECHANISM_INVALID));
            }
        }
        let pss = Some((CKM_SHA256, 32));
        assert_eq!(Scheme::choose(4, Key::Sign, CKM_SHA256_RSA_PKCS_PSS, pss), Err(CKR_MECHANISM_INVALID));
    }

    #[test]
    fn the_authentication_key_of_a_cps3_takes_a_digest_info_and_nothing_else() {
        assert!(Scheme::choose(3, Key::Auth, CKM_RSA_PKCS, None).is_ok());
        assert_eq!(Scheme::choose(3, Key::Auth, CKM_SHA256_RSA_PKCS, None), Err(CKR_MECHANISM_INVALID));
        let scheme = Scheme::choose(3, Key::Auth, CKM_RSA_PKCS, None).unwrap();
        assert_eq!(scheme.digest_info(false, &[0; 32]), Err(CKR_DATA_INVALID));
        let whole = [&SHA256_PREFIX[..], &[0; 32]].concat();
        assert_eq!(scheme.digest_info(false, &whole), Ok(whole));
    }

    #[test]
    fn the_authentication_key_of_a_cps4_has_pss_with_the_salt_of_its_hash() {
        assert!(Scheme::choose(4, Key::Auth, CKM_SHA256_RSA_PKCS_PSS, Some((CKM_SHA256, 32))).is_ok());
        for wrong in [None, Some((CKM_SHA256, 20)), Some((CKM_SHA_1, 20)), Some((CKM_RSA_PKCS, 32))] {
            let refused = Scheme::choose(4, Key::Auth, CKM_SHA256_RSA_PKCS_PSS, wrong);
            assert_eq!(refused, Err(CKR_MECHANISM_PARAM_INVALID));
        }
    }

    #[test]
    fn a_bare_hash_given_to_the_signature_key_is_wrapped() {
        let scheme = Scheme::choose(3, Key::Sign, CKM_RSA_PKCS, None).unwrap();
        assert_eq!(scheme.digest_info(false, &[7; 20]), Ok([&SHA1_PREFIX[..], &[7; 20]].concat()));
        assert_eq!(scheme.digest_info(false, &[7; 31]), Err(CKR_DATA_INVALID));
        assert_eq!(scheme.digest_info(false, &[7; 246]), Err(CKR_DATA_LEN_RANGE));
    }
}
