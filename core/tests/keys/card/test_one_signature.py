from __future__ import annotations

import ctypes
import runpy
import struct
import sys
from types import SimpleNamespace
from typing import Any

import pkcs11
import pytest

from caducee.keys.card import one_signature
from caducee.keys.card.one_signature import SigningModule
from caducee.keys.card.protocol import Mechanism

SESSION, KEY = 7, 11


class Module:
    """A PKCS#11 module of two functions, which notes what it is asked."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.answers = {"C_SignInit": 0, "C_Sign": 0}
        self.signature, self.parameter, self.length = b"signed", b"", 0
        self._kept = (one_signature._SignInit(self._init), one_signature._Sign(self._sign))
        self._functions = one_signature._Functions()
        for place, call in zip((42, 43), self._kept, strict=True):
            self._functions.calls[place] = ctypes.cast(call, ctypes.c_void_p).value

    def C_GetFunctionList(self, place: Any) -> int:  # noqa: N802 - the name of the standard
        place._obj.contents = self._functions
        return 0

    def reaffirm_credentials(self, pin: str) -> None:
        self.calls.append(("C_Login", pin))

    def _init(self, session: int, mechanism: Any, key: int) -> int:
        asked = mechanism.contents
        self.calls.append(("C_SignInit", session, asked.mechanism, key))
        self.parameter = ctypes.string_at(asked.parameter, asked.length) if asked.parameter else b""
        self.length = asked.length
        return self.answers["C_SignInit"]

    def _sign(self, session: int, data: Any, size: int, signature: Any, length: Any) -> int:
        self.calls.append(("C_Sign", session, ctypes.string_at(data, size), length.contents.value))
        length.contents.value = len(self.signature)
        ctypes.memmove(signature, self.signature, len(self.signature))
        return self.answers["C_Sign"]


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> Module:
    made = Module()
    monkeypatch.setattr(one_signature.ctypes, "CDLL", lambda path: made)
    return made


def sign(
    module: Module,
    *,
    pin: str | None = None,
    data: bytes = b"message",
    mechanism: Mechanism = Mechanism.SHA256_RSA_PKCS,
) -> bytes:
    session = SimpleNamespace(handle=SESSION, reaffirm_credentials=module.reaffirm_credentials)
    return SigningModule("module").sign(session, SimpleNamespace(handle=KEY), data, mechanism=mechanism, pin=pin)


def test_a_signature_is_one_init_and_one_sign_of_the_whole_message(module: Module) -> None:
    assert sign(module) == b"signed"
    assert module.calls == [("C_SignInit", SESSION, 0x40, KEY), ("C_Sign", SESSION, b"message", 1024)]
    assert (module.parameter, module.length) == (b"", 0)


def test_a_salted_signature_names_its_hash_its_mask_and_its_salt(module: Module) -> None:
    sign(module, mechanism=Mechanism.SHA256_RSA_PKCS_PSS)
    assert module.calls[0][2] == 0x43
    assert struct.unpack("@3L", module.parameter) == (0x250, 0x02, 32)


def test_a_message_with_a_zero_byte_is_signed_whole(module: Module) -> None:
    module.signature = b"\x00\x01\x00"
    assert sign(module, data=b"a\x00b") == b"\x00\x01\x00"
    assert module.calls[-1][2] == b"a\x00b"


def test_a_key_that_asks_each_time_gets_the_pin_between_the_two(module: Module) -> None:
    sign(module, pin="1234")
    assert [call[0] for call in module.calls] == ["C_SignInit", "C_Login", "C_Sign"]


def test_a_pin_that_is_refused_leaves_no_operation_open(module: Module, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(self: Module, pin: str) -> None:
        raise pkcs11.PinIncorrect

    monkeypatch.setattr(Module, "reaffirm_credentials", refused)
    with pytest.raises(pkcs11.PinIncorrect):
        sign(module, pin="9999")
    assert module.calls[-1][:3] == ("C_Sign", SESSION, b"")


@pytest.mark.parametrize(
    ("answer", "error"),
    [(0x32, pkcs11.DeviceRemoved), (0x101, pkcs11.UserNotLoggedIn), (0x70, pkcs11.MechanismInvalid)],
)
@pytest.mark.parametrize("call", ["C_SignInit", "C_Sign"])
def test_what_the_module_answers_is_the_error_that_the_library_has_for_it(
    module: Module, call: str, answer: int, error: type[pkcs11.PKCS11Error]
) -> None:
    module.answers[call] = answer
    with pytest.raises(error):
        sign(module)


def test_an_answer_that_nobody_knows_is_a_general_error(module: Module) -> None:
    module.answers["C_Sign"] = 0x80000001
    with pytest.raises(pkcs11.GeneralError):
        sign(module)


@pytest.mark.parametrize(("system", "packed"), [("win32", 1), ("linux", None), ("darwin", None)])
def test_structures_are_packed_where_modules_are_built_so(
    monkeypatch: pytest.MonkeyPatch, system: str, packed: int | None
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    there = runpy.run_path(one_signature.__file__)
    structures = [there[name] for name in ("_Mechanism", "_Pss", "_Functions")]
    assert [getattr(one, "_pack_", None) for one in structures] == [packed] * 3
    assert there["_Functions"].calls.offset == (2 if packed else ctypes.sizeof(ctypes.c_void_p))
