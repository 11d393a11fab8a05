"""Rows to structs and back: how times and sealed parts lie in columns."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TypeVar

import msgspec

from caducee.contracts.delivery import Receipt
from caducee.outbox.stores.cells import Cells

T = TypeVar("T")

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Place = tuple[str, str]

HEAD: Place = ("document", "head")
DESTINATION: Place = ("delivery", "destination")
OUTCOME: Place = ("delivery", "outcome")
PREPARED: Place = ("delivery", "prepared")


class Head(msgspec.Struct, frozen=True, array_like=True):
    """The encrypted part of a publication's row."""

    idempotency_key: str
    local_id: str
    content_hash: bytes


class Seal(msgspec.Struct, frozen=True, array_like=True):
    """What describes the sealed bytes."""

    sha1: bytes
    sha256: bytes
    entry: bytes


class Outcome(msgspec.Struct, frozen=True, array_like=True):
    """The encrypted part of a delivery's last result."""

    service_text: str = ""
    receipt: Receipt | None = None


def content(name: str) -> Place:
    """The place of one content of a publication: ``model``, ``document`` or ``seal``."""
    return ("content", name)


def micros(instant: datetime) -> int:
    """Microseconds since 1970, UTC."""
    return (instant - EPOCH) // timedelta(microseconds=1)


def instant(stored: int) -> datetime:
    """The instant that ``micros`` made."""
    return EPOCH + timedelta(microseconds=stored)


def pack(cells: Cells, place: Place, row: str, value: msgspec.Struct) -> bytes:
    """Encode and encrypt a struct."""
    return cells.seal(place, row, msgspec.msgpack.encode(value))


def unpack(cells: Cells, place: Place, row: str, cell: bytes, kind: type[T]) -> T:
    """Decrypt and decode a struct."""
    return msgspec.msgpack.decode(cells.open(place, row, cell), type=kind)
