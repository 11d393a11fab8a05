"""The chain of the audit trail: each entry's hash covers the one before it. Pure.

An entry that is changed, removed or moved breaks the hash of what follows. The head (how many entries, last hash) is
held by a keyed digest, so that a cut tail shows, and a chain computed anew by somebody without the key.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable

import msgspec

START = bytes(32)


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """One entry as it is stored. ``number`` starts at 1, ``at`` is in microseconds since 1970, UTC."""

    number: int
    at: int
    payload: bytes
    hash: bytes


class Head(msgspec.Struct, frozen=True):
    """What the trail must end with: its number of entries, its last hash, and the keyed digest of both."""

    count: int
    hash: bytes
    mac: bytes


def link(previous: bytes, number: int, at: int, payload: bytes) -> bytes:
    """Return the hash of an entry that follows the entry with the hash ``previous``."""
    return hashlib.sha256(msgspec.msgpack.encode((previous, number, at, payload))).digest()


def sealed_head(count: int, last: bytes, mac: Callable[[bytes], bytes]) -> Head:
    """Return the head of a trail that ends so."""
    return Head(count, last, mac(msgspec.msgpack.encode((count, last))))


def verify(links: Iterable[Link], head: Head, mac: Callable[[bytes], bytes]) -> tuple[int, str | None]:
    """Walk the chain: how many entries hold, and where it breaks (``None`` when it is whole)."""
    previous, count = START, 0
    for entry in links:
        if entry.number != count + 1:
            return count, f"entry {count + 1} is missing"
        if not hmac.compare_digest(entry.hash, link(previous, entry.number, entry.at, entry.payload)):
            return count, f"entry {entry.number} was changed"
        previous, count = entry.hash, entry.number
    if not hmac.compare_digest(sealed_head(head.count, head.hash, mac).mac, head.mac):
        return count, "the head of the chain was changed"
    if count != head.count:
        return count, f"{head.count} entries were written, {count} are left"
    if not hmac.compare_digest(previous, head.hash):
        return count, f"entry {count} was changed"
    return count, None
