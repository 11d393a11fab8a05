//! What the card does not do: every other function of PKCS#11 2.20 answers `CKR_FUNCTION_NOT_SUPPORTED`.

use cryptoki_sys::{CK_ATTRIBUTE, CK_MECHANISM, CK_OBJECT_HANDLE, CK_RV, CK_SESSION_HANDLE, CK_SLOT_ID};
use cryptoki_sys::{CK_BYTE, CK_ULONG, CK_UTF8CHAR, CKR_FUNCTION_NOT_SUPPORTED};

type Session = CK_SESSION_HANDLE;
type Object = CK_OBJECT_HANDLE;
type Bytes = *mut CK_BYTE;
type Length = *mut CK_ULONG;
type Text = *mut CK_UTF8CHAR;
type Template = *mut CK_ATTRIBUTE;
type Mechanism = *mut CK_MECHANISM;

macro_rules! absent {
    ($($name:ident($($argument:ty),*);)*) => {
        $(pub unsafe extern "C" fn $name($(_: $argument),*) -> CK_RV {
            CKR_FUNCTION_NOT_SUPPORTED
        })*
    };
}

absent! {
    C_InitToken(CK_SLOT_ID, Text, CK_ULONG, Text);
    C_InitPIN(Session, Text, CK_ULONG);
    C_SetPIN(Session, Text, CK_ULONG, Text, CK_ULONG);
    C_GetOperationState(Session, Bytes, Length);
    C_SetOperationState(Session, Bytes, CK_ULONG, Object, Object);
    C_CreateObject(Session, Template, CK_ULONG, *mut Object);
    C_CopyObject(Session, Object, Template, CK_ULONG, *mut Object);
    C_DestroyObject(Session, Object);
    C_GetObjectSize(Session, Object, Length);
    C_SetAttributeValue(Session, Object, Template, CK_ULONG);
    C_EncryptInit(Session, Mechanism, Object);
    C_Encrypt(Session, Bytes, CK_ULONG, Bytes, Length);
    C_EncryptUpdate(Session, Bytes, CK_ULONG, Bytes, Length);
    C_EncryptFinal(Session, Bytes, Length);
    C_DecryptInit(Session, Mechanism, Object);
    C_Decrypt(Session, Bytes, CK_ULONG, Bytes, Length);
    C_DecryptUpdate(Session, Bytes, CK_ULONG, Bytes, Length);
    C_DecryptFinal(Session, Bytes, Length);
    C_DigestKey(Session, Object);
    C_SignRecoverInit(Session, Mechanism, Object);
    C_SignRecover(Session, Bytes, CK_ULONG, Bytes, Length);
    C_VerifyInit(Session, Mechanism, Object);
    C_Verify(Session, Bytes, CK_ULONG, Bytes, CK_ULONG);
    C_VerifyUpdate(Session, Bytes, CK_ULONG);
    C_VerifyFinal(Session, Bytes, CK_ULONG);
    C_VerifyRecoverInit(Session, Mechanism, Object);
    C_VerifyRecover(Session, Bytes, CK_ULONG, Bytes, Length);
    C_DigestEncryptUpdate(Session, Bytes, CK_ULONG, Bytes, Length);
    C_DecryptDigestUpdate(Session, Bytes, CK_ULONG, Bytes, Length);
    C_SignEncryptUpdate(Session, Bytes, CK_ULONG, Bytes, Length);
    C_DecryptVerifyUpdate(Session, Bytes, CK_ULONG, Bytes, Length);
    C_GenerateKey(Session, Mechanism, Template, CK_ULONG, *mut Object);
    C_GenerateKeyPair(Session, Mechanism, Template, CK_ULONG, Template, CK_ULONG, *mut Object, *mut Object);
    C_WrapKey(Session, Mechanism, Object, Object, Bytes, Length);
    C_UnwrapKey(Session, Mechanism, Object, Bytes, CK_ULONG, Template, CK_ULONG, *mut Object);
    C_DeriveKey(Session, Mechanism, Object, Template, CK_ULONG, *mut Object);
    C_SeedRandom(Session, Bytes, CK_ULONG);
    C_GetFunctionStatus(Session);
    C_CancelFunction(Session);
}
