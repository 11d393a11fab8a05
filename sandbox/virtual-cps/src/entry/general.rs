//! Start, stop, readers and cards.

use std::ffi::c_void;
use std::time::Duration;

use cryptoki_sys::{CK_BBOOL, CK_FALSE, CK_INFO, CK_MECHANISM_INFO, CK_MECHANISM_TYPE, CK_RV, CK_SLOT_ID};
use cryptoki_sys::{CK_FLAGS, CK_SLOT_INFO, CK_TOKEN_INFO, CK_ULONG, CK_UNAVAILABLE_INFORMATION};
use cryptoki_sys::{CKF_DIGEST, CKF_HW, CKF_HW_SLOT, CKF_LOGIN_REQUIRED, CKF_REMOVABLE_DEVICE, CKF_RNG, CKF_SIGN};
use cryptoki_sys::{CKF_DONT_BLOCK, CKR_NO_EVENT};
use cryptoki_sys::{CKF_TOKEN_INITIALIZED, CKF_TOKEN_PRESENT, CKF_USER_PIN_COUNT_LOW, CKF_USER_PIN_FINAL_TRY};
use cryptoki_sys::{CKF_USER_PIN_INITIALIZED, CKF_USER_PIN_LOCKED, CKR_BUFFER_TOO_SMALL, CKR_MECHANISM_INVALID};

use super::{VERSION, guarded, out, padded};
use crate::Outcome;
use crate::mechanism::{Hash, offered};
use crate::module::{Module, finalize, initialize, with};
use crate::trouble::Place;

const GLANCE: Duration = Duration::from_millis(20);
const MAKER: &str = "Caducee sandbox";

pub unsafe extern "C" fn C_Initialize(_arguments: *mut c_void) -> CK_RV {
    guarded(initialize)
}

pub unsafe extern "C" fn C_Finalize(_reserved: *mut c_void) -> CK_RV {
    guarded(finalize)
}

pub unsafe extern "C" fn C_GetInfo(info: *mut CK_INFO) -> CK_RV {
    guarded(|| {
        // SAFETY: the caller's promise.
        let info = unsafe { out(info) }?;
        with(|_| Ok(()))?;
        *info = CK_INFO {
            cryptokiVersion: VERSION,
            manufacturerID: padded(MAKER),
            flags: 0,
            libraryDescription: padded("Virtual CPS card for tests"),
            libraryVersion: VERSION,
        };
        Ok(())
    })
}

pub unsafe extern "C" fn C_GetSlotList(with_token: CK_BBOOL, list: *mut CK_SLOT_ID, count: *mut CK_ULONG) -> CK_RV {
    guarded(|| {
        let readers = with(|m| {
            m.folder.stumble(Place::Look, None)?;
            m.folder.desk()
        })?
        .readers;
        let slots: Vec<CK_SLOT_ID> =
            readers.iter().filter(|r| with_token == CK_FALSE || r.card.is_some()).map(|r| r.slot).collect();
        // SAFETY: the caller's promise.
        unsafe { write_list(&slots, list, count) }
    })
}

pub unsafe extern "C" fn C_GetSlotInfo(slot: CK_SLOT_ID, info: *mut CK_SLOT_INFO) -> CK_RV {
    guarded(|| {
        // SAFETY: the caller's promise.
        let info = unsafe { out(info) }?;
        let reader = with(|m| m.reader(slot))?;
        let present = if reader.card.is_some() { CKF_TOKEN_PRESENT } else { 0 };
        *info = CK_SLOT_INFO {
            slotDescription: padded(&reader.name),
            manufacturerID: padded(MAKER),
            flags: CKF_REMOVABLE_DEVICE | CKF_HW_SLOT | present,
            hardwareVersion: VERSION,
            firmwareVersion: VERSION,
        };
        Ok(())
    })
}

pub unsafe extern "C" fn C_GetTokenInfo(slot: CK_SLOT_ID, info: *mut CK_TOKEN_INFO) -> CK_RV {
    guarded(|| {
        // SAFETY: the caller's promise.
        let info = unsafe { out(info) }?;
        *info = with(|m| {
            let (card, insertion) = m.card_in(slot)?;
            Ok(CK_TOKEN_INFO {
                label: padded(&card.label),
                manufacturerID: padded(""),
                model: padded(&card.model),
                serialNumber: padded(&card.serial),
                flags: token_flags(m.folder.tries_left(&card.serial)?),
                ulMaxSessionCount: 0,
                ulSessionCount: m.sessions_of(&insertion) as CK_ULONG,
                ulMaxRwSessionCount: 0,
                ulRwSessionCount: CK_UNAVAILABLE_INFORMATION,
                ulMaxPinLen: 4,
                ulMinPinLen: 4,
                ulTotalPublicMemory: CK_UNAVAILABLE_INFORMATION,
                ulFreePublicMemory: CK_UNAVAILABLE_INFORMATION,
                ulTotalPrivateMemory: CK_UNAVAILABLE_INFORMATION,
                ulFreePrivateMemory: CK_UNAVAILABLE_INFORMATION,
                hardwareVersion: VERSION,
                firmwareVersion: VERSION,
                utcTime: [b' '; 16],
            })
        })?;
        Ok(())
    })
}

pub unsafe extern "C" fn C_GetMechanismList(
    slot: CK_SLOT_ID,
    list: *mut CK_MECHANISM_TYPE,
    count: *mut CK_ULONG,
) -> CK_RV {
    guarded(|| {
        let generation = with(|m| m.card_in(slot))?.0.generation;
        // SAFETY: the caller's promise.
        unsafe { write_list(offered(generation), list, count) }
    })
}

pub unsafe extern "C" fn C_GetMechanismInfo(
    slot: CK_SLOT_ID,
    mechanism: CK_MECHANISM_TYPE,
    info: *mut CK_MECHANISM_INFO,
) -> CK_RV {
    guarded(|| {
        // SAFETY: the caller's promise.
        let info = unsafe { out(info) }?;
        let generation = with(|m| m.card_in(slot))?.0.generation;
        if !offered(generation).contains(&mechanism) {
            return Err(CKR_MECHANISM_INVALID);
        }
        if Hash::choose(mechanism).is_ok() {
            *info = CK_MECHANISM_INFO { ulMinKeySize: 0, ulMaxKeySize: 0, flags: CKF_DIGEST };
            return Ok(());
        }
        *info = CK_MECHANISM_INFO { ulMinKeySize: 2048, ulMaxKeySize: 2048, flags: CKF_HW | CKF_SIGN };
        Ok(())
    })
}

pub unsafe extern "C" fn C_WaitForSlotEvent(flags: CK_FLAGS, slot: *mut CK_SLOT_ID, _reserved: *mut c_void) -> CK_RV {
    guarded(|| {
        // SAFETY: the caller's promise.
        let slot = unsafe { out(slot) }?;
        loop {
            if let Some(changed) = with(Module::slot_event)? {
                *slot = changed;
                return Ok(());
            }
            if flags & CKF_DONT_BLOCK != 0 {
                return Err(CKR_NO_EVENT);
            }
            std::thread::sleep(GLANCE);
        }
    })
}

fn token_flags(tries_left: u32) -> CK_FLAGS {
    let base = CKF_RNG | CKF_LOGIN_REQUIRED | CKF_USER_PIN_INITIALIZED | CKF_TOKEN_INITIALIZED;
    base | match tries_left {
        0 => CKF_USER_PIN_LOCKED,
        1 => CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY,
        2 => CKF_USER_PIN_COUNT_LOW,
        _ => 0,
    }
}

/// # Safety
/// `count` is null or writable; `list` is null or has room for as many values as `count` says.
unsafe fn write_list(values: &[CK_ULONG], list: *mut CK_ULONG, count: *mut CK_ULONG) -> Outcome {
    // SAFETY: the caller's promise.
    let count = unsafe { out(count) }?;
    let room = *count;
    *count = values.len() as CK_ULONG;
    if list.is_null() {
        return Ok(());
    }
    if room < values.len() as CK_ULONG {
        return Err(CKR_BUFFER_TOO_SMALL);
    }
    // SAFETY: `list` is not null and has room for `room` values, at least as many as we have.
    unsafe { std::ptr::copy_nonoverlapping(values.as_ptr(), list, values.len()) };
    Ok(())
}
