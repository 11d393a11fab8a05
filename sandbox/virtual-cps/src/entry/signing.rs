//! Signatures and random bytes.

use cryptoki_sys::{CK_MECHANISM, CK_OBJECT_HANDLE, CK_RSA_PKCS_PSS_PARAMS, CK_RV, CK_SESSION_HANDLE, CK_ULONG};
use cryptoki_sys::{CKR_ARGUMENTS_BAD, CKR_BUFFER_TOO_SMALL, CKR_FUNCTION_FAILED};

use super::{bytes, guarded, out};
use crate::Outcome;
use crate::mechanism::PssParameters;
use crate::module::with;
use crate::operation::SIGNATURE_LENGTH;

pub unsafe extern "C" fn C_SignInit(
    session: CK_SESSION_HANDLE,
    mechanism: *mut CK_MECHANISM,
    key: CK_OBJECT_HANDLE,
) -> CK_RV {
    guarded(|| {
        // SAFETY: the caller's promise.
        let mechanism = unsafe { out(mechanism) }?;
        // SAFETY: the parameter is the caller's, as long as the mechanism says.
        let pss = unsafe { pss_parameters(mechanism) };
        with(|m| m.begin_signing(session, key, mechanism.mechanism, pss))
    })
}

pub unsafe extern "C" fn C_Sign(
    session: CK_SESSION_HANDLE,
    data: *mut u8,
    data_length: CK_ULONG,
    signature: *mut u8,
    length: *mut CK_ULONG,
) -> CK_RV {
    guarded(|| {
        // SAFETY: the caller's promise.
        let data = unsafe { bytes(data, data_length) }?;
        // SAFETY: the caller's promise.
        unsafe { finish(session, data, signature, length) }
    })
}

pub unsafe extern "C" fn C_SignUpdate(session: CK_SESSION_HANDLE, part: *mut u8, length: CK_ULONG) -> CK_RV {
    guarded(|| {
        // SAFETY: the caller's promise.
        let part = unsafe { bytes(part, length) }?;
        with(|m| {
            m.signing(session)?.parts.extend_from_slice(part);
            Ok(())
        })
    })
}

pub unsafe extern "C" fn C_SignFinal(session: CK_SESSION_HANDLE, signature: *mut u8, length: *mut CK_ULONG) -> CK_RV {
    guarded(|| {
        let data = with(|m| Ok(m.signing(session)?.parts.clone()))?;
        // SAFETY: the caller's promise.
        unsafe { finish(session, &data, signature, length) }
    })
}

pub unsafe extern "C" fn C_GenerateRandom(session: CK_SESSION_HANDLE, data: *mut u8, length: CK_ULONG) -> CK_RV {
    guarded(|| {
        with(|m| m.session(session).map(|_| ()))?;
        let length = usize::try_from(length).map_err(|_| CKR_ARGUMENTS_BAD)?;
        if data.is_null() {
            return Err(CKR_ARGUMENTS_BAD);
        }
        // SAFETY: not null, and the caller promises `length` writable bytes.
        let buffer = unsafe { std::slice::from_raw_parts_mut(data, length) };
        getrandom::fill(buffer).map_err(|_| CKR_FUNCTION_FAILED)
    })
}

/// # Safety
/// `length` is null or writable; `signature` is null or has room for what `length` says.
unsafe fn finish(session: CK_SESSION_HANDLE, data: &[u8], signature: *mut u8, length: *mut CK_ULONG) -> Outcome {
    // SAFETY: the caller's promise.
    let length = unsafe { out(length) }?;
    let room = (!signature.is_null()).then_some(*length);
    let done = with(|m| m.finish_signing(session, data, room))?;
    *length = SIGNATURE_LENGTH as CK_ULONG;
    let Some(made) = done else {
        return if room.is_some() { Err(CKR_BUFFER_TOO_SMALL) } else { Ok(()) };
    };
    // SAFETY: `signature` is not null and `finish_signing` saw room for a whole signature.
    unsafe { std::ptr::copy_nonoverlapping(made.as_ptr(), signature, made.len()) };
    Ok(())
}

/// # Safety
/// The parameter of the mechanism is null or as long as the mechanism says.
unsafe fn pss_parameters(mechanism: &CK_MECHANISM) -> Option<PssParameters> {
    let expected = size_of::<CK_RSA_PKCS_PSS_PARAMS>() as CK_ULONG;
    if mechanism.pParameter.is_null() || mechanism.ulParameterLen != expected {
        return None;
    }
    // SAFETY: not null and of the right size; read without alignment, since the caller chose the place.
    let read = unsafe { mechanism.pParameter.cast::<CK_RSA_PKCS_PSS_PARAMS>().read_unaligned() };
    Some((read.hashAlg, read.sLen))
}
