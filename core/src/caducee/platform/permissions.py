"""Files and folders that only their owner reads."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def private_folder(folder: Path) -> None:
    """Make the folder, readable by its owner only. On Windows the rights of the user's profile are inherited."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.name == "posix":
        folder.chmod(0o700)


def private_file(path: Path) -> None:
    """Make the file if it is missing, and let only its owner read it, before anything is written to it."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    if os.name == "posix":
        path.chmod(0o600)


def only_owner_reads(path: Path) -> bool:
    """Say whether nobody but its owner may read this file.

    On Windows access lists are not examined: the answer is always yes there.

    Raises:
        OSError: the file cannot be looked at.
    """
    mode = path.stat().st_mode
    return sys.platform == "win32" or mode & 0o077 == 0
