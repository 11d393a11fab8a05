"""A lock that the operating system gives back by itself when its owner dies."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    # The text at the start of the file must stay readable by others: only a byte far behind it is locked.
    _BYTE = 1 << 20

    def _try_lock(descriptor: int) -> bool:
        os.lseek(descriptor, _BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _lock(descriptor: int) -> None:
        os.lseek(descriptor, _BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        # flock belongs to the open file, not to the process: a second holder in one process is refused as well.
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)


class FileLock:
    """An exclusive lock on a file that names its holder. One object is one holder; it is not re-entrant."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def acquire(self) -> bool:
        """Take the lock if it is free; say whether it was."""
        descriptor = self._open()
        if not _try_lock(descriptor):
            os.close(descriptor)
            return False
        self._hold(descriptor)
        return True

    def wait(self) -> None:
        """Take the lock, waiting for its holder. Blocks the calling thread."""
        descriptor = self._open()
        _lock(descriptor)
        self._hold(descriptor)

    def release(self) -> None:
        """Give the lock back. Nothing happens when it is not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def owner(self) -> str:
        """Name the last holder, for a person: ``process 4242 on DESK-2``."""
        try:
            return self._path.read_bytes()[:200].decode("utf-8", "replace").strip() or "another process"
        except OSError:
            return "another process"

    def _open(self) -> int:
        return os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)

    def _hold(self, descriptor: int) -> None:
        self._descriptor = descriptor
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, f"process {os.getpid()} on {platform.node()}".encode())
