//! The four objects of the card and their attributes.

use cryptoki_sys::{CK_ATTRIBUTE_TYPE, CK_FALSE, CK_OBJECT_HANDLE, CK_TRUE, CK_ULONG};
use cryptoki_sys::{CKA_ALWAYS_AUTHENTICATE, CKA_ALWAYS_SENSITIVE, CKA_CERTIFICATE_TYPE, CKA_CLASS};
use cryptoki_sys::{CKA_COEFFICIENT, CKA_EXPONENT_1, CKA_EXPONENT_2, CKA_PRIME_1, CKA_PRIME_2};
use cryptoki_sys::{CKA_DECRYPT, CKA_DERIVE, CKA_EXTRACTABLE, CKA_ID, CKA_ISSUER, CKA_KEY_TYPE, CKA_LABEL};
use cryptoki_sys::{CKA_LOCAL, CKA_MODIFIABLE, CKA_MODULUS, CKA_MODULUS_BITS, CKA_NEVER_EXTRACTABLE};
use cryptoki_sys::{CKA_PRIVATE, CKA_PRIVATE_EXPONENT, CKA_PUBLIC_EXPONENT, CKA_SENSITIVE};
use cryptoki_sys::{CKA_SERIAL_NUMBER, CKA_SIGN, CKA_SIGN_RECOVER, CKA_SUBJECT, CKA_TOKEN, CKA_UNWRAP, CKA_VALUE};
use cryptoki_sys::{CKC_X_509, CKK_RSA, CKO_CERTIFICATE, CKO_PRIVATE_KEY};
use cryptoki_sys::{CKR_ATTRIBUTE_SENSITIVE, CKR_ATTRIBUTE_TYPE_INVALID, CKR_DEVICE_ERROR};
use rsa::traits::PublicKeyParts;

use crate::Outcome;
use crate::der;
use crate::folder::Card;
use crate::mechanism::Key;
use crate::module::Module;

const AUTH_CERTIFICATE: CK_OBJECT_HANDLE = 1;
const SIGN_CERTIFICATE: CK_OBJECT_HANDLE = 2;
const AUTH_KEY: CK_OBJECT_HANDLE = 3;
const SIGN_KEY: CK_OBJECT_HANDLE = 4;

/// The key that a handle names.
pub fn private_key(handle: CK_OBJECT_HANDLE) -> Option<Key> {
    match handle {
        AUTH_KEY => Some(Key::Auth),
        SIGN_KEY => Some(Key::Sign),
        _ => None,
    }
}

/// What may be seen: keys only after the PIN.
pub fn visible(logged_in: bool) -> &'static [CK_OBJECT_HANDLE] {
    const ALL: [CK_OBJECT_HANDLE; 4] = [AUTH_CERTIFICATE, SIGN_CERTIFICATE, AUTH_KEY, SIGN_KEY];
    if logged_in { &ALL } else { &ALL[..2] }
}

impl Module {
    /// The value of one attribute of one object of a card.
    pub fn attribute(&self, card: &Card, handle: CK_OBJECT_HANDLE, name: CK_ATTRIBUTE_TYPE) -> Outcome<Vec<u8>> {
        match handle {
            AUTH_CERTIFICATE => self.certificate_attribute(card, Key::Auth, name),
            SIGN_CERTIFICATE => self.certificate_attribute(card, Key::Sign, name),
            AUTH_KEY => self.key_attribute(card, Key::Auth, name),
            SIGN_KEY => self.key_attribute(card, Key::Sign, name),
            _ => Err(CKR_ATTRIBUTE_TYPE_INVALID),
        }
    }

    fn certificate_attribute(&self, card: &Card, key: Key, name: CK_ATTRIBUTE_TYPE) -> Outcome<Vec<u8>> {
        match name {
            CKA_CLASS => Ok(number(CKO_CERTIFICATE)),
            CKA_CERTIFICATE_TYPE => Ok(number(CKC_X_509)),
            CKA_LABEL => Ok(certificate_label(key).into()),
            CKA_PRIVATE => Ok(vec![CK_FALSE]),
            CKA_VALUE => self.certificate(card, key),
            CKA_SUBJECT | CKA_ISSUER | CKA_SERIAL_NUMBER => self.certificate_field(card, key, name),
            _ => common_attribute(key, name),
        }
    }

    fn certificate_field(&self, card: &Card, key: Key, name: CK_ATTRIBUTE_TYPE) -> Outcome<Vec<u8>> {
        let bytes = self.certificate(card, key)?;
        let fields = der::fields(&bytes).ok_or(CKR_DEVICE_ERROR)?;
        let field = match name {
            CKA_SUBJECT => fields.subject,
            CKA_ISSUER => fields.issuer,
            _ => fields.serial,
        };
        Ok(field.to_vec())
    }

    fn key_attribute(&self, card: &Card, key: Key, name: CK_ATTRIBUTE_TYPE) -> Outcome<Vec<u8>> {
        match name {
            CKA_CLASS => Ok(number(CKO_PRIVATE_KEY)),
            CKA_KEY_TYPE => Ok(number(CKK_RSA)),
            CKA_LABEL => Ok(key_label(key).into()),
            CKA_SUBJECT => self.certificate_field(card, key, name),
            CKA_PRIVATE | CKA_SIGN | CKA_SENSITIVE | CKA_ALWAYS_SENSITIVE | CKA_NEVER_EXTRACTABLE => Ok(vec![CK_TRUE]),
            CKA_EXTRACTABLE | CKA_DECRYPT | CKA_UNWRAP | CKA_DERIVE | CKA_SIGN_RECOVER | CKA_LOCAL => {
                Ok(vec![CK_FALSE])
            }
            CKA_ALWAYS_AUTHENTICATE => Ok(vec![u8::from(key == Key::Sign && card.always_authenticate)]),
            CKA_MODULUS_BITS => Ok(number(2048)),
            CKA_MODULUS => Ok(self.private_key(&card.serial, key)?.n_bytes().into()),
            CKA_PUBLIC_EXPONENT => Ok(self.private_key(&card.serial, key)?.e_bytes().into()),
            CKA_PRIVATE_EXPONENT | CKA_PRIME_1 | CKA_PRIME_2 | CKA_EXPONENT_1 | CKA_EXPONENT_2 | CKA_COEFFICIENT => {
                Err(CKR_ATTRIBUTE_SENSITIVE)
            }
            _ => common_attribute(key, name),
        }
    }

    fn certificate(&self, card: &Card, key: Key) -> Outcome<Vec<u8>> {
        let name = match key {
            Key::Auth => "auth.cert.der",
            Key::Sign => "sign.cert.der",
        };
        self.folder.card_bytes(&card.serial, name)
    }
}

fn common_attribute(key: Key, name: CK_ATTRIBUTE_TYPE) -> Outcome<Vec<u8>> {
    match name {
        CKA_TOKEN => Ok(vec![CK_TRUE]),
        CKA_MODIFIABLE => Ok(vec![CK_FALSE]),
        CKA_ID => Ok(vec![if key == Key::Auth { 1 } else { 2 }]),
        _ => Err(CKR_ATTRIBUTE_TYPE_INVALID),
    }
}

fn key_label(key: Key) -> &'static str {
    match key {
        Key::Auth => "CPS_PRIV_AUT",
        Key::Sign => "CPS_PRIV_SIG",
    }
}

fn certificate_label(key: Key) -> &'static str {
    match key {
        Key::Auth => "Certificat d'Authentification CPS",
        Key::Sign => "Certificat de Signature CPS",
    }
}

fn number(value: CK_ULONG) -> Vec<u8> {
    value.to_ne_bytes().to_vec()
}
