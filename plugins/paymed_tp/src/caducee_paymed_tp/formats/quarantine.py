"""A file that fails is set aside whole: what is wrong with it, and where."""

from __future__ import annotations

import tomllib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import BinaryIO, ClassVar, TypeVar

import msgspec

from caducee.errors import CaduceeError, Explanation, Retry

Row = TypeVar("Row")


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where in a file: byte offset from its start, number of the record (from 1), field of the record if one is meant.

    ``offset`` and ``record`` are -1 and 0 where a format has none.
    """

    format: str
    offset: int = -1
    record: int = 0
    field: str = ""


class FormatFault(CaduceeError):
    """A file cannot be trusted: nothing of it may be used, whatever was read before the fault was found.

    ``rule`` is the stable code of the rule that is broken (a key of ``faults.toml``). The message quotes nothing of
    what the file holds.
    """

    code: ClassVar[str] = "tp.file_quarantined"
    retry: ClassVar[Retry] = Retry.AFTER_HUMAN
    sentence: ClassVar[str] = "Le fichier est mis de côté en entier : rien n'en est utilisé."
    remedy: ClassVar[str] = "Redemandez le fichier à son émetteur."

    def __init__(self, rule: str, place: Place) -> None:
        self.rule = rule
        self.place = place
        where = f"record {place.record}, offset {place.offset}"
        super().__init__(f"{place.format}: {rule} at {where}" + (f", field {place.field}" if place.field else ""))

    def explain(self) -> Explanation:
        """Return what is wrong, its place and what to do."""
        what, remedy = _words(self.rule)
        return Explanation(f"{self.sentence} {what} ({_where(self.place)}).", remedy or self.remedy)


def verified(source: BinaryIO, read: Callable[[BinaryIO], Iterable[Row]]) -> Iterator[Row]:
    """Read a file twice: once to verify it to its end, at once, and once more to hand its rows over.

    No row comes from a file that fails. Memory does not grow with the file; ``source`` must be seekable.

    Raises:
        FormatFault: the file fails.
    """
    start = source.tell()
    deque(read(source), maxlen=0)
    source.seek(start)
    return iter(read(source))


def _where(place: Place) -> str:
    parts = [place.format]
    if place.record:
        parts.append(f"enregistrement {place.record}")
    if place.offset >= 0:
        parts.append(f"octet {place.offset}")
    if place.field:
        parts.append(f"zone « {place.field} »")
    return ", ".join(parts)


def _words(rule: str) -> tuple[str, str]:
    row = _table()[rule]
    return row["sentence"], row.get("remedy", "")


@cache
def _table() -> dict[str, dict[str, str]]:
    return tomllib.loads(files(__package__).joinpath("faults.toml").read_text(encoding="utf-8"))
