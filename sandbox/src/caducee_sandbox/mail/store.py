"""The mailboxes, in a SQLite file that only its owner reads."""

from __future__ import annotations

import json
import os
import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import anyio

SCHEMA = """
CREATE TABLE IF NOT EXISTS box (
    id INTEGER PRIMARY KEY, owner TEXT NOT NULL, name TEXT NOT NULL, special TEXT NOT NULL,
    uidvalidity INTEGER NOT NULL, next_uid INTEGER NOT NULL, UNIQUE (owner, name)
);
CREATE TABLE IF NOT EXISTS message (
    box INTEGER NOT NULL REFERENCES box, uid INTEGER NOT NULL, flags TEXT NOT NULL, received TEXT NOT NULL,
    content BLOB NOT NULL, PRIMARY KEY (box, uid)
);
"""
FOLDERS = (("INBOX", ""), ("Envoyés", "\\Sent"), ("Brouillons", "\\Drafts"), ("Corbeille", "\\Trash"), ("Traités", ""))
FIRST_UIDVALIDITY = 1_700_000_000


@dataclass(frozen=True, kw_only=True)
class Folder:
    """One folder of an owner, as it is now."""

    id: int
    name: str
    special: str
    uidvalidity: int
    next_uid: int


@dataclass(frozen=True, kw_only=True)
class Message:
    """A message in a folder."""

    uid: int
    flags: frozenset[str]
    received: datetime
    content: bytes = field(repr=False)


class MailStore:
    """Folders and messages. ``changed`` of a folder is set, and replaced, each time something happens there."""

    def __init__(self, path: Path) -> None:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=OFF")
        self._database.executescript(SCHEMA)
        self._changed: dict[int, anyio.Event] = {}

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def make(self, owner: str) -> None:
        """Make the folders of an owner who has none yet."""
        for name, special in FOLDERS:
            row = (owner, name, special, FIRST_UIDVALIDITY)
            self._database.execute("INSERT OR IGNORE INTO box VALUES (NULL, ?, ?, ?, ?, 1)", row)

    def folders(self, owner: str) -> list[Folder]:
        """Return the folders of an owner."""
        query = "SELECT id, name, special, uidvalidity, next_uid FROM box WHERE owner = ? ORDER BY id"
        return [_folder(row) for row in self._database.execute(query, (owner,))]

    def folder(self, owner: str, name: str) -> Folder | None:
        """Return one folder; INBOX in any case."""
        wanted = "INBOX" if name.upper() == "INBOX" else name
        return next((f for f in self.folders(owner) if f.name == wanted), None)

    def uidvalidity(self, folder: Folder) -> int:
        """Return the numbering that the folder has now."""
        (now,) = self._database.execute("SELECT uidvalidity FROM box WHERE id = ?", (folder.id,)).fetchone()
        return int(now)

    def add(
        self, folder: Folder, content: bytes, *, flags: frozenset[str] = frozenset(), received: datetime | None = None
    ) -> int:
        """Put a message into a folder and return its UID."""
        (uid,) = self._database.execute("SELECT next_uid FROM box WHERE id = ?", (folder.id,)).fetchone()
        at = (received or datetime.now(UTC)).isoformat(timespec="seconds")
        self._database.execute("BEGIN")
        row = (folder.id, uid, json.dumps(sorted(flags)), at, content)
        self._database.execute("INSERT INTO message VALUES (?, ?, ?, ?, ?)", row)
        self._database.execute("UPDATE box SET next_uid = ? WHERE id = ?", (uid + 1, folder.id))
        self._database.execute("COMMIT")
        self._tell(folder)
        return int(uid)

    def uids(self, folder: Folder) -> list[int]:
        """Return the UIDs of a folder, ascending."""
        query = "SELECT uid FROM message WHERE box = ? ORDER BY uid"
        return [row[0] for row in self._database.execute(query, (folder.id,))]

    def message(self, folder: Folder, uid: int) -> Message | None:
        """Return one message."""
        query = "SELECT uid, flags, received, content FROM message WHERE box = ? AND uid = ?"
        row = self._database.execute(query, (folder.id, uid)).fetchone()
        if row is None:
            return None
        flags = frozenset(json.loads(row[1]))
        return Message(uid=row[0], flags=flags, received=datetime.fromisoformat(row[2]), content=row[3])

    def flag(self, folder: Folder, uid: int, flags: frozenset[str]) -> None:
        """Replace the flags of a message."""
        row = (json.dumps(sorted(flags)), folder.id, uid)
        self._database.execute("UPDATE message SET flags = ? WHERE box = ? AND uid = ?", row)

    def remove(self, folder: Folder, uid: int) -> None:
        """Remove a message."""
        self._database.execute("DELETE FROM message WHERE box = ? AND uid = ?", (folder.id, uid))
        self._tell(folder)

    def renumber(self, folder: Folder) -> None:
        """Give the folder another UIDVALIDITY and its messages new UIDs from 1, as after a move of the server."""
        self._database.execute("BEGIN")
        uids = self.uids(folder)
        for new, old in enumerate(uids, start=1):  # never above the old one: no collision
            self._database.execute("UPDATE message SET uid = ? WHERE box = ? AND uid = ?", (new, folder.id, old))
        row = (folder.uidvalidity + 1000, len(uids) + 1, folder.id)
        self._database.execute("UPDATE box SET uidvalidity = ?, next_uid = ? WHERE id = ?", row)
        self._database.execute("COMMIT")
        self._tell(folder)

    def changed(self, folder: Folder) -> anyio.Event:
        """Return what will be set at the next change of this folder."""
        return self._changed.setdefault(folder.id, anyio.Event())

    def _tell(self, folder: Folder) -> None:
        event = self._changed.pop(folder.id, None)
        if event is not None:
            event.set()


def _folder(row: tuple[int, str, str, int, int]) -> Folder:
    return Folder(id=row[0], name=row[1], special=row[2], uidvalidity=row[3], next_uid=row[4])
