"""One signature is one C_SignInit and one C_Sign.

The library that reads the cards asks a card twice for each signature, the first time for its length only. A card reader
answers each call in milliseconds, and some modules compute twice: here the length is known, and the module is called
once. Runs in the card process only, on the module that the library has loaded.
"""

from __future__ import annotations

import ctypes
import sys
from typing import Any

import pkcs11

from caducee.keys.card.protocol import Mechanism

LONGEST = 1024
"""Bytes of the longest signature: an RSA key of 8192 bits."""

_SIGN_INIT, _SIGN = 42, 43  # places in CK_FUNCTION_LIST (PKCS#11 v2.40, section 5)
_WINDOWS = sys.platform == "win32"  # where the structures are packed

_MECHANISMS = {
    Mechanism.RSA_PKCS: 0x01,
    Mechanism.SHA1_RSA_PKCS: 0x06,
    Mechanism.SHA256_RSA_PKCS: 0x40,
    Mechanism.SHA256_RSA_PKCS_PSS: 0x43,
    Mechanism.ECDSA: 0x1041,
}
_ERRORS: dict[int, type[pkcs11.PKCS11Error]] = {
    0x03: pkcs11.SlotIDInvalid,
    0x06: pkcs11.FunctionFailed,
    0x30: pkcs11.DeviceError,
    0x31: pkcs11.DeviceMemory,
    0x32: pkcs11.DeviceRemoved,
    0x63: pkcs11.MechanismInvalid,  # CKR_KEY_TYPE_INCONSISTENT: not with this key
    0x70: pkcs11.MechanismInvalid,
    0xA0: pkcs11.PinIncorrect,
    0xA1: pkcs11.PinInvalid,
    0xA2: pkcs11.PinLenRange,
    0xA4: pkcs11.PinLocked,
    0xB0: pkcs11.SessionClosed,
    0xB3: pkcs11.SessionHandleInvalid,
    0xE0: pkcs11.TokenNotPresent,
    0xE1: pkcs11.TokenNotRecognised,
    0x101: pkcs11.UserNotLoggedIn,
}


class _Mechanism(ctypes.Structure):
    if _WINDOWS:
        _pack_ = 1
    _fields_ = (
        ("mechanism", ctypes.c_ulong),
        ("parameter", ctypes.c_void_p),
        ("length", ctypes.c_ulong),
    )


class _Pss(ctypes.Structure):
    """SHA-256, MGF1 of SHA-256, a salt of its length: the only form that TLS has (RFC 8446, 4.2.3)."""

    if _WINDOWS:
        _pack_ = 1
    _fields_ = (("hash", ctypes.c_ulong), ("mask", ctypes.c_ulong), ("salt", ctypes.c_ulong))


class _Functions(ctypes.Structure):
    if _WINDOWS:
        _pack_ = 1
    _fields_ = (("version", ctypes.c_ubyte * 2), ("calls", ctypes.c_void_p * (_SIGN + 1)))


_SignInit = ctypes.CFUNCTYPE(ctypes.c_ulong, ctypes.c_ulong, ctypes.POINTER(_Mechanism), ctypes.c_ulong)
_Sign = ctypes.CFUNCTYPE(
    ctypes.c_ulong, ctypes.c_ulong, ctypes.c_void_p, ctypes.c_ulong, ctypes.c_void_p, ctypes.POINTER(ctypes.c_ulong)
)


class SigningModule:
    """The two calls of a module that is already loaded and initialised."""

    def __init__(self, path: str) -> None:
        self._library = ctypes.CDLL(path)  # the same module once more, not a second one
        functions = ctypes.POINTER(_Functions)()
        _check(self._library.C_GetFunctionList(ctypes.byref(functions)))
        calls = functions.contents.calls
        self._sign_init = _SignInit(calls[_SIGN_INIT])
        self._sign = _Sign(calls[_SIGN])

    def sign(self, session: Any, key: Any, data: bytes, *, mechanism: Mechanism, pin: str | None) -> bytes:
        """Sign; a ``pin`` is given between the two calls to a key that asks for it each time.

        Raises:
            pkcs11.PKCS11Error: what the module answered.
        """
        asked = _asked(mechanism)
        _check(self._sign_init(session.handle, ctypes.byref(asked), key.handle))
        if pin is not None:
            try:
                session.reaffirm_credentials(pin)
            except pkcs11.PKCS11Error:
                self._finish(session, b"")  # refused, but no operation stays open
                raise
        answer, signature = self._finish(session, data)
        _check(answer)
        return signature

    def _finish(self, session: Any, data: bytes) -> tuple[int, bytes]:
        signature, length = ctypes.create_string_buffer(LONGEST), ctypes.c_ulong(LONGEST)
        answer = self._sign(session.handle, data, len(data), signature, ctypes.byref(length))
        return answer, signature.raw[: length.value]


def _asked(mechanism: Mechanism) -> _Mechanism:
    if mechanism is not Mechanism.SHA256_RSA_PKCS_PSS:
        return _Mechanism(_MECHANISMS[mechanism], None, 0)
    salted = _Pss(0x250, 0x02, 32)
    asked = _Mechanism(_MECHANISMS[mechanism], ctypes.addressof(salted), ctypes.sizeof(salted))
    asked.kept = salted  # as long as the structure that points at it
    return asked


def _check(answer: int) -> None:
    if answer:
        raise _ERRORS.get(answer, pkcs11.GeneralError)
