"""Writes that wait at the same moment are committed together: one wait for the disk, whatever their number.

A commit that lasts costs milliseconds of the disk, what is written microseconds of the processor. Each write has a
savepoint of its own: one that fails keeps nothing and spoils no other.

A write that need not last by itself waits for no disk: the write-ahead log holds it, as it does when a program is
killed, and the next commit that lasts makes it last with itself. Only a loss of power before that one undoes it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class Write(Generic[T]):
    """What somebody waits for: the work, then its result or its error, once its commit has ended."""

    def __init__(self, work: Callable[[sqlite3.Connection], T], *, lasting: bool = True) -> None:
        self.ended = False
        self.lasting = lasting
        self._work = work
        self._result: list[T] = []
        self._error: BaseException | None = None

    def attempt(self, connection: sqlite3.Connection) -> None:
        """Do the work inside a transaction; what it raises is kept for who waits, and undone.

        Raises:
            BaseException: SQLite gave the whole transaction up.
        """
        connection.execute("SAVEPOINT one_write")
        try:
            self._result.append(self._work(connection))
        except BaseException as error:
            if not connection.in_transaction:
                raise
            connection.execute("ROLLBACK TO one_write")
            self._error = error
        connection.execute("RELEASE one_write")

    def fail(self, error: BaseException) -> None:
        """Say that nothing was kept, whatever the work returned."""
        self._error = self._error or error

    def outcome(self) -> T:
        """Return the result of the work, or raise what it raised, or what the commit did."""
        if self._error is not None:
            raise self._error
        return self._result[0]


def commit_together(connection: sqlite3.Connection, writes: Sequence[Write[object]]) -> None:
    """Do all in one transaction; when it cannot be begun or committed, each has failed with that."""
    try:
        lasting = any(write.lasting for write in writes)
        connection.execute(f"PRAGMA synchronous = {'FULL' if lasting else 'NORMAL'}")
        connection.execute("BEGIN IMMEDIATE")
        for write in writes:
            write.attempt(connection)
        connection.execute("COMMIT")
    except BaseException as error:  # noqa: BLE001 - each who waits raises it
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        for write in writes:
            write.fail(error)
    finally:
        for write in writes:
            write.ended = True
