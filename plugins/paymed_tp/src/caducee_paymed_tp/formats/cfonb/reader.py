"""Reads CFONB 120: old balance (01), movements (04) with their complements (05), new balance (07)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import BinaryIO

import msgspec

from caducee_paymed_tp.formats.bank import (
    ENTRY_LIMIT,
    BankEntry,
    BankStatement,
    StatementKind,
    check_balances,
    ranked,
)
from caducee_paymed_tp.formats.blocks import Block, cut
from caducee_paymed_tp.formats.kinds import Value
from caducee_paymed_tp.formats.layout import Table, load_all
from caducee_paymed_tp.formats.quarantine import FormatFault, Place
from caducee_paymed_tp.formats.reading import Reading

FORMAT = "CFONB 120"
LENGTH = 120

_COUNTERPARTY = ("NPY", "NBE")
_LABELS = ("LIB", "LCC", "LC2", "LCS")
_END_TO_END = "RCN"
_CENTS_IN_UNIT = 100


def read_statements(source: BinaryIO, *, reading: Reading | None = None) -> Iterator[BankStatement]:
    """Yield the statements of a file, each verified: old balance and movements give the new balance.

    Records follow each other with or without line ends; text is ISO-8859-1. Currency and number of decimals left blank
    are EUR and 2, with a remark. Records of an unknown type are counted, complements of an unknown qualifier kept in
    the label. Memory: one statement.

    Raises:
        FormatFault: a length that is not a multiple of 120, a record out of place, a balance that contradicts.
    """
    noted = reading or Reading()
    fold = _Fold(noted)
    last = 0
    for block in cut(source, LENGTH, format_name=FORMAT):
        yield from fold.take(block)
        last = block.offset
    if fold.inside or not fold.closed:
        raise FormatFault("file.end_missing", Place(format=FORMAT, offset=last))


class _Fold:
    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._opening: dict[str, Value] = {}
        self._place = Place(format=FORMAT)
        self._entries: list[BankEntry] = []
        self._texts: list[tuple[str, str]] = []
        self.closed = 0

    @property
    def inside(self) -> bool:
        """Whether a statement has begun and not ended."""
        return bool(self._opening)

    def take(self, block: Block) -> Iterator[BankStatement]:
        place = Place(format=FORMAT, offset=block.offset, record=block.number)
        text = _text(block.raw, place)
        kind = text[:2]
        table = _tables().get(kind)
        if table is None:
            self._unknown(kind, place)
            return
        self._reading.counts[kind] += 1
        zones = table.read(text, place)
        if kind == "01":
            self._open(zones, place)
            return
        self._belongs(zones, place)
        if kind == "04":
            self._movement(zones, place)
        elif kind == "05":
            self._complement(zones, place)
        else:
            yield self._close(zones, place)

    def _unknown(self, kind: str, place: Place) -> None:
        if not kind.isdigit():
            raise FormatFault("record.unknown", place)
        self._reading.unknown[kind] += 1
        self._reading.remark("record.unknown", place)

    def _open(self, zones: dict[str, Value], place: Place) -> None:
        if self._opening:
            raise FormatFault("record.order", place)
        self._opening, self._place, self._entries = zones, place, []

    def _belongs(self, zones: dict[str, Value], place: Place) -> None:
        if not self._opening:
            raise FormatFault("record.order", place)
        if _account(zones) != _account(self._opening):
            raise FormatFault("account.other", place)
        if _currency(zones) != _currency(self._opening):
            raise FormatFault("file.currency", place)

    def _movement(self, zones: dict[str, Value], place: Place) -> None:
        self._attach()
        booked, value = zones["date"], zones["value_date"]
        if not isinstance(booked, date):
            raise FormatFault("field.date", place)
        if len(self._entries) >= ENTRY_LIMIT:
            raise FormatFault("statement.oversized", place)
        self._entries.append(
            BankEntry(
                booked=booked,
                value=value if isinstance(value, date) else None,
                amount=_amount(zones, place),
                currency=_currency(zones),
                label=str(zones["label"]).strip(),
                bank_reference=str(zones["reference"]).strip(),
                code=str(zones["operation"]),
                offset=place.offset,
                record=place.record,
            )
        )

    def _complement(self, zones: dict[str, Value], place: Place) -> None:
        if not self._entries:
            raise FormatFault("record.order", place)
        self._texts.append((str(zones["qualifier"]), str(zones["text"]).strip()))

    def _attach(self) -> None:
        if self._texts:
            self._entries[-1] = _completed(self._entries[-1], self._texts)
            self._texts = []

    def _close(self, zones: dict[str, Value], place: Place) -> BankStatement:
        self._attach()
        self.closed += 1
        start, self._opening = self._opening, {}
        if not str(start["currency"]) or not str(start["decimals"]):
            self._reading.remark("cfonb.currency_assumed", self._place)
        opening, closing = _amount(start, self._place), _amount(zones, place)
        entries = ranked(self._entries)
        opened, closed = start["date"], zones["date"]
        return BankStatement(
            format=FORMAT,
            kind=StatementKind.STATEMENT,
            identifier="",
            account=_account(start),
            currency=_currency(start),
            opening=opening,
            closing=closing,
            opened=opened if isinstance(opened, date) else None,
            closed=closed if isinstance(closed, date) else None,
            verified=check_balances(opening, closing, entries, place=place),
            entries=entries,
            offset=self._place.offset,
        )


def _completed(entry: BankEntry, texts: list[tuple[str, str]]) -> BankEntry:
    """Give an entry its complements: parties and identifier in their place, everything else in the label."""
    told = dict(reversed(texts))
    party = next((told[name] for name in _COUNTERPARTY if name in told), "")
    apart = (*_COUNTERPARTY, _END_TO_END)
    labels = [text if name in _LABELS else f"{name} {text}" for name, text in texts if name not in apart]
    return msgspec.structs.replace(
        entry,
        label=" ".join(label for label in (entry.label, *labels) if label),
        counterparty=party,
        reference=told.get(_END_TO_END, ""),
    )


def _text(raw: bytes, place: Place) -> str:
    text = raw.decode("latin-1")
    bad = next((i for i, c in enumerate(text) if c < " " or c == "\x7f"), None)
    if bad is not None:
        raise FormatFault("block.charset", Place(format=FORMAT, offset=place.offset + bad, record=place.record))
    return text


def _account(zones: dict[str, Value]) -> str:
    return " ".join(str(zones[name]) for name in ("bank", "desk", "account"))


def _currency(zones: dict[str, Value]) -> str:
    return str(zones["currency"]) or "EUR"


def _amount(zones: dict[str, Value], place: Place) -> int:
    amount, decimals = zones["amount"], str(zones["decimals"]) or "2"
    if not isinstance(amount, int) or decimals not in tuple("0123456"):
        raise FormatFault("field.amount", place)
    unit = int("1".ljust(int(decimals) + 1, "0"))
    if amount * _CENTS_IN_UNIT % unit:
        raise FormatFault("field.amount", place)
    return amount * _CENTS_IN_UNIT // unit


@cache
def _tables() -> dict[str, Table]:
    return {table.record: table for table in load_all(__package__)}
