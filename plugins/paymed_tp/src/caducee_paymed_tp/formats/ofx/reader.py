"""Reads OFX: the transactions of each bank or card statement, and its ledger balance."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import BinaryIO

import msgspec

from caducee_paymed_tp.formats.amounts import cents
from caducee_paymed_tp.formats.bank import ENTRY_LIMIT, BankEntry, BankStatement, StatementKind, ranked
from caducee_paymed_tp.formats.ofx.tokens import FORMAT, Tag, read_tags
from caducee_paymed_tp.formats.quarantine import FormatFault, Place
from caducee_paymed_tp.formats.reading import Reading

_STATEMENTS = frozenset({"STMTRS", "CCSTMTRS"})
_ENTRY = "STMTTRN"
_BALANCE = "LEDGERBAL"
_ACCOUNT = ("BANKID", "BRANCHID", "ACCTID")
_PARTS = frozenset({"BANKACCTFROM", "CCACCTFROM", _BALANCE, "AVAILBAL", "BALLIST", "BANKACCTTO", "CCACCTTO", "PAYEE"})
_DAY = re.compile("([0-9]{4})([0-9]{2})([0-9]{2})")


def read_statements(source: BinaryIO, *, reading: Reading | None = None) -> Iterator[BankStatement]:
    """Yield the statements of a file. OFX gives one balance only: nothing can be verified against it.

    The day of a movement is that of DTPOSTED as it is written, whatever zone follows. Memory: one statement.

    Raises:
        FormatFault: tags that do not close, an amount or a date that cannot be read, movements outside a statement.
    """
    noted = reading or Reading()
    fold = _Fold(noted)
    tag = None
    for tag in read_tags(source):
        yield from fold.take(tag)
    if tag is None or not fold.ended:
        raise FormatFault("file.end_missing", Place(format=FORMAT, offset=tag.offset if tag else 0))


class _Fold:
    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._statement: dict[str, str] | None = None
        self._entry: dict[str, str] | None = None
        self._part = ""
        self._entries: list[BankEntry] = []
        self._offset = self._entry_offset = 0
        self._number = self._closed = 0
        self.ended = False

    def take(self, tag: Tag) -> Iterator[BankStatement]:
        self.ended = tag.closing and tag.name == "OFX"
        if tag.name in _STATEMENTS:
            yield from self._boundary(tag)
        elif tag.name == _ENTRY:
            self._transaction(tag)
        elif tag.name in _PARTS:
            self._part = "" if tag.closing else tag.name
        elif not tag.closing and tag.text:
            self._value(tag)
        elif self.ended and (self._statement is not None or not self._closed):
            raise FormatFault("file.end_missing", _place(tag))

    def _boundary(self, tag: Tag) -> Iterator[BankStatement]:
        if tag.closing:
            if self._statement is None or self._entry is not None:
                raise FormatFault("xml.malformed", _place(tag))
            yield self._close(self._statement)
            self._statement = None
        elif self._statement is not None:
            raise FormatFault("xml.malformed", _place(tag))
        else:
            self._statement, self._entries, self._offset = {}, [], tag.offset

    def _transaction(self, tag: Tag) -> None:
        if self._statement is None:
            raise FormatFault("statement.entry_lost", _place(tag))
        if tag.closing == (self._entry is None):
            raise FormatFault("xml.malformed", _place(tag))
        if self._entry is None:
            self._entry, self._entry_offset = {}, tag.offset
            return
        if len(self._entries) >= ENTRY_LIMIT:
            raise FormatFault("statement.oversized", _place(tag))
        self._entries.append(self._made(self._entry))
        self._entry = None

    def _value(self, tag: Tag) -> None:
        if self._entry is not None:
            if tag.name in self._entry and tag.name in ("TRNAMT", "DTPOSTED"):
                raise FormatFault("xml.malformed", _place(tag))
            self._entry.setdefault("PAYEE" if (self._part, tag.name) == ("PAYEE", "NAME") else tag.name, tag.text)
        elif self._statement is not None:
            self._statement.setdefault(f"{self._part}.{tag.name}", tag.text)

    def _made(self, zones: dict[str, str]) -> BankEntry:
        self._number += 1
        self._reading.counts[_ENTRY] += 1
        place = Place(format=FORMAT, offset=self._entry_offset, record=self._number)
        amount = cents(zones.get("TRNAMT", ""))
        if amount is None:
            raise FormatFault(
                "field.amount", Place(format=FORMAT, offset=place.offset, record=place.record, field="TRNAMT")
            )
        booked = _day(zones.get("DTPOSTED", ""), place)
        texts = (zones.get("NAME", zones.get("PAYEE", "")), zones.get("MEMO", ""))
        return BankEntry(
            booked=booked,
            value=_day(zones["DTAVAIL"], place) if "DTAVAIL" in zones else None,
            amount=amount,
            currency="",
            label=" ".join(text for text in texts if text),
            bank_reference=zones.get("FITID", ""),
            reference=zones.get("REFNUM", ""),
            code=zones.get("TRNTYPE", ""),
            offset=self._entry_offset,
            record=self._number,
        )

    def _close(self, zones: dict[str, str]) -> BankStatement:
        self._closed += 1
        self._reading.counts["STMTRS"] += 1
        place = Place(format=FORMAT, offset=self._offset)
        self._reading.remark("balance.missing", place)
        currency = zones.get(".CURDEF", "EUR")
        balance = zones.get(f"{_BALANCE}.BALAMT")
        closing = cents(balance) if balance is not None else None
        if balance is not None and closing is None:
            raise FormatFault("field.amount", Place(format=FORMAT, offset=self._offset, field="BALAMT"))
        return BankStatement(
            format=FORMAT,
            kind=StatementKind.STATEMENT,
            identifier="",
            account=_account(zones),
            currency=currency,
            opening=None,
            closing=closing,
            opened=_day(zones[".DTSTART"], place) if ".DTSTART" in zones else None,
            closed=_day(zones[".DTEND"], place) if ".DTEND" in zones else None,
            verified=False,
            entries=ranked(_in(currency, self._entries)),
            offset=self._offset,
        )


def _in(currency: str, entries: list[BankEntry]) -> Iterator[BankEntry]:
    return (msgspec.structs.replace(entry, currency=currency) for entry in entries)


def _account(zones: dict[str, str]) -> str:
    parts = [zones.get(f"{part}.{name}", "") for part in ("BANKACCTFROM", "CCACCTFROM") for name in _ACCOUNT]
    return " ".join(part for part in parts if part)


def _day(text: str, place: Place) -> date:
    found = _DAY.match(text)
    try:
        if not found:
            raise ValueError
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        raise FormatFault("field.date", place) from None


def _place(tag: Tag) -> Place:
    return Place(format=FORMAT, offset=tag.offset, field=tag.name)
