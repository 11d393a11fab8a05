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


class Walk:
    """A walk along the chain: ``count`` entries hold so far."""

    def __init__(self) -> None:
        self.count = 0
        self._previous = START

    def step(self, entry: Link) -> str | None:
        """Go one entry further, or say where the chain breaks."""
        if entry.number != self.count + 1:
            return f"entry {self.count + 1} is missing"
        if not hmac.compare_digest(entry.hash, link(self._previous, entry.number, entry.at, entry.payload)):
            return f"entry {entry.number} was changed"
        self._previous, self.count = entry.hash, entry.number
        return None

    def end(self, head: Head, mac: Callable[[bytes], bytes]) -> str | None:
        """Say whether the chain ends with its head; ``None`` when it does."""
        if not hmac.compare_digest(sealed_head(head.count, head.hash, mac).mac, head.mac):
            return "the head of the chain was changed"
        if self.count != head.count:
            return f"{head.count} entries were written, {self.count} are left"
        if not hmac.compare_digest(self._previous, head.hash):
            return f"entry {self.count} was changed"
        return None


def verify(links: Iterable[Link], head: Head, mac: Callable[[bytes], bytes]) -> tuple[int, str | None]:
    """Walk the whole chain: how many entries hold, and where it breaks (``None`` when it is whole)."""
    walk = Walk()
    for entry in links:
        if fault := walk.step(entry):
            return walk.count, fault
    return walk.count, walk.end(head, mac)
