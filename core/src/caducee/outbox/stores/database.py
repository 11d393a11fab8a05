"""SQLite in worker threads: one writer, a few readers, and the settings that make a commit last."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import anyio
import anyio.lowlevel
import anyio.to_thread

from caducee.errors import DiskFull, NetworkFileSystem, StoreBusy, StoreDamaged, StoreError
from caducee.outbox.stores.commits import Write, commit_together
from caducee.outbox.stores.schema import bring_up_to_date
from caducee.platform.filesystem import is_network
from caducee.platform.locks import FileLock
from caducee.platform.permissions import private_file, private_folder

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]

BUSY_SECONDS = 5.0
PAGE_SIZE = 16384
LOG_WORTH_MOVING = 1 << 20
COMMITS_WORTH_MOVING = 64
"""The file of the log stays as large as it has been: its size does not tell how much there is to move."""
LOG_BOUND = 256 << 20
"""Size of the write-ahead log at which a writer moves it itself, when nobody has drained for very long."""

_NO_ROOM = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE})
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_DAMAGED = frozenset({sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT})


class Database:
    """The connections to one file. The event loop never waits for the disk: all SQL runs in worker threads.

    Write transactions begin ``IMMEDIATE``: one that read first and wrote later could not wait for its turn. Writes that
    wait for it at the same moment share one.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._commits = 0
        self._log = path.with_name(path.name + "-wal")
        self._turn = anyio.Lock()
        self._waiting: deque[Write[Any]] = deque()
        self._writing = anyio.CapacityLimiter(1)
        self._reading = anyio.CapacityLimiter(3)
        # A host that cancels natively leaves a thread at work behind: the connection has a lock of its own.
        self._busy = threading.Lock()
        self._writer: sqlite3.Connection | None = None
        self._readers: deque[sqlite3.Connection] = deque()

    async def open(self) -> None:
        """Create or upgrade the file and connect.

        Raises:
            NetworkFileSystem, StoreNewer, StoreDamaged, DiskFull, StoreError.
        """
        await anyio.to_thread.run_sync(self._open, limiter=self._writing)

    async def close(self) -> None:
        """Close every connection once its work has ended."""
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(self._close, limiter=self._writing)

    async def write(self, work: Work[T], *, lasting: bool = True) -> T:
        """Run ``work`` in a write transaction: durable when this returns, nothing kept when it raises.

        Not ``lasting``, it is durable with the next one that is: a loss of power before that undoes it, nothing else.

        Raises:
            DiskFull, StoreBusy, StoreError: nothing was kept.
        """
        await anyio.lowlevel.checkpoint_if_cancelled()
        write = Write(work, lasting=lasting)
        self._waiting.append(write)
        try:
            # Whoever has the turn commits for all who wait: none can leave before it is known what became of theirs.
            with anyio.CancelScope(shield=True):
                async with self._turn:
                    if not write.ended:
                        await anyio.to_thread.run_sync(self._commit, limiter=self._writing)
        except BaseException:
            with suppress(ValueError):
                self._waiting.remove(write)
            raise
        with _translated():
            return write.outcome()

    async def read(self, work: Work[T]) -> T:
        """Run ``work`` on one consistent state of the store."""
        return await anyio.to_thread.run_sync(self._read, work, limiter=self._reading)

    async def checkpoint(self, *, resting: bool = True) -> None:
        """Move the write-ahead log into the file when it is worth it; not ``resting``, only after many commits.

        Writers do not wait for this, but the disk is theirs too.
        """
        if resting or self._commits >= COMMITS_WORTH_MOVING:
            self._commits = 0
            await anyio.to_thread.run_sync(self._move_log, LOG_WORTH_MOVING, limiter=self._reading)

    def _open(self) -> None:
        with _translated():
            private_folder(self._path.parent)
            if is_network(self._path.parent):
                raise NetworkFileSystem("the data folder is on a network file system")
            opening = FileLock(self._path.with_name(self._path.name + ".open"))
            opening.wait()
            try:
                private_file(self._path)
                self._writer = _ready(self._path)
            finally:
                opening.release()

    def _close(self) -> None:
        with self._busy:
            while self._readers:
                self._readers.pop().close()
            if self._writer is not None:
                self._writer.close()
                self._writer = None

    def _commit(self) -> None:
        """Commit what waits. When this returns, all that waited when it began has ended, whoever committed it."""
        with self._busy:
            writes = []
            while self._waiting:
                writes.append(self._waiting.popleft())
            if self._writer is None:
                raise StoreError("the store is closed")
            if writes:
                commit_together(self._writer, writes)
        self._commits += 1
        self._move_log(LOG_BOUND)

    def _read(self, work: Work[T]) -> T:
        with self._reader() as reader:
            reader.execute("BEGIN")
            try:
                return work(reader)
            finally:
                reader.execute("COMMIT")

    def _move_log(self, bound: int) -> None:
        try:
            size = os.stat(self._log).st_size
        except FileNotFoundError:
            return
        if size >= bound:
            with self._reader() as reader:
                reader.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    @contextmanager
    def _reader(self) -> Iterator[sqlite3.Connection]:
        if self._writer is None:
            raise StoreError("the store is closed")
        with _translated():
            reader = self._readers.pop() if self._readers else _connect(self._path)
            try:
                yield reader
            finally:
                self._readers.append(reader)


def _ready(path: Path) -> sqlite3.Connection:
    """Open the first connection. The version is looked at before any setting could change a foreign file."""
    with closing(_plain(path)) as first:
        first.execute(f"PRAGMA page_size = {PAGE_SIZE}")
        bring_up_to_date(first, path)
    return _connect(path)


def _plain(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)


def _connect(path: Path) -> sqlite3.Connection:
    connection = _plain(path)
    try:
        for setting in (
            "journal_mode = WAL",
            "synchronous = FULL",
            "wal_autocheckpoint = 0",
            f"journal_size_limit = {LOG_BOUND}",
        ):
            connection.execute(f"PRAGMA {setting}")
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def _translated() -> Iterator[None]:
    """Turn what SQLite and the system say into our errors. Their texts name files and columns, never values."""
    try:
        yield
    except sqlite3.Error as error:
        raise _meaning(error) from error
    except OSError as error:
        raise StoreError(f"{type(error).__name__} {error.errno}") from error


def _meaning(error: sqlite3.Error) -> StoreError:
    code = getattr(error, "sqlite_errorcode", 0) or 0
    name = getattr(error, "sqlite_errorname", "") or type(error).__name__
    if code in _NO_ROOM:
        return DiskFull(name)
    if code & 0xFF in _BUSY:
        return StoreBusy(name)
    if code & 0xFF in _DAMAGED:
        return StoreDamaged(name)
    return StoreError(name)
