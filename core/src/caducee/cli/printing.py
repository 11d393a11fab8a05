"""How commands print: tables, JSON, errors."""

from __future__ import annotations

import errno
import sys
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import msgspec

from caducee.errors import CaduceeError, WithFindings


def print_json(value: Any) -> None:
    """Print a value as indented JSON."""
    print(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print columns wide enough for what they hold."""
    widths = [max(len(cell) for cell in column) for column in zip(header, *rows, strict=True)]
    for row in (header, *rows):
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def print_error(error: CaduceeError) -> None:
    """Print the French sentence, each finding on its line, the remedy and the stable code."""
    explanation = error.explain()
    sentence = error.sentence if isinstance(error, WithFindings) else explanation.sentence
    print(sentence, file=sys.stderr)
    if isinstance(error, WithFindings):
        for finding in error.findings:
            print(f"  {finding.field} : {finding.message}", file=sys.stderr)
    print(f"{explanation.remedy} ({error.code})", file=sys.stderr)


_REASONS = {
    errno.ENOENT: "ce fichier ou ce dossier n'existe pas",
    errno.EACCES: "l'accès à ce fichier est refusé",
    errno.EISDIR: "c'est un dossier, et non un fichier",
    errno.ENOTDIR: "un nom de ce chemin n'est pas celui d'un dossier",
    errno.ENOSPC: "il n'y a plus de place sur le disque",
    errno.EROFS: "ce disque ne peut pas être écrit",
}


def file_error(error: OSError) -> str:
    """Return in French why a file cannot be read or written; the words of the system for what is rare."""
    return _REASONS.get(error.errno or 0) or error.strerror or "ce fichier ne peut être ni lu ni écrit"


def age(elapsed: timedelta) -> str:
    """Return an age as a person says it: ``12 s``, ``3 min``, ``5 h``, ``2 j``."""
    seconds = max(0, int(elapsed.total_seconds()))
    for size, unit in ((86400, "j"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
