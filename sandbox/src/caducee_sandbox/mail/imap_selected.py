"""The folder that a client has open: sequence numbers, and what changed since it was last told."""

from __future__ import annotations

from collections.abc import Iterator

from caducee_sandbox.mail.imap_fetch import fetched, marks_seen, matches
from caducee_sandbox.mail.imap_words import BadCommand, Word, chosen, flags, text
from caducee_sandbox.mail.store import Folder, MailStore
from caducee_sandbox.mail.wire import Gone


class SelectedFolder:
    """One client's view of one folder."""

    def __init__(self, store: MailStore, folder: Folder, *, writable: bool) -> None:
        self.folder = folder
        self.writable = writable
        self._store = store
        self._uids = store.uids(folder)

    def described(self) -> bytes:
        """Return what SELECT tells."""
        known = "\\Answered \\Flagged \\Deleted \\Seen \\Draft"
        lines = [
            f"FLAGS ({known})",
            f"{len(self._uids)} EXISTS",
            "0 RECENT",
            f"OK [PERMANENTFLAGS ({known + ' ' + chr(92) + '*' if self.writable else ''})] flags",
            f"OK [UIDVALIDITY {self.folder.uidvalidity}] numbering",
            f"OK [UIDNEXT {self.folder.next_uid}] next",
        ]
        return "".join(f"* {line}\r\n" for line in lines).encode()

    def news(self) -> bytes:
        """Return what the client was not told yet.

        Raises:
            Gone: the folder was numbered anew; the client must come back.
        """
        present = self._present()
        lines = []
        for place in range(len(self._uids), 0, -1):
            if self._uids[place - 1] not in present:
                lines.append(f"{place} EXPUNGE")
                del self._uids[place - 1]
        if len(present) > len(self._uids):
            self._uids = sorted(present)
            lines.append(f"{len(self._uids)} EXISTS")
        return "".join(f"* {line}\r\n" for line in lines).encode()

    def chosen(self, spec: str) -> list[int]:
        """Return the UIDs that a set names."""
        return chosen(spec, self._uids)

    def search(self, words: list[Word]) -> bytes:
        """Return the answer of UID SEARCH."""
        found = (self._store.message(self.folder, uid) for uid in self._uids)
        uids = [m.uid for m in found if m is not None and matches(m, words, self._uids)]
        return " ".join(["* SEARCH", *map(str, uids)]).encode() + b"\r\n"

    def fetch(self, uids: list[int], items: Word) -> Iterator[bytes]:
        """Return the answers of UID FETCH, one after the other."""
        wanted = [text(item) for item in (items if isinstance(items, list) else [items])]
        if not any(item.upper() == "UID" for item in wanted):
            wanted.insert(0, "UID")
        for uid in uids:
            message = self._store.message(self.folder, uid)
            if message is None:
                continue
            if self.writable and marks_seen(wanted):
                self._store.flag(self.folder, uid, message.flags | {"\\Seen"})
            yield b"* %d FETCH " % (self._uids.index(uid) + 1) + fetched(message, wanted) + b"\r\n"

    def store_flags(self, uids: list[int], how: str, words: list[Word]) -> bytes:
        """Set flags and return the answer of UID STORE."""
        given = flags(words[0] if isinstance(words[0], list) else words)
        answers = b""
        for uid in uids:
            message = self._store.message(self.folder, uid)
            if message is None:
                continue
            changed = _changed(message.flags, how.removesuffix(".SILENT"), given)
            self._store.flag(self.folder, uid, changed)
            if not how.endswith(".SILENT"):
                line = f"* {self._uids.index(uid) + 1} FETCH (UID {uid} FLAGS ({' '.join(sorted(changed))}))\r\n"
                answers += line.encode()
        return answers

    def expunge(self, uids: list[int], *, marked_only: bool = True) -> None:
        """Remove messages: those that are marked as deleted, or all of them."""
        for uid in uids:
            message = self._store.message(self.folder, uid)
            if message is not None and ("\\Deleted" in message.flags or not marked_only):
                self._store.remove(self.folder, uid)

    def copy(self, uids: list[int], target: Folder) -> str:
        """Copy messages and return the COPYUID code."""
        made = []
        for uid in uids:
            message = self._store.message(self.folder, uid)
            if message is not None:
                flags_, at = message.flags - {"\\Deleted"}, message.received
                made.append((uid, self._store.add(target, message.content, flags=flags_, received=at)))
        old, new = (",".join(str(pair[side]) for pair in made) for side in (0, 1))
        return f"[COPYUID {target.uidvalidity} {old} {new}]" if made else "[NONEXISTENT]"

    def _present(self) -> set[int]:
        if self._store.uidvalidity(self.folder) != self.folder.uidvalidity:
            raise Gone("the folder was numbered anew")
        return set(self._store.uids(self.folder))


def _changed(before: frozenset[str], how: str, given: frozenset[str]) -> frozenset[str]:
    if how == "+FLAGS":
        return before | given
    if how == "-FLAGS":
        return before - given
    if how == "FLAGS":
        return given
    raise BadCommand("FLAGS was expected")
