"""Reads B2, record by record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from caducee_paymed_tp.formats.b2.controls import B2Controls, Checker
from caducee_paymed_tp.formats.b2.records import FORMAT, LATEST, LENGTH, Norm, Record, name_of, table_of
from caducee_paymed_tp.formats.blocks import Block, ascii_text, cut
from caducee_paymed_tp.formats.quarantine import FormatFault, Place
from caducee_paymed_tp.formats.reading import Reading

_NORM_CODE = slice(78, 80)


def read_records(
    source: BinaryIO,
    *,
    edition: str = LATEST,
    controls: B2Controls | None = None,
    reading: Reading | None = None,
) -> Iterator[Record]:
    """Yield the records of a file (or of several, one after another), held against each other as they come.

    The family of norms is what each lot says. Nothing that was yielded may be used before the iterator has ended.
    A record of an unknown letter comes with its bytes and without zones. Memory: one record, the invoice numbers.

    Raises:
        FormatFault: the file is damaged, cut, or disagrees with its own totals.
    """
    noted = reading or Reading()
    checker = Checker(controls or B2Controls(), noted)
    norm = Norm.GENERAL
    record = None
    for block in cut(source, LENGTH, format_name=FORMAT):
        place = Place(format=FORMAT, offset=block.offset, record=block.number)
        text = ascii_text(block.raw, place)
        if text[0] == "1":
            norm = Norm.CP if text[_NORM_CODE] == "CP" else Norm.GENERAL
        record = _record(block, text, place, norm=norm, edition=edition)
        (noted.counts if record.values else noted.unknown)[record.name] += 1
        checker.take(record)
        yield record
    if record is None or record.name != "999":
        raise FormatFault("file.end_missing", Place(format=FORMAT, offset=record.offset if record else 0))


def _record(block: Block, text: str, place: Place, *, norm: Norm, edition: str) -> Record:
    name = name_of(text, norm)
    table = table_of(name, norm, edition)
    if table is None and (len(name) == 1 or name[0] not in "234"):
        raise FormatFault("record.unknown", place)
    values = table.read(text, place) if table else {}
    return Record(name=name, norm=norm, number=block.number, offset=block.offset, raw=block.raw, values=values)
