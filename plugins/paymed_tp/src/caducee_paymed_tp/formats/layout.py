"""Fixed layouts as data: one row a field, one table a record, with its edition, its source and how far it is known."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

import msgspec

from caducee_paymed_tp.formats.kinds import READERS, WRITERS, Kind, Reader, Unreadable, Value
from caducee_paymed_tp.formats.quarantine import FormatFault, Place


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One zone: 0-based half-open positions, kind, whether it must be served, what it may hold.

    A ``constant`` is checked on reading and writing. ``values`` are the known ones: they are checked on writing only,
    because payers add codes before anybody is told.
    """

    start: int
    end: int
    kind: Kind
    mandatory: bool
    name: str
    constant: str = ""
    values: tuple[str, ...] = ()

    @property
    def filler(self) -> bool:
        return self.kind in (Kind.BLANK, Kind.ZEROS)


class Table(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """The layout of one record or entity. ``confidence`` is certain, probable or guess; ``doubts`` says about what."""

    record: str
    title: str
    edition: str
    source: str
    confidence: str
    fields: tuple[Field, ...]
    norm: str = ""
    doubts: str = ""

    @cached_property
    def length(self) -> int:
        return self.fields[-1].end

    @cached_property
    def zones(self) -> tuple[tuple[Field, int, int, Reader], ...]:
        """The zones that are looked at, each with its positions and its reader."""
        return tuple((f, f.start, f.end, READERS[f.kind]) for f in self.fields if not f.filler)

    @cached_property
    def least(self) -> int:
        """How long it is without the optional zones at its end."""
        return max((f.end for f in self.fields if f.mandatory and not f.filler), default=0)

    def read(self, text: str, place: Place, at: Callable[[int], int] | None = None) -> dict[str, Value]:
        """Return the named zones of a record whose characters are ``text``. Zones beyond its end are left out.

        ``at`` gives the offset in the file of a position of the record, where that is not an addition.

        Raises:
            FormatFault: a zone is not what the table says.
        """
        values: dict[str, Value] = {}
        size = len(text)
        for field, start, end, reader in self.zones:
            if end > size:
                break
            raw = text[start:end]
            try:
                if field.constant and raw != field.constant:
                    raise Unreadable("field.constant")
                values[field.name] = reader(raw, mandatory=field.mandatory)
            except Unreadable as error:
                offset = at(start) if at else place.offset + start
                raise FormatFault(str(error), _inside(place, offset, field.name)) from None
        return values

    def write(self, values: Mapping[str, Value], *, format_name: str) -> str:
        """Return the characters of a record. Constants need no value; unknown names are refused.

        Raises:
            FormatFault: a value is missing, too long, not of its kind, or not one of those known.
        """
        strange = set(values) - {field.name for field in self.fields if not field.filler}
        if strange:
            raise FormatFault("field.unknown", Place(format=format_name, field=min(strange)))
        parts = []
        for field in self.fields:
            try:
                parts.append(_written(field, values.get(field.name)))
            except Unreadable as error:
                raise FormatFault(str(error), Place(format=format_name, field=field.name)) from None
        return "".join(parts)


def _inside(place: Place, offset: int, field: str) -> Place:
    return Place(format=place.format, offset=offset, record=place.record, field=field)


def _written(field: Field, value: Value) -> str:
    if field.constant:
        if value not in (None, field.constant):
            raise Unreadable("field.constant")
        return field.constant
    if value is None and field.mandatory and field.kind in (Kind.DIGITS, Kind.CENTS, Kind.COUNT):
        raise Unreadable("field.missing")
    width = field.end - field.start
    text = WRITERS[field.kind](value, width)
    if len(text) != width:
        raise Unreadable("field.too_long")
    if not (text.isascii() and text.isprintable()) or "@" in text:
        raise Unreadable("field.charset")
    served = value is not None and value != ""
    if field.values and served and text.rstrip(" ") not in [known.rstrip(" ") for known in field.values]:
        raise Unreadable("field.value")
    return text


def load(package: str, file: str) -> Table:
    """Return a table from its TOML. Positions in the file count from 1 and include both ends, as the sources do."""
    described: dict[str, Any] = tomllib.loads(files(package).joinpath("tables", file).read_text(encoding="utf-8"))
    rows = tuple(_field(*row) for row in described.pop("fields"))
    return Table(fields=rows, **described)


@cache
def load_all(package: str) -> tuple[Table, ...]:
    """Return every table of a format, in the order of their file names."""
    names = sorted(entry.name for entry in files(package).joinpath("tables").iterdir() if entry.name.endswith(".toml"))
    return tuple(load(package, name) for name in names)


def _field(positions: str, kind: str, presence: str, name: str, holds: str = "") -> Field:
    first, last = positions.split("-")
    return Field(
        start=int(first) - 1,
        end=int(last),
        kind=Kind(kind),
        mandatory=presence == "O",
        name=name,
        constant=holds[1:] if holds.startswith("=") else "",
        values=() if holds.startswith("=") or not holds else tuple(holds.split("|")),
    )
