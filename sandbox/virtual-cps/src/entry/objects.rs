//! Finding objects and reading their attributes.

use cryptoki_sys::{CK_ATTRIBUTE, CK_OBJECT_HANDLE, CK_RV, CK_SESSION_HANDLE, CK_ULONG, CK_UNAVAILABLE_INFORMATION};
use cryptoki_sys::{CKR_ARGUMENTS_BAD, CKR_BUFFER_TOO_SMALL, CKR_OBJECT_HANDLE_INVALID};
use cryptoki_sys::{CKR_OPERATION_ACTIVE, CKR_OPERATION_NOT_INITIALIZED};

use super::{bytes, guarded, out};
use crate::Outcome;
use crate::module::{Module, with};
use crate::object;

pub unsafe extern "C" fn C_FindObjectsInit(
    session: CK_SESSION_HANDLE,
    template: *mut CK_ATTRIBUTE,
    count: CK_ULONG,
) -> CK_RV {
    guarded(|| {
        // SAFETY: the caller's promise.
        let wanted = unsafe { attributes(template, count) }?;
        with(|m| {
            if m.session(session)?.search.is_some() {
                return Err(CKR_OPERATION_ACTIVE);
            }
            let mut found = Vec::new();
            for handle in object::visible(m.is_logged_in(session)?) {
                // SAFETY: the template is the caller's, whole for the time of the call.
                if unsafe { matches(m, session, *handle, wanted) }? {
                    found.push(*handle);
                }
            }
            m.session(session)?.search = Some(found);
            Ok(())
        })
    })
}

pub unsafe extern "C" fn C_FindObjects(
    session: CK_SESSION_HANDLE,
    objects: *mut CK_OBJECT_HANDLE,
    room: CK_ULONG,
    count: *mut CK_ULONG,
) -> CK_RV {
    guarded(|| {
        // SAFETY: the caller's promise.
        let count = unsafe { out(count) }?;
        if objects.is_null() {
            return Err(CKR_ARGUMENTS_BAD);
        }
        let found: Vec<CK_OBJECT_HANDLE> = with(|m| {
            let search = m.session(session)?.search.as_mut();
            let search = search.ok_or(CKR_OPERATION_NOT_INITIALIZED)?;
            let taken = search.len().min(usize::try_from(room).unwrap_or(usize::MAX));
            Ok(search.drain(..taken).collect())
        })?;
        // SAFETY: there is room for `room` handles, and we took no more.
        unsafe { std::ptr::copy_nonoverlapping(found.as_ptr(), objects, found.len()) };
        *count = found.len() as CK_ULONG;
        Ok(())
    })
}

pub unsafe extern "C" fn C_FindObjectsFinal(session: CK_SESSION_HANDLE) -> CK_RV {
    guarded(|| {
        with(|m| {
            let ended = m.session(session)?.search.take();
            ended.map(|_| ()).ok_or(CKR_OPERATION_NOT_INITIALIZED)
        })
    })
}

pub unsafe extern "C" fn C_GetAttributeValue(
    session: CK_SESSION_HANDLE,
    handle: CK_OBJECT_HANDLE,
    template: *mut CK_ATTRIBUTE,
    count: CK_ULONG,
) -> CK_RV {
    guarded(|| {
        // SAFETY: the caller's promise.
        let wanted = unsafe { attributes(template, count) }?;
        with(|m| {
            if !object::visible(m.is_logged_in(session)?).contains(&handle) {
                return Err(CKR_OBJECT_HANDLE_INVALID);
            }
            let card = m.card_of(session)?;
            let mut outcome = Ok(());
            for attribute in wanted {
                let value = m.attribute(&card, handle, attribute.type_);
                // SAFETY: the buffer is the caller's, as long as `ulValueLen` says.
                if let Err(code) = unsafe { write_value(attribute, value) } {
                    outcome = Err(code);
                }
            }
            outcome
        })
    })
}

/// # Safety
/// `template` is null or points to `count` attributes for the time of the call.
unsafe fn attributes<'a>(template: *mut CK_ATTRIBUTE, count: CK_ULONG) -> Outcome<&'a mut [CK_ATTRIBUTE]> {
    let length = usize::try_from(count).map_err(|_| CKR_ARGUMENTS_BAD)?;
    if template.is_null() {
        return if length == 0 { Ok(&mut []) } else { Err(CKR_ARGUMENTS_BAD) };
    }
    // SAFETY: not null, and the caller promises `count` attributes.
    Ok(unsafe { std::slice::from_raw_parts_mut(template, length) })
}

/// # Safety
/// Each value of the template is null or as long as it says.
unsafe fn matches(
    module: &mut Module,
    session: CK_SESSION_HANDLE,
    handle: CK_OBJECT_HANDLE,
    wanted: &[CK_ATTRIBUTE],
) -> Outcome<bool> {
    let card = module.card_of(session)?;
    for attribute in wanted {
        // SAFETY: the caller's promise.
        let expected = unsafe { bytes(attribute.pValue.cast(), attribute.ulValueLen) }?;
        match module.attribute(&card, handle, attribute.type_) {
            Ok(value) if value == expected => {}
            _ => return Ok(false),
        }
    }
    Ok(true)
}

/// # Safety
/// `attribute.pValue` is null or has room for `ulValueLen` bytes.
unsafe fn write_value(attribute: &mut CK_ATTRIBUTE, value: Outcome<Vec<u8>>) -> Outcome {
    let room = attribute.ulValueLen;
    attribute.ulValueLen = CK_UNAVAILABLE_INFORMATION;
    let value = value?;
    let length = value.len() as CK_ULONG;
    if attribute.pValue.is_null() {
        attribute.ulValueLen = length;
        return Ok(());
    }
    if room < length {
        return Err(CKR_BUFFER_TOO_SMALL);
    }
    // SAFETY: not null, with room for at least `length` bytes.
    unsafe { std::ptr::copy_nonoverlapping(value.as_ptr(), attribute.pValue.cast(), value.len()) };
    attribute.ulValueLen = length;
    Ok(())
}
