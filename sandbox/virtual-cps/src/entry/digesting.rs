//! Digests, which the driver computes without the card.

use cryptoki_sys::{CK_MECHANISM, CK_RV, CK_SESSION_HANDLE, CK_ULONG};
use cryptoki_sys::{CKR_BUFFER_TOO_SMALL, CKR_OPERATION_ACTIVE, CKR_OPERATION_NOT_INITIALIZED};

use super::{bytes, guarded, out};
use crate::Outcome;
use crate::mechanism::Hash;
use crate::module::{Module, with};

pub unsafe extern "C" fn C_DigestInit(session: CK_SESSION_HANDLE, mechanism: *mut CK_MECHANISM) -> CK_RV {
    guarded(|| {
        // SAFETY: the caller's promise.
        let hash = Hash::choose(unsafe { out(mechanism) }?.mechanism)?;
        with(|m| {
            let session = m.session(session)?;
            if session.digesting.is_some() {
                return Err(CKR_OPERATION_ACTIVE);
            }
            session.digesting = Some((hash, Vec::new()));
            Ok(())
        })
    })
}

pub unsafe extern "C" fn C_Digest(
    session: CK_SESSION_HANDLE,
    data: *mut u8,
    data_length: CK_ULONG,
    digest: *mut u8,
    length: *mut CK_ULONG,
) -> CK_RV {
    guarded(|| {
        // SAFETY: the caller's promise.
        let data = unsafe { bytes(data, data_length) }?;
        // SAFETY: the caller's promise.
        unsafe { finish(session, data, digest, length) }
    })
}

pub unsafe extern "C" fn C_DigestUpdate(session: CK_SESSION_HANDLE, part: *mut u8, length: CK_ULONG) -> CK_RV {
    guarded(|| {
        // SAFETY: the caller's promise.
        let part = unsafe { bytes(part, length) }?;
        with(|m| {
            digesting(m, session)?.1.extend_from_slice(part);
            Ok(())
        })
    })
}

pub unsafe extern "C" fn C_DigestFinal(session: CK_SESSION_HANDLE, digest: *mut u8, length: *mut CK_ULONG) -> CK_RV {
    // SAFETY: the caller's promise.
    guarded(|| unsafe { finish(session, &[], digest, length) })
}

fn digesting(module: &mut Module, session: CK_SESSION_HANDLE) -> Outcome<&mut (Hash, Vec<u8>)> {
    module.session(session)?.digesting.as_mut().ok_or(CKR_OPERATION_NOT_INITIALIZED)
}

/// # Safety
/// `length` is null or writable; `digest` is null or has room for what `length` says.
unsafe fn finish(session: CK_SESSION_HANDLE, last: &[u8], digest: *mut u8, length: *mut CK_ULONG) -> Outcome {
    // SAFETY: the caller's promise.
    let length = unsafe { out(length) }?;
    let room = *length;
    let (hash, mut message) = with(|m| Ok(digesting(m, session)?.clone()))?;
    *length = hash.length() as CK_ULONG;
    if digest.is_null() {
        return Ok(());
    }
    if room < *length {
        return Err(CKR_BUFFER_TOO_SMALL);
    }
    with(|m| {
        m.session(session)?.digesting = None;
        Ok(())
    })?;
    message.extend_from_slice(last);
    let made = hash.of(&message);
    // SAFETY: `digest` is not null and has room for a whole digest.
    unsafe { std::ptr::copy_nonoverlapping(made.as_ptr(), digest, made.len()) };
    Ok(())
}
