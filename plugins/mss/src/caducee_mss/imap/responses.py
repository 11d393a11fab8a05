"""What an IMAP response says: status, continuation, data (RFC 3501, 7). No I/O."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from caducee_mss.imap.framing import BadResponse
from caducee_mss.imap.values import Atom, Value, values_of

_STATUS = re.compile(rb"(OK|NO|BAD|BYE|PREAUTH)(?: |\Z)(?:\[([A-Z0-9-]+)(?: ([^\]]*))?\] ?)?(.*)\Z", re.I | re.DOTALL)


class Status(msgspec.Struct, frozen=True):
    """OK, NO, BAD, BYE or PREAUTH, with its response code and that code's arguments. ``tag`` is ``*`` when untagged."""

    tag: str
    kind: str
    code: str = ""
    arguments: str = ""
    text: str = ""


class Continuation(msgspec.Struct, frozen=True):
    """The server waits for more, and what it says."""

    text: bytes


class Data(msgspec.Struct, frozen=True):
    """Untagged data: ``EXISTS`` and ``EXPUNGE`` with their number, ``FETCH``, ``LIST``, ``SEARCH`` and others."""

    kind: str
    number: int = 0
    values: tuple[Value, ...] = ()


Response = Status | Continuation | Data


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """What was fetched of one message. ``body`` is its bytes, or those of the headers asked for."""

    uid: int
    flags: frozenset[str] = frozenset()
    received: datetime | None = None
    size: int = 0
    body: bytes | None = None


def response_of(pieces: Sequence[bytes]) -> Response:
    """Read one response cut by ``ResponseCutter``.

    Raises:
        BadResponse: it is none.
    """
    head = pieces[0]
    if head == b"+" or head.startswith(b"+ "):
        return Continuation(head[2:])
    tag, _, rest = head.partition(b" ")
    if found := _STATUS.match(rest):
        kind, code, arguments, text = (_text(group) for group in found.groups())
        return Status(_text(tag), kind.upper(), code.upper(), arguments, text)
    if tag != b"*":
        raise BadResponse("a tagged response without status")
    return _data((rest, *pieces[1:]))


def fetched_of(data: Data) -> Fetched | None:
    """Read a FETCH; ``None`` when it bears no UID: the server tells a change that nobody asked for."""
    items = data.values[0] if data.values else ()
    if not isinstance(items, tuple) or len(items) % 2:
        raise BadResponse("FETCH without pairs")
    found = {_keyword(name): value for name, value in zip(items[::2], items[1::2], strict=True)}
    if "UID" not in found:
        return None
    flags = found.get("FLAGS", ())
    return Fetched(
        uid=number_of(found["UID"]),
        flags=frozenset(str(f) for f in flags if isinstance(f, str)) if isinstance(flags, tuple) else frozenset(),
        received=_instant(found.get("INTERNALDATE")),
        size=number_of(found.get("RFC822.SIZE", Atom("0"))),
        body=_body(found),
    )


def number_of(value: Value) -> int:
    """Return a number of at most 20 digits (RFC 9051: 63 bits).

    Raises:
        BadResponse: it is none.
    """
    if isinstance(value, Atom) and len(value) <= 20 and value.isascii() and value.isdecimal():
        return int(value)
    raise BadResponse("a number was expected")


def _data(pieces: Sequence[bytes]) -> Data:
    first, *rest = values_of(pieces) or (None,)
    if not isinstance(first, Atom):
        raise BadResponse("data without a name")
    if not first.isdecimal():
        return Data(first.upper_case, values=tuple(rest))
    if not rest or not isinstance(rest[0], Atom):
        raise BadResponse("a number without a name")
    return Data(rest[0].upper_case, number_of(first), tuple(rest[1:]))


def _body(found: dict[str, Value]) -> bytes | None:
    for name, value in found.items():
        if name.startswith("BODY[") and isinstance(value, bytes):
            return value
    return None


def _keyword(value: Value) -> str:
    return value.upper_case if isinstance(value, Atom) else ""


def _instant(value: Value) -> datetime | None:
    if not isinstance(value, bytes):
        return None
    try:
        day, clock, zone = value.decode("ascii").split()
        number, month, year = day.split("-")
        place = MONTHS.index(month.title()) + 1
        return datetime.strptime(f"{year}-{place:02d}-{number} {clock} {zone}", "%Y-%m-%d %H:%M:%S %z").astimezone(UTC)
    except (ValueError, OverflowError):
        return None


# strptime's own month names follow the locale of the desk.
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _text(raw: bytes | None) -> str:
    return (raw or b"").decode("utf-8", errors="replace")
