//! Sessions and the PIN.

use std::ffi::c_void;

use cryptoki_sys::{
    CK_FLAGS, CK_NOTIFY, CK_RV, CK_SESSION_HANDLE, CK_SESSION_INFO, CK_SLOT_ID, CK_ULONG, CK_USER_TYPE,
};
use cryptoki_sys::{CKF_RW_SESSION, CKF_SERIAL_SESSION, CKR_SESSION_PARALLEL_NOT_SUPPORTED, CKR_USER_TYPE_INVALID};
use cryptoki_sys::{CKS_RO_PUBLIC_SESSION, CKS_RO_USER_FUNCTIONS, CKS_RW_PUBLIC_SESSION, CKS_RW_USER_FUNCTIONS};
use cryptoki_sys::{CKU_CONTEXT_SPECIFIC, CKU_USER};

use super::{bytes, guarded, out};
use crate::module::with;

pub unsafe extern "C" fn C_OpenSession(
    slot: CK_SLOT_ID,
    flags: CK_FLAGS,
    _application: *mut c_void,
    _notify: CK_NOTIFY,
    session: *mut CK_SESSION_HANDLE,
) -> CK_RV {
    guarded(|| {
        // SAFETY: the caller's promise.
        let session = unsafe { out(session) }?;
        if flags & CKF_SERIAL_SESSION == 0 {
            return Err(CKR_SESSION_PARALLEL_NOT_SUPPORTED);
        }
        *session = with(|m| m.open(slot, flags & CKF_RW_SESSION != 0))?;
        Ok(())
    })
}

pub unsafe extern "C" fn C_CloseSession(session: CK_SESSION_HANDLE) -> CK_RV {
    guarded(|| with(|m| m.close(session)))
}

pub unsafe extern "C" fn C_CloseAllSessions(slot: CK_SLOT_ID) -> CK_RV {
    guarded(|| with(|m| m.close_all(slot)))
}

pub unsafe extern "C" fn C_GetSessionInfo(session: CK_SESSION_HANDLE, info: *mut CK_SESSION_INFO) -> CK_RV {
    guarded(|| {
        // SAFETY: the caller's promise.
        let info = unsafe { out(info) }?;
        *info = with(|m| {
            let read_write = m.session(session)?.read_write;
            let state = match (read_write, m.is_logged_in(session)?) {
                (false, false) => CKS_RO_PUBLIC_SESSION,
                (false, true) => CKS_RO_USER_FUNCTIONS,
                (true, false) => CKS_RW_PUBLIC_SESSION,
                (true, true) => CKS_RW_USER_FUNCTIONS,
            };
            Ok(CK_SESSION_INFO {
                slotID: m.slot_of(session)?,
                state,
                flags: CKF_SERIAL_SESSION | if read_write { CKF_RW_SESSION } else { 0 },
                ulDeviceError: 0,
            })
        })?;
        Ok(())
    })
}

pub unsafe extern "C" fn C_Login(
    session: CK_SESSION_HANDLE,
    user: CK_USER_TYPE,
    pin: *mut u8,
    pin_length: CK_ULONG,
) -> CK_RV {
    guarded(|| {
        // SAFETY: the caller's promise.
        let pin = unsafe { bytes(pin, pin_length) }?;
        with(|m| match user {
            CKU_USER => m.log_in(session, pin),
            CKU_CONTEXT_SPECIFIC => m.confirm_signing(session, pin),
            _ => Err(CKR_USER_TYPE_INVALID),
        })
    })
}

pub unsafe extern "C" fn C_Logout(session: CK_SESSION_HANDLE) -> CK_RV {
    guarded(|| with(|m| m.log_out(session)))
}
