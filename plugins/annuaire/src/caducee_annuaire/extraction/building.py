"""Makes the index of an extraction beside the one in use, and puts it in its place when it is whole."""

from __future__ import annotations

import glob
import os
import re
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import msgspec

from caducee_annuaire.errors import ExtractionInvalid, wrong
from caducee_annuaire.extraction.columns import Box
from caducee_annuaire.extraction.reading import Reader
from caducee_annuaire.extraction.schema import COLUMNS, FIELDS, INDEXES, TABLES, indexed, key

BATCH = 5000
ABANDONED = 3600.0
_PARTS = ("new", "lines")
_MARKS = ", ".join("?" * len(FIELDS))
# Only names of columns are put together here, never values.
_INTO_STAGED = f"INSERT INTO staged.line VALUES (?, ?, ?, ?, {_MARKS})"  # noqa: S608
_ORDERED = f"SELECT words, {COLUMNS} FROM staged.line ORDER BY name, given, place, address"  # noqa: S608
_INTO_BOX = f"INSERT INTO box VALUES (?, {_MARKS})"  # noqa: S608
_DAY = re.compile(r"(20[0-9]{2})([01][0-9])([0-3][0-9])")
Progress = Callable[[str, float], None]


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What was imported: lines, the numbers of those left out, the day of the extraction, the seconds it took."""

    lines: int
    rejected: tuple[int, ...]
    edition: datetime
    seconds: float


def silent(step: str, part: float) -> None:
    """Tell nobody."""


def import_extraction(file: Path, into: Path, *, progress: Progress = silent) -> Imported:
    """Read the extraction (text, or a zip of it) and put its index at ``into``; until then the old one is in use.

    Rows are inserted in display order, so that the type-ahead sorts nothing. ``progress`` is told the step
    (``lecture``, ``classement``, ``index``) and how much of it is done, from 0 to 1. Blocks: call it from a worker
    thread or a command.

    Raises:
        ExtractionInvalid: the file is not the extraction; nothing was replaced.
        OSError: the place cannot be written, or the disk is full; nothing was replaced.
    """
    began = time.monotonic()
    into.parent.mkdir(parents=True, exist_ok=True)
    _sweep(into)
    building, staged = (into.with_name(f".{into.name}.{secrets.token_hex(4)}.{part}") for part in _PARTS)
    reader = Reader(file, lambda done, size: progress("lecture", done / max(1, size)))
    edition = edition_of(file)
    try:
        lines = _build(reader, building, staged, edition=edition, progress=progress)
        _put(building, into)
    except sqlite3.OperationalError as error:
        raise OSError(f"the index could not be written: {error}") from error
    finally:
        _discard(building, staged)
    return Imported(lines=lines, rejected=tuple(reader.rejected), edition=edition, seconds=time.monotonic() - began)


def edition_of(file: Path) -> datetime:
    """Return the day of an extraction: the one in its name, else that of the file."""
    try:
        for year, month, day in _DAY.findall(file.name):
            with suppress(ValueError):
                return datetime(int(year), int(month), int(day), tzinfo=UTC)
        return datetime.fromtimestamp(file.stat().st_mtime, UTC)
    except OSError as error:
        message = f"le fichier ne peut pas être lu ({type(error).__name__})."
        raise wrong(ExtractionInvalid, "file", "extraction_unreadable", message) from None


def _build(reader: Reader, building: Path, staged: Path, *, edition: datetime, progress: Progress) -> int:
    with closing(_database(building)) as database:
        database.executescript(TABLES)
        database.execute("ATTACH ? AS staged", (str(staged),))
        _stage(database, reader.boxes())
        lines = _order(database, progress)
        progress("index", 0.0)
        database.executescript(INDEXES)
        progress("index", 0.5)
        about = {"edition": edition.isoformat(), "lines": str(lines)}
        database.executemany("INSERT INTO about VALUES (?, ?)", about.items())
        database.execute("INSERT INTO words (words) VALUES ('optimize')")
    progress("index", 1.0)
    return lines


def _database(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None)
    # Nobody reads it before it is whole, and a half-made one is thrown away.
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -65536", "temp_store = FILE"):
        database.execute(f"PRAGMA {pragma}")
    return database


def _stage(database: sqlite3.Connection, boxes: Iterator[Box]) -> None:
    database.execute("PRAGMA staged.journal_mode = OFF")
    database.execute("PRAGMA staged.synchronous = OFF")
    database.execute("CREATE TABLE staged.line (name, given, place, words, " + COLUMNS + ")")
    database.execute("BEGIN")
    while batch := [(*key(box), indexed(box), *msgspec.structs.astuple(box)) for box in islice(boxes, BATCH)]:
        database.executemany(_INTO_STAGED, batch)


def _order(database: sqlite3.Connection, progress: Progress) -> int:
    (total,) = database.execute("SELECT count(*) FROM staged.line").fetchone()
    ordered = database.execute(_ORDERED)
    number = 0
    progress("classement", 0.0)
    while rows := ordered.fetchmany(BATCH):
        numbered = list(enumerate(rows, start=number + 1))
        database.executemany(_INTO_BOX, ((n, *row[1:]) for n, row in numbered))
        database.executemany("INSERT INTO words (rowid, text) VALUES (?, ?)", ((n, row[0]) for n, row in numbered))
        number += len(rows)
        progress("classement", number / total)
    return number


def _put(building: Path, into: Path) -> None:
    with building.open("rb+") as file:
        os.fsync(file.fileno())
    for _ in range(50):  # elsewhere than on POSIX a file that is being read cannot be replaced; reads are short
        try:
            os.replace(building, into)
        except PermissionError:
            time.sleep(0.1)
        else:
            return
    os.replace(building, into)


def _sweep(into: Path) -> None:
    """Remove what an import left that was killed; one that runs beside this one touches its files all the time."""
    for part in _PARTS:
        for left in into.parent.glob(f".{glob.escape(into.name)}.*.{part}"):
            with suppress(OSError):
                if time.time() - left.stat().st_mtime > ABANDONED:
                    left.unlink()


def _discard(*paths: Path) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
