"""What the parent and the card process say to each other: length-prefixed msgpack over two pipes."""

from __future__ import annotations

import struct
from enum import StrEnum
from typing import Protocol

import msgspec

LABEL_LENGTH = 4
LONGEST_FRAME = 64 * 1024 * 1024


class Use(StrEnum):
    """Which of the two keys of a card."""

    SIGNATURE = "signature"
    AUTHENTICATION = "authentication"


class Mechanism(StrEnum):
    """What the keys of a CPS do.

    The two that hash take a full message, with the signature key. The authentication key takes ``RSA_PKCS`` with a
    DigestInfo and, on a CPS4, ``SHA256_RSA_PKCS_PSS`` with a full message (salt of 32 bytes). ``ECDSA`` takes a hash:
    no CPS has it, tokens of other makers do.
    """

    SHA1_RSA_PKCS = "SHA1_RSA_PKCS"
    SHA256_RSA_PKCS = "SHA256_RSA_PKCS"
    RSA_PKCS = "RSA_PKCS"
    SHA256_RSA_PKCS_PSS = "SHA256_RSA_PKCS_PSS"
    ECDSA = "ECDSA"


class Load(msgspec.Struct, frozen=True, tag=True):
    """First request: load the module at this path."""

    module: str


class Look(msgspec.Struct, frozen=True, tag=True):
    """Say which cards are there."""


class Login(msgspec.Struct, frozen=True, tag=True):
    """Present a PIN once. Its repr never shows the PIN."""

    serial: str
    pin: bytes
    use_last_try: bool

    def __repr__(self) -> str:
        return f"Login(serial={self.serial!r})"


class Sign(msgspec.Struct, frozen=True, tag=True):
    """Sign with one key of this card: one C_Sign."""

    serial: str
    mechanism: Mechanism
    data: bytes
    use: Use = Use.SIGNATURE


class Logout(msgspec.Struct, frozen=True, tag=True):
    """Forget every PIN and session."""


Request = Load | Look | Login | Sign | Logout


class CardSeen(msgspec.Struct, frozen=True, kw_only=True):
    """One card that is there.

    ``certificate`` is that of the signature key, ``authentication`` that of the other one; ``None`` when it has none.
    ``tries_left`` is read from the token's flags, on a card of three tries. ``pss`` says that it signs with RSA-PSS
    too, as a CPS4 does.
    """

    serial: str
    label: str
    tries_left: int
    logged_in: bool
    certificate: bytes | None
    authentication: bytes | None = None
    pss: bool = False

    def certificate_for(self, use: Use) -> bytes | None:
        """Return the certificate of one of the keys."""
        return self.certificate if use is Use.SIGNATURE else self.authentication


class Done(msgspec.Struct, frozen=True, tag=True):
    """It was done."""


class Seen(msgspec.Struct, frozen=True, tag=True):
    """The cards that are there."""

    cards: tuple[CardSeen, ...]


class Signed(msgspec.Struct, frozen=True, tag=True):
    """The signature."""

    signature: bytes


class Reason(StrEnum):
    """Why the card process did not do what was asked. After ``DOUBTFUL`` it has ended."""

    ABSENT = "absent"
    REMOVED = "removed"
    PIN_REQUIRED = "pin_required"
    PIN_WRONG = "pin_wrong"
    PIN_LAST_TRY = "pin_last_try"
    PIN_BLOCKED = "pin_blocked"
    NO_KEY = "no_key"
    NO_MECHANISM = "no_mechanism"
    DOUBTFUL = "doubtful"


class Failed(msgspec.Struct, frozen=True, tag=True):
    """It was not done. ``detail`` is the name of an exception class, never its text."""

    reason: Reason
    tries_left: int | None = None
    detail: str = ""


Reply = Done | Seen | Signed | Failed

_ENCODER = msgspec.msgpack.Encoder()
REQUESTS: msgspec.msgpack.Decoder[Request] = msgspec.msgpack.Decoder(Request)
REPLIES: msgspec.msgpack.Decoder[Reply] = msgspec.msgpack.Decoder(Reply)


class Pipe(Protocol):
    """An unbuffered end of a pipe."""

    def readinto(self, buffer: bytearray | memoryview, /) -> int | None: ...
    def write(self, data: bytes | bytearray | memoryview, /) -> int | None: ...


def wipe(secret: bytearray) -> None:
    """Overwrite a secret in place."""
    secret[:] = bytes(len(secret))


def send(pipe: Pipe, message: Request | Reply) -> None:
    """Write one message; the frame is wiped afterwards, for it may hold a PIN."""
    frame = bytearray(LABEL_LENGTH)
    _ENCODER.encode_into(message, frame, LABEL_LENGTH)
    struct.pack_into(">I", frame, 0, len(frame) - LABEL_LENGTH)
    try:
        with memoryview(frame) as view:
            sent = 0
            while sent < len(view):
                sent += pipe.write(view[sent:]) or 0
    finally:
        wipe(frame)


def receive(pipe: Pipe) -> bytearray:
    """Read one frame.

    Raises:
        EOFError: the other side is gone.
    """
    label = _fill(pipe, LABEL_LENGTH)
    [length] = struct.unpack(">I", label)
    if length > LONGEST_FRAME:
        raise EOFError("not a frame")
    return _fill(pipe, length)


def _fill(pipe: Pipe, length: int) -> bytearray:
    frame = bytearray(length)
    with memoryview(frame) as view:
        read = 0
        while read < length:
            count = pipe.readinto(view[read:])
            if not count:
                raise EOFError("the other side is gone")
            read += count
    return frame
