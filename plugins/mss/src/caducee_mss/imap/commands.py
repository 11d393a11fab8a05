"""The words of commands: sets of numbers, flags, dates (RFC 3501, 9). No I/O."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from caducee_mss.imap.responses import MONTHS

_FLAG = re.compile(r"\\?[A-Za-z0-9_$.!#&'+,/:;<=>?@^`|~-]+\Z")


def uid_set(uids: Iterable[int]) -> bytes:
    """Return numbers as a set, shortest form: 1:3,7.

    Raises:
        ValueError: no number, or one that is not positive.
    """
    runs: list[list[int]] = []
    for uid in sorted(set(uids)):
        if uid < 1:
            raise ValueError("a UID is positive")
        if runs and runs[-1][1] == uid - 1:
            runs[-1][1] = uid
        else:
            runs.append([uid, uid])
    if not runs:
        raise ValueError("no UID")
    return ",".join(f"{low}" if low == high else f"{low}:{high}" for low, high in runs).encode()


def flag_list(flags: Iterable[str]) -> bytes:
    r"""Return flags (``\Seen``) and keywords (``$Filed``) in parentheses.

    Raises:
        ValueError: a flag that is no atom.
    """
    words = sorted(set(flags))
    if any(not _FLAG.match(word) for word in words):
        raise ValueError("a flag is one word")
    return f"({' '.join(words)})".encode()


def date_time(instant: datetime) -> bytes:
    """Return an aware instant as APPEND has it, quoted."""
    month = MONTHS[instant.month - 1]
    return f'"{instant.day:02d}-{month}-{instant.year} {instant:%H:%M:%S %z}"'.encode()
