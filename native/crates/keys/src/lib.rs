//! RSA signatures with keys held in software. Keys on cards never come here.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};

/// Why a key could not be read or used. Holds nothing of the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyError {
    /// Not an unencrypted PKCS#8 RSA key of 2048 to 8192 bits.
    Unreadable,
    /// The signature failed.
    Unusable,
}

/// A private RSA key.
pub struct RsaKey(RsaKeyPair);

impl RsaKey {
    /// Read an unencrypted PKCS#8 key in DER.
    ///
    /// # Errors
    /// [`KeyError::Unreadable`].
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, KeyError> {
        RsaKeyPair::from_pkcs8(der).map(Self).map_err(|_| KeyError::Unreadable)
    }

    /// Sign the full message with PKCS#1 v1.5 and SHA-256 (RFC 8017, 8.2).
    ///
    /// # Errors
    /// [`KeyError::Unusable`].
    pub fn sign_sha256(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let mut signature = vec![0; self.0.public_modulus_len()];
        self.0
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
            .map_err(|_| KeyError::Unusable)?;
        Ok(signature)
    }

    /// The public key, as a PKCS#1 `RSAPublicKey` in DER.
    #[must_use]
    pub fn public_key(&self) -> &[u8] {
        self.0.public_key().as_ref()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
    use aws_lc_rs::rsa::{KeyPair, KeySize};
    use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};

    use super::{KeyError, RsaKey};

    fn key() -> RsaKey {
        let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
        let der: Pkcs8V1Der = pair.as_der().unwrap();
        RsaKey::from_pkcs8(der.as_ref()).unwrap()
    }

    #[test]
    fn a_signature_verifies_with_the_public_key() {
        let key = key();
        let signature = key.sign_sha256(b"letter").unwrap();
        let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.public_key());
        assert!(public.verify(b"letter", &signature).is_ok());
        assert!(public.verify(b"other", &signature).is_err());
    }

    #[test]
    fn what_is_not_a_key_is_refused() {
        assert_eq!(RsaKey::from_pkcs8(b"not a key").err(), Some(KeyError::Unreadable));
    }
}
