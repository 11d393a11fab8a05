"""How far a mailbox was read, and what was read, whatever its numbering becomes (RFC 3501, 2.3.1.1). No I/O."""

from __future__ import annotations

import hashlib
import re

import msgspec

_MESSAGE_ID = re.compile(rb"^message-id[ \t]*:((?:[^\r\n]|\r?\n[ \t])*)", re.IGNORECASE | re.MULTILINE)


class Cursor(msgspec.Struct, frozen=True, kw_only=True):
    """The state of one box, to be kept with what was delivered.

    ``known`` are the fingerprints of the messages that were read, the last ones at the end, a message received twice
    twice. When the server numbers the box anew, they become ``before``: what has a fingerprint there was read under
    its old number and is not delivered again. ``before`` is dropped once all that stood there then was looked at.
    """

    box: str
    uidvalidity: int = 0
    next_uid: int = 1
    known: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    before_below: int = 0

    def under(self, uidvalidity: int, next_uid: int, *, restored: bool = False) -> Cursor:
        """Return the cursor under the numbering that the server has now; ``next_uid`` is its UIDNEXT.

        ``restored`` says that UIDNEXT went back under the same UIDVALIDITY: numbers are given a second time.
        """
        if uidvalidity == self.uidvalidity and not restored:
            return self
        return Cursor(
            box=self.box,
            uidvalidity=uidvalidity,
            before=self.before + self.known,
            before_below=next_uid,
        )

    def recognises(self, uid: int, fingerprint: str) -> bool:
        """Say whether this message was read under an older numbering."""
        return uid < self.before_below and fingerprint in self.before

    @property
    def recognising(self) -> bool:
        """Whether messages are still to be compared with an older numbering."""
        return bool(self.before) and self.next_uid < self.before_below

    def past(self, uid: int, fingerprint: str, *, keep: int) -> Cursor:
        """Return the cursor after this message, with the ``keep`` last fingerprints."""
        before = list(self.before)
        if self.recognises(uid, fingerprint):
            before.remove(fingerprint)
        moved = msgspec.structs.replace(
            self, next_uid=uid + 1, known=(*self.known, fingerprint)[-keep:], before=tuple(before)
        )
        return moved if moved.recognising else msgspec.structs.replace(moved, before=(), before_below=0)

    def to_the_end(self, next_uid: int) -> Cursor:
        """Return the cursor after the last message that is there, ``next_uid`` being the server's UIDNEXT."""
        moved = msgspec.structs.replace(self, next_uid=max(self.next_uid, next_uid))
        return moved if moved.recognising else msgspec.structs.replace(moved, before=(), before_below=0)


def fingerprint_of_header(header: bytes) -> str | None:
    """Return the fingerprint of a Message-ID, ``None`` when there is none."""
    found = _MESSAGE_ID.search(header)
    identifier = b"".join(found[1].split()) if found else b""
    return _digest(b"id:" + identifier) if identifier else None


def fingerprint_of(content: bytes) -> str:
    """Return the fingerprint of a message: of its Message-ID, or of its bytes when it has none."""
    header = re.split(rb"\r?\n\r?\n", content, maxsplit=1)[0]
    return fingerprint_of_header(header) or _digest(b"bytes:" + content)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]
