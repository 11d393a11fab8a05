"""What the DMP holds: documents, the versions of their metadata, submissions and links, in SQLite.

One submission is one database transaction. A change of metadata keeps the former version beside the new one.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS submission (
    unique_id TEXT PRIMARY KEY, entry_uuid TEXT NOT NULL UNIQUE, patient TEXT NOT NULL, author TEXT NOT NULL,
    submitted TEXT NOT NULL, package BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS entry (
    entry_uuid TEXT PRIMARY KEY, lid TEXT NOT NULL, version INTEGER NOT NULL, unique_id TEXT NOT NULL,
    patient TEXT NOT NULL, author TEXT NOT NULL, structure TEXT NOT NULL, status TEXT NOT NULL,
    masked INTEGER NOT NULL, patients_own INTEGER NOT NULL, current INTEGER NOT NULL, mime_type TEXT NOT NULL,
    hash TEXT NOT NULL, size INTEGER NOT NULL, metadata BLOB NOT NULL, content BLOB NOT NULL,
    submission TEXT NOT NULL REFERENCES submission
);
CREATE UNIQUE INDEX IF NOT EXISTS entry_current ON entry (unique_id) WHERE current = 1;
CREATE INDEX IF NOT EXISTS entry_unique_id ON entry (unique_id);
CREATE INDEX IF NOT EXISTS entry_patient ON entry (patient);
CREATE TABLE IF NOT EXISTS folder (uuid TEXT PRIMARY KEY, unique_id TEXT NOT NULL UNIQUE, package BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS link (
    uuid TEXT PRIMARY KEY, type TEXT NOT NULL, source TEXT NOT NULL, target TEXT NOT NULL, slots TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS link_source ON link (source);
CREATE INDEX IF NOT EXISTS link_target ON link (target);
"""
COLUMNS = (
    "entry_uuid, lid, version, unique_id, patient, author, structure, status, masked, patients_own, current, "
    "mime_type, hash, size, metadata, content"
)
APPROVED = "urn:oasis:names:tc:ebxml-regrep:StatusType:Approved"
DEPRECATED = "urn:oasis:names:tc:ebxml-regrep:StatusType:Deprecated"
ARCHIVED = "urn:asip:ci-sis:2010:StatusType:Archived"
DELETED = "urn:asip:ci-sis:2010:StatusType:Deleted"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A document and one version of its metadata. ``hash`` is SHA-1 in hexadecimal, ``metadata`` an ExtrinsicObject.

    ``current`` is false for a version that a later one took the place of.
    """

    entry_uuid: str
    lid: str
    version: int = 1
    unique_id: str
    patient: str
    author: str
    structure: str = ""
    status: str = APPROVED
    masked: bool = False
    patients_own: bool = False
    current: bool = True
    mime_type: str
    hash: str
    size: int
    metadata: bytes = field(repr=False)
    content: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Link:
    """An association between two objects, by their registry identifiers."""

    uuid: str
    type: str
    source: str
    target: str
    slots: dict[str, list[str]]


@dataclass(frozen=True, kw_only=True)
class HeldFolder:
    """A folder as held."""

    uuid: str
    unique_id: str
    package: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Submission:
    """A submission set that is about to be kept: new entries, the new state of others, and the links.

    ``superseded`` are the entryUUIDs of versions that a new entry takes the place of.
    """

    unique_id: str
    entry_uuid: str
    patient: str
    author: str
    submitted: str
    package: bytes = field(repr=False)
    entries: tuple[Entry, ...] = ()
    links: tuple[Link, ...] = ()
    statuses: tuple[tuple[str, str], ...] = ()
    superseded: tuple[str, ...] = ()
    folders: tuple[HeldFolder, ...] = ()


@dataclass(frozen=True, kw_only=True)
class HeldSet:
    """A submission set as held."""

    entry_uuid: str
    unique_id: str
    patient: str
    author: str
    submitted: str
    package: bytes = field(repr=False)


class Registry:
    """The entries of every record, in one file with mode 0600."""

    def __init__(self, path: Path) -> None:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.execute("PRAGMA journal_mode=WAL")
        # Kept when the process is killed; a simulation need not outlive a loss of power.
        self._database.execute("PRAGMA synchronous=NORMAL")
        self._database.executescript(SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def commit(self, submission: Submission) -> None:
        """Keep a submission whole, or nothing of it."""
        with self._database:
            self._database.execute("BEGIN IMMEDIATE")
            s = submission
            head = (s.unique_id, s.entry_uuid, s.patient, s.author, s.submitted, s.package)
            self._database.execute("INSERT INTO submission VALUES (?, ?, ?, ?, ?, ?)", head)
            for old in submission.superseded:
                change = "UPDATE entry SET status = ?, current = 0 WHERE entry_uuid = ?"
                self._database.execute(change, (DEPRECATED, old))
            for entry_uuid, status in submission.statuses:
                self._database.execute("UPDATE entry SET status = ? WHERE entry_uuid = ?", (status, entry_uuid))
            rows = [(*_row(entry), submission.unique_id) for entry in submission.entries]
            self._database.executemany(f"INSERT INTO entry VALUES ({', '.join('?' * 17)})", rows)
            folders = [(f.uuid, f.unique_id, f.package) for f in submission.folders]
            self._database.executemany("INSERT INTO folder VALUES (?, ?, ?)", folders)
            links = [(a.uuid, a.type, a.source, a.target, json.dumps(a.slots)) for a in submission.links]
            self._database.executemany("INSERT INTO link VALUES (?, ?, ?, ?, ?)", links)

    def known(self, unique_ids: Iterable[str]) -> list[str]:
        """Return which of these identifiers are already held, by an entry or a submission."""
        query = " UNION ".join(f"SELECT 1 FROM {t} WHERE unique_id = ?1" for t in ("entry", "submission", "folder"))
        return [u for u in unique_ids if self._database.execute(query, (u,)).fetchone()]

    def by_unique_id(self, unique_id: str) -> Entry | None:
        """Return the entry of a document, in its present version."""
        return next(iter(self._entries("current = 1 AND unique_id = ?", unique_id)), None)

    def by_entry_uuid(self, entry_uuid: str) -> Entry | None:
        """Return an entry by its registry identifier, whatever its version."""
        return next(iter(self._entries("entry_uuid = ?", entry_uuid)), None)

    def of_patient(self, patient: str) -> list[Entry]:
        """Return every entry of a record in its present version, oldest first. ``patient`` is a CX."""
        return self._entries("current = 1 AND patient = ?", patient)

    def sets_of_patient(self, patient: str) -> list[HeldSet]:
        """Return the submission sets of a record, oldest first."""
        return self._sets("patient = ?", patient)

    def set_by(self, identifier: str) -> HeldSet | None:
        """Return a submission set by its registry identifier or its OID."""
        return next(iter(self._sets("?1 IN (entry_uuid, unique_id)", identifier)), None)

    def folder(self, uuid: str) -> HeldFolder | None:
        """Return a folder by its registry identifier."""
        row = self._database.execute("SELECT uuid, unique_id, package FROM folder WHERE uuid = ?", (uuid,)).fetchone()
        return None if row is None else HeldFolder(uuid=row[0], unique_id=row[1], package=row[2])

    def links_of(self, uuids: Iterable[str]) -> list[Link]:
        """Return the links from and to these objects, each once."""
        found: dict[str, Link] = {}
        query = "SELECT uuid, type, source, target, slots FROM link WHERE source = ?1 OR target = ?1 ORDER BY rowid"
        for identifier in uuids:
            for uuid, kind, source, target, slots in self._database.execute(query, (identifier,)):
                found[uuid] = Link(uuid=uuid, type=kind, source=source, target=target, slots=json.loads(slots))
        return list(found.values())

    def held(self) -> dict[str, Any]:
        """Return the documents held, without their content, and how many submissions there were."""
        rows = self._database.execute(
            "SELECT unique_id, hash, size, patient, author, status, masked, version FROM entry "
            "WHERE current = 1 ORDER BY rowid"
        )
        names = ("uniqueId", "sha1", "size", "patient", "author", "status", "masked", "version")
        (count,) = self._database.execute("SELECT count(*) FROM submission").fetchone()
        return {"documents": [dict(zip(names, row, strict=True)) for row in rows], "submissions": count}

    def _entries(self, condition: str, value: str) -> list[Entry]:
        rows = self._database.execute(f"SELECT {COLUMNS} FROM entry WHERE {condition} ORDER BY rowid", (value,))
        names = COLUMNS.split(", ")
        return [_entry(dict(zip(names, row, strict=True))) for row in rows]

    def _sets(self, condition: str, value: str) -> list[HeldSet]:
        names = ("entry_uuid", "unique_id", "patient", "author", "submitted", "package")
        query = f"SELECT {', '.join(names)} FROM submission WHERE {condition} ORDER BY rowid"
        return [HeldSet(**dict(zip(names, row, strict=True))) for row in self._database.execute(query, (value,))]


def _row(entry: Entry) -> tuple[Any, ...]:
    return tuple(getattr(entry, column) for column in COLUMNS.split(", "))


def _entry(row: dict[str, Any]) -> Entry:
    flags = {name: bool(row[name]) for name in ("masked", "patients_own", "current")}
    return Entry(**{**row, **flags})
