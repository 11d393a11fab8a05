//! One signature: from `C_SignInit` to the bytes, with the time that a card takes and the PIN it may ask each time.

use std::time::{Duration, Instant};

use cryptoki_sys::{CK_MECHANISM_TYPE, CK_RV};
use cryptoki_sys::{CK_OBJECT_HANDLE, CK_SESSION_HANDLE, CK_ULONG};
use cryptoki_sys::{CKR_DEVICE_ERROR, CKR_OPERATION_ACTIVE};
use cryptoki_sys::{CKR_KEY_HANDLE_INVALID, CKR_OPERATION_NOT_INITIALIZED, CKR_USER_NOT_LOGGED_IN};
use rsa::PrivateKey;
use rsa::pkcs8::DecodePrivateKey;

use crate::Outcome;
use crate::mechanism::{Key, PssParameters, Scheme};
use crate::module::Module;
use crate::object;
use crate::trouble::Place;

/// Length in bytes of every signature of the card.
pub const SIGNATURE_LENGTH: usize = 256;
const GLANCE: Duration = Duration::from_millis(10);

/// A signature that was begun.
pub struct Signing {
    scheme: Scheme,
    key: Key,
    wants_pin: bool,
    /// What `C_SignUpdate` gave so far.
    pub parts: Vec<u8>,
}

impl Module {
    pub fn begin_signing(
        &mut self,
        handle: CK_SESSION_HANDLE,
        key: CK_OBJECT_HANDLE,
        mechanism: CK_MECHANISM_TYPE,
        pss: Option<PssParameters>,
    ) -> Outcome {
        let card = self.card_of(handle)?;
        self.must_be_logged_in(handle)?;
        let session = self.session(handle)?;
        if session.signing.is_some() {
            return Err(CKR_OPERATION_ACTIVE);
        }
        let key = object::private_key(key).ok_or(CKR_KEY_HANDLE_INVALID)?;
        session.signing = Some(Signing {
            scheme: Scheme::choose(card.generation, key, mechanism, pss)?,
            key,
            wants_pin: key == Key::Sign && card.always_authenticate,
            parts: Vec::new(),
        });
        Ok(())
    }

    /// Show the PIN for the signature that was begun (`CKU_CONTEXT_SPECIFIC`).
    pub fn confirm_signing(&mut self, handle: CK_SESSION_HANDLE, pin: &[u8]) -> Outcome {
        self.signing(handle)?;
        self.present_pin(handle, pin)?;
        self.signing(handle)?.wants_pin = false;
        Ok(())
    }

    pub fn signing(&mut self, handle: CK_SESSION_HANDLE) -> Outcome<&mut Signing> {
        let session = self.session(handle)?;
        session.signing.as_mut().ok_or(CKR_OPERATION_NOT_INITIALIZED)
    }

    /// Sign, or say the length when there is no room. Ends the operation unless only the length was asked.
    pub fn finish_signing(
        &mut self,
        handle: CK_SESSION_HANDLE,
        data: &[u8],
        room: Option<CK_ULONG>,
    ) -> Outcome<Option<Vec<u8>>> {
        if self.signing(handle)?.wants_pin {
            self.session(handle)?.signing = None;
            return Err(CKR_USER_NOT_LOGGED_IN);
        }
        if room.is_none_or(|r| r < SIGNATURE_LENGTH as CK_ULONG) {
            return Ok(None);
        }
        let begun = self.session(handle)?.signing.take();
        let begun = begun.ok_or(CKR_OPERATION_NOT_INITIALIZED)?;
        let serial = self.session(handle)?.insertion.serial.clone();
        self.folder.stumble(Place::Sign, Some(begun.key))?;
        let delay = Duration::from_millis(self.folder.card(&serial)?.delay_ms);
        self.wait(handle, delay)?;
        let signature = begun.scheme.sign(&self.private_key(&serial, begun.key)?, data)?;
        self.folder.count_signature(&serial)?;
        self.folder.stumble(Place::Signed, Some(begun.key))?;
        Ok(Some(signature))
    }

    /// Take the card's time, and notice when it is pulled out or reset meanwhile.
    fn wait(&mut self, handle: CK_SESSION_HANDLE, delay: Duration) -> Result<(), CK_RV> {
        let end = Instant::now() + delay;
        loop {
            self.must_be_logged_in(handle)?;
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            std::thread::sleep(left.min(GLANCE));
        }
    }

    pub fn private_key(&self, serial: &str, key: Key) -> Outcome<PrivateKey> {
        let name = match key {
            Key::Auth => "auth.key.der",
            Key::Sign => "sign.key.der",
        };
        let bytes = self.folder.card_bytes(serial, name)?;
        PrivateKey::from_pkcs8_der(&bytes).map_err(|_| CKR_DEVICE_ERROR)
    }
}
