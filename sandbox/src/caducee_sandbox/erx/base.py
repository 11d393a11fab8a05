"""What the base holds: prescriptions, their lines and what pharmacies did, in a SQLite file of its own."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from caducee_sandbox.erx.clock import MovableClock
from caducee_sandbox.erx.refusals import Refused

SCHEMA = """
CREATE TABLE IF NOT EXISTS prescription (
    number TEXT PRIMARY KEY, digest TEXT NOT NULL, content BLOB NOT NULL, author TEXT NOT NULL, status TEXT NOT NULL,
    registered_at TEXT NOT NULL, valid_until TEXT NOT NULL, opposed INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS dispensation (
    identifier TEXT PRIMARY KEY, number TEXT NOT NULL, at TEXT NOT NULL, pharmacy TEXT NOT NULL,
    cancelled INTEGER NOT NULL, lines TEXT NOT NULL
);
"""
KEPT_DAYS = 1826


@dataclass(frozen=True, kw_only=True)
class Prescription:
    """A row, with its content decoded."""

    number: str
    digest: str
    author: str
    status: str
    registered_at: str
    valid_until: str
    opposed: bool
    content: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Dispensation:
    """What a pharmacy did at once."""

    identifier: str
    number: str
    at: str
    pharmacy: str
    cancelled: bool
    lines: list[dict[str, Any]]


class Base:
    """Reads and writes the file; each call is one transaction."""

    def __init__(self, path: Path, clock: MovableClock) -> None:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.executescript(SCHEMA)
        self._clock = clock

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def add(self, body: bytes, content: dict[str, Any], author: str) -> Prescription:
        """Keep a new prescription; one it replaces is no longer valid from that moment.

        Raises:
            Refused: the number is taken, or what it replaces cannot be.
        """
        number, replaces = content["number"], content.get("replaces", "")
        with self._database:
            self._database.execute("BEGIN IMMEDIATE")
            if self.find(number) is not None:
                raise Refused("erx.duplicate")
            if replaces:
                self._set_aside(replaces, author, "replaced")
            row = (
                number,
                hashlib.sha256(body).hexdigest(),
                body,
                author,
                "registered",
                self._clock.now().isoformat(timespec="milliseconds"),
                content["valid_until"],
                int(bool(content.get("opposed"))),
            )
            self._database.execute("INSERT INTO prescription VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        return self.get(number)

    def cancel(self, number: str, author: str) -> Prescription:
        """Cancel one of this author.

        Raises:
            Refused: not there, another author's, dispensed.
        """
        with self._database:
            self._database.execute("BEGIN IMMEDIATE")
            self._set_aside(number, author, "cancelled")
        return self.get(number)

    def _set_aside(self, number: str, author: str, status: str) -> None:
        known = self.get(number)
        if known.author != author:
            raise Refused("erx.not_author")
        if any(not one.cancelled for one in self.dispensations(number)):
            raise Refused("erx.dispensed")
        if known.status == "registered":
            self._database.execute("UPDATE prescription SET status = ? WHERE number = ?", (status, number))

    def get(self, number: str) -> Prescription:
        """Return one.

        Raises:
            Refused: it is not there.
        """
        found = self.find(number)
        if found is None:
            raise Refused("erx.not_found")
        return found

    def find(self, number: str) -> Prescription | None:
        """Return one, unless it is not there or was kept for its five years."""
        row = self._database.execute("SELECT * FROM prescription WHERE number = ?", (number,)).fetchone()
        return None if row is None else self._prescription(row)

    def _prescription(self, row: tuple[Any, ...]) -> Prescription:
        number, digest, body, author, status, registered_at, valid_until, opposed = row
        past = status == "registered" and self._clock.today() > valid_until
        return Prescription(
            number=number,
            digest=digest,
            author=author,
            status="expired" if past else status,
            registered_at=registered_at,
            valid_until=valid_until,
            opposed=bool(opposed),
            content=json.loads(body),
        )

    def numbers(self) -> list[str]:
        """Return every number, oldest first."""
        return [row[0] for row in self._database.execute("SELECT number FROM prescription ORDER BY rowid")]

    def dispensations(self, number: str) -> list[Dispensation]:
        """Return what was dispensed of one, oldest first."""
        rows = self._database.execute("SELECT * FROM dispensation WHERE number = ? ORDER BY rowid", (number,))
        return [_dispensation(row) for row in rows]

    def dispensation(self, identifier: str) -> Dispensation:
        """Return one dispensation.

        Raises:
            Refused: it is not there.
        """
        row = self._database.execute("SELECT * FROM dispensation WHERE identifier = ?", (identifier,)).fetchone()
        if row is None:
            raise Refused("erx.not_found")
        return _dispensation(row)

    def add_dispensation(self, one: Dispensation) -> None:
        """Keep what a pharmacy did."""
        row = (one.identifier, one.number, one.at, one.pharmacy, int(one.cancelled), json.dumps(one.lines))
        self._database.execute("INSERT INTO dispensation VALUES (?, ?, ?, ?, ?, ?)", row)

    def cancel_dispensation(self, identifier: str) -> None:
        """Take a dispensation back."""
        self._database.execute("UPDATE dispensation SET cancelled = 1 WHERE identifier = ?", (identifier,))

    def forget_the_old(self) -> int:
        """Delete what is older than five years (CSP, R. 4071-1); return how many."""
        limit = self._clock.now().timestamp() - KEPT_DAYS * 86_400
        old = [
            number
            for number, at in self._database.execute("SELECT number, registered_at FROM prescription").fetchall()
            if _timestamp(at) < limit
        ]
        for number in old:
            self._database.execute("DELETE FROM dispensation WHERE number = ?", (number,))
            self._database.execute("DELETE FROM prescription WHERE number = ?", (number,))
        return len(old)


def _dispensation(row: tuple[Any, ...]) -> Dispensation:
    identifier, number, at, pharmacy, cancelled, lines = row
    return Dispensation(
        identifier=identifier,
        number=number,
        at=at,
        pharmacy=pharmacy,
        cancelled=bool(cancelled),
        lines=json.loads(lines),
    )


def _timestamp(at: str) -> float:
    from datetime import datetime

    return datetime.fromisoformat(at).timestamp()
