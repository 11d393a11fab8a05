"""Reads a bank CSV by its declaration: one statement, its balance verified line by line where a column gives it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime
from itertools import pairwise
from typing import BinaryIO

from caducee_paymed_tp.formats.amounts import cents
from caducee_paymed_tp.formats.bank import ENTRY_LIMIT, BankEntry, BankStatement, StatementKind, ranked
from caducee_paymed_tp.formats.bank_csv.mapping import CsvMapping
from caducee_paymed_tp.formats.quarantine import FormatFault, Place
from caducee_paymed_tp.formats.reading import Reading

FORMAT = "CSV"
_LINE_LIMIT = 65536


def read_statements(
    source: BinaryIO, *, mapping: CsvMapping | None, reading: Reading | None = None
) -> Iterator[BankStatement]:
    """Yield the one statement of a file. Places are line numbers: a CSV has no records of a known length.

    Raises:
        FormatFault: no declaration, a column is absent, a line that cannot be read, a balance that contradicts.
    """
    if mapping is None:
        raise FormatFault("csv.mapping", Place(format=FORMAT))
    noted = reading or Reading()
    lines = list(_lines(source, mapping, noted))
    if mapping.newest_first:
        lines.reverse()
    entries = ranked(entry for entry, _ in lines)
    balances = [balance for _, balance in lines]
    _check(entries, balances)
    known = bool(balances) and None not in balances
    if not known:
        noted.remark("balance.missing", Place(format=FORMAT))
    first, last = (balances[0], balances[-1]) if known else (None, None)
    yield BankStatement(
        format=FORMAT,
        kind=StatementKind.STATEMENT,
        identifier="",
        account=mapping.account,
        currency=mapping.currency,
        opening=first - entries[0].amount if first is not None else None,
        closing=last,
        opened=entries[0].booked if entries else None,
        closed=entries[-1].booked if entries else None,
        verified=known,
        entries=entries,
    )


def _lines(source: BinaryIO, mapping: CsvMapping, reading: Reading) -> Iterator[tuple[BankEntry, int | None]]:
    line, count = mapping.skip_lines, 0
    try:
        text = io.TextIOWrapper(source, encoding=mapping.encoding, newline="")
    except LookupError:
        raise FormatFault("csv.charset", Place(format=FORMAT)) from None
    try:
        for _ in range(mapping.skip_lines):
            text.readline(_LINE_LIMIT)
        rows = csv.reader(text, delimiter=mapping.delimiter, strict=True)
        heading = [name.strip() for name in next(rows, [])]
        at = _columns(heading, mapping)
        for cells in rows:
            line = mapping.skip_lines + rows.line_num
            if not any(cell.strip() for cell in cells):
                continue
            place = Place(format=FORMAT, record=line)
            if len(cells) < len(heading) or count >= ENTRY_LIMIT:
                raise FormatFault("block.length", place)
            count += 1
            reading.counts["line"] += 1
            yield _line({name: cells[index].strip() for name, index in at.items()}, mapping, place)
    except UnicodeError:
        raise FormatFault("csv.charset", Place(format=FORMAT, record=line + 1)) from None
    except csv.Error:
        raise FormatFault("block.length", Place(format=FORMAT, record=line + 1)) from None
    finally:
        text.detach()


def _columns(heading: list[str], mapping: CsvMapping) -> dict[str, int]:
    missing = [name for name in mapping.columns() if heading.count(name) != 1]
    if missing:
        raise FormatFault("csv.column", Place(format=FORMAT, record=mapping.skip_lines + 1, field=missing[0]))
    return {name: heading.index(name) for name in mapping.columns()}


def _line(cells: dict[str, str], mapping: CsvMapping, place: Place) -> tuple[BankEntry, int | None]:
    entry = BankEntry(
        booked=_day(cells, mapping.date, mapping, place),
        value=_day(cells, mapping.value_date, mapping, place) if cells.get(mapping.value_date) else None,
        amount=_movement(cells, mapping, place),
        currency=mapping.currency,
        label=" ".join(cells[name] for name in mapping.label if cells[name]),
        reference=cells.get(mapping.reference, ""),
        counterparty=cells.get(mapping.counterparty, ""),
        record=place.record,
    )
    return entry, _cents(cells, mapping.balance, mapping, place) if cells.get(mapping.balance) else None


def _movement(cells: dict[str, str], mapping: CsvMapping, place: Place) -> int:
    if mapping.amount:
        return _cents(cells, mapping.amount, mapping, place)
    credit, debit = cells[mapping.credit], cells[mapping.debit]
    if bool(credit) == bool(debit):
        raise FormatFault("field.amount", Place(format=FORMAT, record=place.record, field=mapping.credit))
    if credit:
        return _cents(cells, mapping.credit, mapping, place)
    return -abs(_cents(cells, mapping.debit, mapping, place))


def _cents(cells: dict[str, str], column: str, mapping: CsvMapping, place: Place) -> int:
    text = cells[column]
    for mark in mapping.thousands:
        text = text.replace(mark, "")
    other = "." if mapping.decimal == "," else ","
    found = None if other in text else cents(text)
    if found is None:
        raise FormatFault("field.amount", Place(format=FORMAT, record=place.record, field=column))
    return found


def _day(cells: dict[str, str], column: str, mapping: CsvMapping, place: Place) -> date:
    try:
        return datetime.strptime(cells[column], mapping.date_format).date()
    except ValueError:
        raise FormatFault("field.date", Place(format=FORMAT, record=place.record, field=column)) from None


def _check(entries: tuple[BankEntry, ...], balances: list[int | None]) -> None:
    for (_, before), (entry, after) in pairwise(zip(entries, balances, strict=True)):
        if before is not None and after is not None and before + entry.amount != after:
            raise FormatFault("balance", Place(format=FORMAT, record=entry.record))
