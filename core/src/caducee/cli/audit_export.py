"""The audit trail as a file: entries with their place in the chain, then whether the chain is whole."""

from __future__ import annotations

import csv
import io
import os
import sys
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO, Protocol

import msgspec

from caducee.assembly import open_store
from caducee.config import Config
from caducee.errors import AuditBroken
from caducee.outbox.contract import AuditEntry, AuditRow, Store

_COLUMNS = ("number", "at", *AuditEntry.__struct_fields__, "hash")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Period(msgspec.Struct, frozen=True):
    """The days of an export in this post's time zone, both included; the chain is checked over all of it anyway."""

    first: date | None
    last: date | None

    def holds(self, at: datetime) -> bool:
        """Say whether something happened then."""
        day = at.astimezone().date()
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


class _Format(Protocol):
    def entry(self, fields: Mapping[str, object]) -> bytes: ...

    def end(self, entries: int, broken: str | None) -> bytes: ...


class _JsonLines:
    """One object a line; the last one says whether the chain is whole."""

    def entry(self, fields: Mapping[str, object]) -> bytes:
        return msgspec.json.encode(fields) + b"\n"

    def end(self, entries: int, broken: str | None) -> bytes:
        return msgspec.json.encode({"entries": entries, "whole": broken is None, "broken": broken}) + b"\n"


class _Csv:
    """A header, one entry a line; the last line begins with ``#`` and says whether the chain is whole.

    What a spreadsheet would take for a formula gets an apostrophe before it.
    """

    def __init__(self) -> None:
        self._begun = False

    def entry(self, fields: Mapping[str, object]) -> bytes:
        lines = [] if self._begun else [_COLUMNS]
        self._begun = True
        return self._written(*lines, [_harmless(str(fields[column])) for column in _COLUMNS])

    def end(self, entries: int, broken: str | None) -> bytes:
        lines = [] if self._begun else [_COLUMNS]
        verdict = f"incomplet : {broken}" if broken else "entier"
        return self._written(*lines, [f"# {verdict}", f"{entries} entrée(s)"])

    def _written(self, *lines: object) -> bytes:
        text = io.StringIO()
        csv.writer(text).writerows(lines)  # type: ignore[arg-type]
        return text.getvalue().encode()


async def export(config: Config, output: Path, form: str, period: Period) -> int:
    """Write the entries of a period, then whether the chain is whole; 1 when it is not, or no file could be made.

    A file without its last line, or whose last line says so, is not complete.
    """
    async with open_store(config) as store:
        try:
            descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            print(f"{output.name} ne peut pas être créé ({error.strerror}).", file=sys.stderr)
            return 1
        with os.fdopen(descriptor, "wb") as file:
            written, broken = await _write(store, file, _Csv() if form == "csv" else _JsonLines(), period)
    print(
        f"{written} entrée(s) écrites ; ce fichier désigne des patients : gardez-le comme un dossier.", file=sys.stderr
    )
    if broken:
        print(f"La piste d'audit est rompue : {broken}. Le fichier est incomplet.", file=sys.stderr)
    return 1 if broken else 0


async def _write(store: Store, file: BinaryIO, form: _Format, period: Period) -> tuple[int, str | None]:
    written, broken = 0, None
    try:
        async for row in store.audit_trail():
            if period.holds(row.at):
                file.write(form.entry(_fields(row)))
                written += 1
    except AuditBroken as fault:
        broken = str(fault)
    file.write(form.end(written, broken))
    return written, broken


def _fields(row: AuditRow) -> dict[str, object]:
    return {
        "number": row.number,
        "at": row.at.isoformat(),
        **msgspec.structs.asdict(row.entry),
        "hash": row.hash.hex(),
    }


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
