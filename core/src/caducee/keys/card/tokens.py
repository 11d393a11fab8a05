"""The cards as PKCS#11 shows them. Runs in the card process only, on one thread."""

from __future__ import annotations

import contextlib
import hashlib
import secrets
from collections.abc import Iterator
from typing import Any, NamedTuple

import pkcs11

from caducee.keys.card.one_signature import SigningModule
from caducee.keys.card.protocol import CardSeen, Failed, Mechanism, Reason, Use, wipe

# Names on the card, from the public specification of the Cryptolib CPS (PKCS#11 module v2.0.0).
KEY_LABELS = {Use.SIGNATURE: "CPS_PRIV_SIG", Use.AUTHENTICATION: "CPS_PRIV_AUT"}
CERTIFICATE_LABELS = {
    Use.SIGNATURE: "Certificat de Signature CPS",
    Use.AUTHENTICATION: "Certificat d'Authentification CPS",
}

GONE = (
    pkcs11.DeviceRemoved,
    pkcs11.SessionClosed,
    pkcs11.SessionHandleInvalid,
    pkcs11.SlotIDInvalid,
    pkcs11.TokenNotPresent,
    pkcs11.TokenNotRecognised,
)
_REFUSED = (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange)


class Refusal(Exception):
    """The card process answers with this failure."""

    def __init__(self, reason: Reason, tries_left: int | None = None, detail: str = "") -> None:
        self.failed = Failed(reason, tries_left, detail)
        super().__init__(reason)


class OpenCard:
    """A card whose PIN was accepted. The PIN itself is kept only when a key asks for it at each signature."""

    def __init__(self, module: SigningModule, session: Any, pin: str, fingerprint: bytes) -> None:
        self._module = module
        self.session = session
        self.fingerprint = fingerprint
        self._keys = {use: key for use in Use if (key := _key(session, use)) is not None}
        self._pin = bytearray(pin.encode() if any(map(_asks_each_time, self._keys.values())) else b"")

    def sign(self, use: Use, mechanism: Mechanism, data: bytes) -> bytes:
        """Sign: one C_SignInit, one C_Sign."""
        key = self._keys.get(use)
        if key is None:
            raise Refusal(Reason.NO_KEY)
        pin = self._pin.decode() if self._pin and _asks_each_time(key) else None
        return self._module.sign(self.session, key, data, mechanism=mechanism, pin=pin)

    def close(self) -> None:
        """Forget the PIN and log out; a card that has left is already logged out."""
        wipe(self._pin)
        with contextlib.suppress(pkcs11.PKCS11Error):
            self.session.close()


class _Known(NamedTuple):
    """What does not change in the life of a card."""

    certificates: dict[Use, bytes | None]
    pss: bool

    @classmethod
    def read(cls, token: Any) -> _Known:
        with token.open() as session:
            certificates = {use: _certificate(session, use) for use in Use}
        return cls(certificates, pkcs11.Mechanism.SHA256_RSA_PKCS_PSS in token.slot.get_mechanisms())


class Tokens:
    """Every card of every reader, told apart by serial number and never by slot."""

    def __init__(self, module: str) -> None:
        self._library: Any = pkcs11.lib(module)
        self._module = SigningModule(module)
        self._open: dict[str, OpenCard] = {}
        self._known: dict[str, _Known] = {}
        self._salt = secrets.token_bytes(16)

    def look(self) -> tuple[CardSeen, ...]:
        """Say which cards are there; those that left are forgotten."""
        seen = []
        for token in self._tokens():
            with contextlib.suppress(*GONE):
                seen.append(self._describe(token))
        for serial in set(self._open) - {card.serial for card in seen}:
            self._drop(serial)
        return tuple(seen)

    def login(self, serial: str, pin: str, *, use_last_try: bool) -> None:
        """Present the PIN once, unless the card is already open with this very PIN."""
        fingerprint = hashlib.sha256(self._salt + pin.encode()).digest()
        token = self._token(serial)
        already = self._open.get(serial)
        if already is not None:
            if already.fingerprint == fingerprint:
                return
            self._drop(serial)
        left = _tries_left(token)
        if left == 0:
            raise Refusal(Reason.PIN_BLOCKED, left)
        if left == 1 and not use_last_try:
            raise Refusal(Reason.PIN_LAST_TRY, left)
        self._open[serial] = OpenCard(self._module, self._present(token, pin), pin, fingerprint)

    def sign(self, serial: str, use: Use, mechanism: Mechanism, data: bytes) -> bytes:
        """Sign with one key of an open card."""
        card = self._open.get(serial)
        if card is None:
            self._token(serial)
            raise Refusal(Reason.PIN_REQUIRED)
        try:
            return card.sign(use, mechanism, data)
        except (*GONE, pkcs11.UserNotLoggedIn) as error:
            self._drop(serial)
            gone = isinstance(error, GONE)
            raise Refusal(Reason.REMOVED if gone else Reason.PIN_REQUIRED) from None
        except pkcs11.MechanismInvalid:
            raise Refusal(Reason.NO_MECHANISM) from None
        except _REFUSED:
            self._drop(serial)
            raise Refusal(Reason.PIN_WRONG, _tries_left(self._token(serial))) from None

    def logout(self) -> None:
        """Forget every PIN and session."""
        for serial in list(self._open):
            self._drop(serial)

    def _present(self, token: Any, pin: str) -> Any:
        try:
            return token.open(user_pin=pin)
        except GONE:
            raise Refusal(Reason.REMOVED) from None
        except pkcs11.PinLocked:
            raise Refusal(Reason.PIN_BLOCKED, 0) from None
        except _REFUSED:
            left = _tries_left(self._token(_serial(token)))
            raise Refusal(Reason.PIN_WRONG if left else Reason.PIN_BLOCKED, left) from None

    def _describe(self, token: Any) -> CardSeen:
        serial = _serial(token)
        known = self._known.get(serial) or self._known.setdefault(serial, _Known.read(token))
        return CardSeen(
            serial=serial,
            label=token.label.strip(),
            tries_left=_tries_left(token),
            logged_in=serial in self._open,
            certificate=known.certificates[Use.SIGNATURE],
            authentication=known.certificates[Use.AUTHENTICATION],
            pss=known.pss,
        )

    def _token(self, serial: str) -> Any:
        for token in self._tokens():
            if _serial(token) == serial:
                return token
        self._drop(serial)
        raise Refusal(Reason.ABSENT)

    def _tokens(self) -> Iterator[Any]:
        for slot in self._library.get_slots(token_present=True):
            with contextlib.suppress(*GONE):
                token = slot.get_token()
                if pkcs11.TokenFlag.TOKEN_INITIALIZED in token.flags:
                    yield token

    def _drop(self, serial: str) -> None:
        card = self._open.pop(serial, None)
        if card is not None:
            card.close()


def _serial(token: Any) -> str:
    serial: bytes = token.serial
    return serial.decode("ascii", errors="replace").strip()


def _tries_left(token: Any) -> int:
    flags = token.flags
    if pkcs11.TokenFlag.USER_PIN_LOCKED in flags:
        return 0
    if pkcs11.TokenFlag.USER_PIN_FINAL_TRY in flags:
        return 1
    return 2 if pkcs11.TokenFlag.USER_PIN_COUNT_LOW in flags else 3


def _key(session: Any, use: Use) -> Any:
    try:
        return session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=KEY_LABELS[use])
    except pkcs11.NoSuchKey:
        return None


def _asks_each_time(key: Any) -> bool:
    try:
        return bool(key[pkcs11.Attribute.ALWAYS_AUTHENTICATE])
    except (pkcs11.AttributeTypeInvalid, pkcs11.FunctionFailed):
        return False


def _certificate(session: Any, use: Use) -> bytes | None:
    wanted = {
        pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE,
        pkcs11.Attribute.LABEL: CERTIFICATE_LABELS[use],
    }
    found = [bytes(c[pkcs11.Attribute.VALUE]) for c in session.get_objects(wanted)]
    return found[0] if len(found) == 1 else None
