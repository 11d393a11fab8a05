"""The ledger: every byte of every exchange, kept in the state folder and readable by its owner only."""

from __future__ import annotations

import json
import os
import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS exchange (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, service TEXT NOT NULL, transaction_ TEXT NOT NULL,
    client TEXT NOT NULL, status INTEGER, verdict TEXT NOT NULL, fault TEXT NOT NULL, violations TEXT NOT NULL,
    request_type TEXT NOT NULL, request BLOB NOT NULL, response_type TEXT NOT NULL, response BLOB NOT NULL
)
"""
COLUMNS = "id, at, service, transaction_, client, status, verdict, fault, violations"


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """One exchange. ``status`` is None when nothing was answered; ``violations`` are those of official schemas."""

    service: str
    transaction: str = ""
    client: str = ""
    status: int | None = None
    verdict: str = ""
    fault: str = ""
    violations: tuple[str, ...] = ()
    request_type: str = ""
    request: bytes = field(default=b"", repr=False)
    response_type: str = ""
    response: bytes = field(default=b"", repr=False)


class Ledger:
    """Append-only record of exchanges, in a SQLite file with mode 0600."""

    def __init__(self, path: Path) -> None:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=OFF")
        self._database.execute(SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def record(self, exchange: Exchange) -> int:
        """Append an exchange and return its number."""
        row = (
            datetime.now(UTC).isoformat(timespec="milliseconds"),
            exchange.service,
            exchange.transaction,
            exchange.client,
            exchange.status,
            exchange.verdict,
            exchange.fault,
            json.dumps(exchange.violations),
            exchange.request_type,
            exchange.request,
            exchange.response_type,
            exchange.response,
        )
        marks = ", ".join("?" * len(row))
        cursor = self._database.execute(f"INSERT INTO exchange VALUES (NULL, {marks})", row)
        return cursor.lastrowid or 0

    def entries(self) -> list[dict[str, Any]]:
        """Return what is known of each exchange, without its bytes."""
        return [_described(row) for row in self._database.execute(f"SELECT {COLUMNS} FROM exchange ORDER BY id")]

    def bytes_of(self, number: int) -> tuple[str, bytes, str, bytes] | None:
        """Return content type and bytes of the request, then of the response."""
        found: tuple[str, bytes, str, bytes] | None = self._database.execute(
            "SELECT request_type, request, response_type, response FROM exchange WHERE id = ?", (number,)
        ).fetchone()
        return found


def _described(row: tuple[Any, ...]) -> dict[str, Any]:
    names = ("id", "at", "service", "transaction", "client", "status", "verdict", "fault", "violations")
    described = dict(zip(names, row, strict=True))
    described["violations"] = json.loads(described["violations"])
    return described
