"""Reads the index. Blocking, and quick: each question opens the file, so that a new one is seen at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path

import msgspec

from caducee_annuaire.errors import SERVICE, IndexUnusable, NotWhole
from caducee_annuaire.extraction.columns import Box
from caducee_annuaire.extraction.schema import APPLICATION, COLUMNS, LONGEST_PREFIX, NAME_MARK, VERSION, leading
from caducee_annuaire.folding import begins, words

MOST = 500
# Words beyond these only narrow; which of them is the name is tried for the first ones.
_TRIED, _USED = 3, 8
_SHOWN = ", ".join(f"box.{name.strip()}" for name in COLUMNS.split(","))
# Only names of columns are put together here, never values.
_FROM = "FROM words JOIN box ON box.number = words.rowid WHERE words MATCH ? ORDER BY words.rowid"
_LEADING = f"SELECT {_SHOWN} {_FROM}"
_BY = {
    name: f"SELECT {COLUMNS} FROM box WHERE {where} ORDER BY number"  # noqa: S608
    for name, where in (
        ("address", "lower(address) = lower(?)"),
        ("identifier", "identifier = ?"),
        ("structure", "structure = ?"),
    )
}


class Rows(msgspec.Struct, frozen=True):
    """Lines of the index, and the day of the extraction they come from."""

    boxes: tuple[Box, ...]
    edition: datetime


class Index:
    """The index at ``path``.

    Every method raises ``IndexUnusable`` when there is none, or one of another version.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def suggest(self, typed: str, limit: int) -> Rows:
        """Return the first boxes that the words typed so far lead to, each address once.

        Those whose name begins so come first; then those that have the words elsewhere (given name, structure, city).
        """
        parts = words(typed)[:_USED]
        with self._opened() as (database, edition):
            if not parts:
                return Rows((), edition)
            found = _distinct(_lines(database, _listed_under(parts), parts), limit)
            if len(found) < limit and len("".join(parts)) > 1:
                found = _distinct((*found, *islice(_lines(database, _anywhere(parts), parts), 4 * limit)), limit)
            return Rows(tuple(found), edition)

    def by_name(self, name: str, *, profession: str, postal_code: str) -> Rows:
        """Return the boxes of persons of that name.

        Raises:
            NotWhole: more than 500.
        """
        parts = words(name)[:_USED]
        with self._opened() as (database, edition):
            if not parts:
                return Rows((), edition)
            lines = (
                box
                for box in _lines(database, _anywhere(parts), parts)
                if box.family_name
                and profession in ("", box.profession)
                and box.postal_code.startswith(postal_code)
                and begins(parts, (*words(f"{box.given_name} {box.family_name}"), *_written_in_one(box)))
            )
            return Rows(_all_of(lines), edition)

    def by(self, column: str, value: str) -> Rows:
        """Return the boxes with this ``address``, ``identifier`` or ``structure``."""
        with self._opened() as (database, edition):
            return Rows(_all_of(Box(*row) for row in database.execute(_BY[column], (value,))), edition)

    @contextmanager
    def _opened(self) -> Iterator[tuple[sqlite3.Connection, datetime]]:
        try:
            # Never changed where it stands, only replaced: no lock is taken and none is waited for.
            database = sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
            with closing(database):
                yield database, _edition(database)
        except sqlite3.DatabaseError as error:
            raise IndexUnusable(f"the index cannot be read: {type(error).__name__}") from None


def _edition(database: sqlite3.Connection) -> datetime:
    ours = [database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")]
    if ours != [APPLICATION, VERSION]:
        raise IndexUnusable("the index was made by another program or another version")
    (edition,) = database.execute("SELECT value FROM about WHERE name = 'edition'").fetchone()
    return datetime.fromisoformat(edition)


def _lines(database: sqlite3.Connection, question: str, parts: tuple[str, ...]) -> Iterator[Box]:
    """Words longer than the beginnings that the index holds are looked at here, line by line."""
    boxes = (Box(*row) for row in database.execute(_LEADING, (question,)))
    long = tuple(part for part in parts if len(part) >= LONGEST_PREFIX)
    return (box for box in boxes if begins(long, tuple(leading(box)))) if long else boxes


def _anywhere(parts: tuple[str, ...]) -> str:
    return " AND ".join(f'"{part[:LONGEST_PREFIX]}" *' for part in parts)


def _listed_under(parts: tuple[str, ...]) -> str:
    """One of the words begins the name, the others begin anything."""
    marked = (
        " AND ".join(
            f'"{(NAME_MARK * (place == named) + part)[:LONGEST_PREFIX]}" *' for place, part in enumerate(parts)
        )
        for named in range(min(_TRIED, len(parts)))
    )
    return " OR ".join(f"({one})" for one in marked)


def _distinct(boxes: Iterable[Box], limit: int) -> list[Box]:
    seen: dict[str, Box] = {}
    for box in boxes:
        seen.setdefault(box.address.lower(), box)
        if len(seen) == limit:
            break
    return list(seen.values())


def _all_of(boxes: Iterator[Box]) -> tuple[Box, ...]:
    found = tuple(islice(boxes, MOST + 1))
    if len(found) > MOST:
        raise NotWhole(SERVICE, f"more than {MOST} boxes")
    return found


def _written_in_one(box: Box) -> tuple[str, str]:
    return "".join(words(box.given_name)), "".join(words(box.family_name))
