//! The C border. Each function turns pointers into Rust values, calls the module, writes the answer.

mod absent;
mod digesting;
mod general;
mod objects;
mod sessions;
mod signing;
mod table;

use std::panic::{AssertUnwindSafe, catch_unwind};

use cryptoki_sys::{CK_RV, CK_ULONG, CK_VERSION, CKR_ARGUMENTS_BAD, CKR_GENERAL_ERROR, CKR_OK};

use crate::Outcome;

const VERSION: CK_VERSION = CK_VERSION { major: 2, minor: 20 };

/// Run a call; a panic stays on this side of the border.
fn guarded(call: impl FnOnce() -> Outcome) -> CK_RV {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(())) => CKR_OK,
        Ok(Err(code)) => code,
        Err(_) => CKR_GENERAL_ERROR,
    }
}

/// The place where an answer goes.
///
/// # Safety
/// `pointer` is null or points to a value that the caller lets us write for the time of the call.
unsafe fn out<'a, T>(pointer: *mut T) -> Outcome<&'a mut T> {
    // SAFETY: null is answered, the rest is the caller's promise.
    unsafe { pointer.as_mut() }.ok_or(CKR_ARGUMENTS_BAD)
}

/// The bytes that the caller gave.
///
/// # Safety
/// `pointer` is null or points to `length` readable bytes for the time of the call.
unsafe fn bytes<'a>(pointer: *const u8, length: CK_ULONG) -> Outcome<&'a [u8]> {
    let length = usize::try_from(length).map_err(|_| CKR_ARGUMENTS_BAD)?;
    if pointer.is_null() {
        return if length == 0 { Ok(&[]) } else { Err(CKR_ARGUMENTS_BAD) };
    }
    // SAFETY: not null, and the caller promises `length` bytes.
    Ok(unsafe { std::slice::from_raw_parts(pointer, length) })
}

/// Fill a text field of fixed length with spaces after the text, as PKCS#11 wants.
fn padded<const N: usize>(text: &str) -> [u8; N] {
    let mut field = [b' '; N];
    let mut end = text.len().min(N);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    field[..end].copy_from_slice(&text.as_bytes()[..end]);
    field
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_general_error() {
        assert_eq!(guarded(|| panic!("inside")), CKR_GENERAL_ERROR);
    }

    #[test]
    fn text_is_padded_and_never_cut_inside_a_letter() {
        assert_eq!(&padded::<8>("CPS"), b"CPS     ");
        assert_eq!(&padded::<4>("abcé"), b"abc ");
    }
}
