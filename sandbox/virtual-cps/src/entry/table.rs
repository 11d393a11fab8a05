//! The function list that a program asks for first.

use cryptoki_sys::{CK_FUNCTION_LIST, CK_RV};

use super::{VERSION, absent, digesting, general, guarded, objects, out, sessions, signing};

/// # Safety
/// `list` is null or points to a place for a pointer, as PKCS#11 wants.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn C_GetFunctionList(list: *mut *mut CK_FUNCTION_LIST) -> CK_RV {
    guarded(|| {
        // SAFETY: the caller's promise.
        let list = unsafe { out(list) }?;
        *list = std::ptr::from_ref(&FUNCTIONS).cast_mut();
        Ok(())
    })
}

static FUNCTIONS: CK_FUNCTION_LIST = CK_FUNCTION_LIST {
    version: VERSION,
    C_Initialize: Some(general::C_Initialize),
    C_Finalize: Some(general::C_Finalize),
    C_GetInfo: Some(general::C_GetInfo),
    C_GetFunctionList: Some(C_GetFunctionList),
    C_GetSlotList: Some(general::C_GetSlotList),
    C_GetSlotInfo: Some(general::C_GetSlotInfo),
    C_GetTokenInfo: Some(general::C_GetTokenInfo),
    C_GetMechanismList: Some(general::C_GetMechanismList),
    C_GetMechanismInfo: Some(general::C_GetMechanismInfo),
    C_InitToken: Some(absent::C_InitToken),
    C_InitPIN: Some(absent::C_InitPIN),
    C_SetPIN: Some(absent::C_SetPIN),
    C_OpenSession: Some(sessions::C_OpenSession),
    C_CloseSession: Some(sessions::C_CloseSession),
    C_CloseAllSessions: Some(sessions::C_CloseAllSessions),
    C_GetSessionInfo: Some(sessions::C_GetSessionInfo),
    C_GetOperationState: Some(absent::C_GetOperationState),
    C_SetOperationState: Some(absent::C_SetOperationState),
    C_Login: Some(sessions::C_Login),
    C_Logout: Some(sessions::C_Logout),
    C_CreateObject: Some(absent::C_CreateObject),
    C_CopyObject: Some(absent::C_CopyObject),
    C_DestroyObject: Some(absent::C_DestroyObject),
    C_GetObjectSize: Some(absent::C_GetObjectSize),
    C_GetAttributeValue: Some(objects::C_GetAttributeValue),
    C_SetAttributeValue: Some(absent::C_SetAttributeValue),
    C_FindObjectsInit: Some(objects::C_FindObjectsInit),
    C_FindObjects: Some(objects::C_FindObjects),
    C_FindObjectsFinal: Some(objects::C_FindObjectsFinal),
    C_EncryptInit: Some(absent::C_EncryptInit),
    C_Encrypt: Some(absent::C_Encrypt),
    C_EncryptUpdate: Some(absent::C_EncryptUpdate),
    C_EncryptFinal: Some(absent::C_EncryptFinal),
    C_DecryptInit: Some(absent::C_DecryptInit),
    C_Decrypt: Some(absent::C_Decrypt),
    C_DecryptUpdate: Some(absent::C_DecryptUpdate),
    C_DecryptFinal: Some(absent::C_DecryptFinal),
    C_DigestInit: Some(digesting::C_DigestInit),
    C_Digest: Some(digesting::C_Digest),
    C_DigestUpdate: Some(digesting::C_DigestUpdate),
    C_DigestKey: Some(absent::C_DigestKey),
    C_DigestFinal: Some(digesting::C_DigestFinal),
    C_SignInit: Some(signing::C_SignInit),
    C_Sign: Some(signing::C_Sign),
    C_SignUpdate: Some(signing::C_SignUpdate),
    C_SignFinal: Some(signing::C_SignFinal),
    C_SignRecoverInit: Some(absent::C_SignRecoverInit),
    C_SignRecover: Some(absent::C_SignRecover),
    C_VerifyInit: Some(absent::C_VerifyInit),
    C_Verify: Some(absent::C_Verify),
    C_VerifyUpdate: Some(absent::C_VerifyUpdate),
    C_VerifyFinal: Some(absent::C_VerifyFinal),
    C_VerifyRecoverInit: Some(absent::C_VerifyRecoverInit),
    C_VerifyRecover: Some(absent::C_VerifyRecover),
    C_DigestEncryptUpdate: Some(absent::C_DigestEncryptUpdate),
    C_DecryptDigestUpdate: Some(absent::C_DecryptDigestUpdate),
    C_SignEncryptUpdate: Some(absent::C_SignEncryptUpdate),
    C_DecryptVerifyUpdate: Some(absent::C_DecryptVerifyUpdate),
    C_GenerateKey: Some(absent::C_GenerateKey),
    C_GenerateKeyPair: Some(absent::C_GenerateKeyPair),
    C_WrapKey: Some(absent::C_WrapKey),
    C_UnwrapKey: Some(absent::C_UnwrapKey),
    C_DeriveKey: Some(absent::C_DeriveKey),
    C_SeedRandom: Some(absent::C_SeedRandom),
    C_GenerateRandom: Some(signing::C_GenerateRandom),
    C_GetFunctionStatus: Some(absent::C_GetFunctionStatus),
    C_CancelFunction: Some(absent::C_CancelFunction),
    C_WaitForSlotEvent: Some(general::C_WaitForSlotEvent),
};
