"""What the DMP holds: documents, entries and submissions, in SQLite. A feed is one database transaction."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS submission (
    unique_id TEXT PRIMARY KEY, patient TEXT NOT NULL, author TEXT NOT NULL, package BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS entry (
    entry_uuid TEXT PRIMARY KEY, lid TEXT NOT NULL, version INTEGER NOT NULL, unique_id TEXT NOT NULL UNIQUE,
    patient TEXT NOT NULL, author TEXT NOT NULL, status TEXT NOT NULL, masked INTEGER NOT NULL,
    mime_type TEXT NOT NULL, hash TEXT NOT NULL, size INTEGER NOT NULL, metadata BLOB NOT NULL,
    content BLOB NOT NULL, submission TEXT NOT NULL REFERENCES submission
);
"""
COLUMNS = (
    "entry_uuid, lid, version, unique_id, patient, author, status, masked, mime_type, hash, size, metadata, content"
)
APPROVED = "urn:oasis:names:tc:ebxml-regrep:StatusType:Approved"
DEPRECATED = "urn:oasis:names:tc:ebxml-regrep:StatusType:Deprecated"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A document and its metadata as held. ``hash`` is SHA-1 in hexadecimal, ``metadata`` an ExtrinsicObject."""

    entry_uuid: str
    lid: str
    version: int = 1
    unique_id: str
    patient: str
    author: str
    status: str = APPROVED
    masked: bool = False
    mime_type: str
    hash: str
    size: int
    metadata: bytes = field(repr=False)
    content: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Submission:
    """A submission set that is about to be kept, with the entryUUIDs that it replaces."""

    unique_id: str
    patient: str
    author: str
    package: bytes = field(repr=False)
    entries: tuple[Entry, ...]
    replaces: tuple[str, ...] = ()


class Registry:
    """The entries of every record, in one file with mode 0600."""

    def __init__(self, path: Path) -> None:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.executescript(SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def commit(self, submission: Submission) -> None:
        """Keep a submission whole, or nothing of it."""
        with self._database:
            self._database.execute("BEGIN IMMEDIATE")
            head = (submission.unique_id, submission.patient, submission.author, submission.package)
            self._database.execute("INSERT INTO submission VALUES (?, ?, ?, ?)", head)
            for old in submission.replaces:
                self._database.execute("UPDATE entry SET status = ? WHERE entry_uuid = ?", (DEPRECATED, old))
            marks = ", ".join("?" * 14)
            rows = [(*_row(entry), submission.unique_id) for entry in submission.entries]
            self._database.executemany(f"INSERT INTO entry VALUES ({marks})", rows)

    def known(self, unique_ids: Iterable[str]) -> list[str]:
        """Return which of these identifiers are already held, by an entry or a submission."""
        query = "SELECT 1 FROM entry WHERE unique_id = ?1 UNION SELECT 1 FROM submission WHERE unique_id = ?1"
        return [u for u in unique_ids if self._database.execute(query, (u,)).fetchone()]

    def by_unique_id(self, unique_id: str) -> Entry | None:
        """Return the entry of a document."""
        return next(iter(self._entries("unique_id = ?", unique_id)), None)

    def by_entry_uuid(self, entry_uuid: str) -> Entry | None:
        """Return an entry by its registry identifier."""
        return next(iter(self._entries("entry_uuid = ?", entry_uuid)), None)

    def of_patient(self, patient: str) -> list[Entry]:
        """Return every entry of a record, oldest first. ``patient`` is a CX."""
        return self._entries("patient = ?", patient)

    def held(self) -> dict[str, Any]:
        """Return the documents held, without their content, and how many submissions there were."""
        rows = self._database.execute("SELECT unique_id, hash, size, patient, author, status FROM entry ORDER BY rowid")
        names = ("uniqueId", "sha1", "size", "patient", "author", "status")
        (count,) = self._database.execute("SELECT count(*) FROM submission").fetchone()
        return {"documents": [dict(zip(names, row, strict=True)) for row in rows], "submissions": count}

    def _entries(self, condition: str, value: str) -> list[Entry]:
        rows = self._database.execute(f"SELECT {COLUMNS} FROM entry WHERE {condition} ORDER BY rowid", (value,))
        names = COLUMNS.split(", ")
        return [Entry(**dict(zip(names, row, strict=True))) for row in rows]


def _row(entry: Entry) -> tuple[Any, ...]:
    return tuple(getattr(entry, column) for column in COLUMNS.split(", "))
