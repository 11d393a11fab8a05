"""From the files of payers and banks to the terms of the ledger: what is announced, and what came."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date

from caducee_paymed_tp.formats import bank
from caducee_paymed_tp.formats.bank_csv import CsvMapping
from caducee_paymed_tp.formats.noemie import (
    FileStart,
    Movement,
    ReturnedInvoice,
    ReturnedPart,
    ReturnRow,
    Wire,
    read_entities,
    read_returns,
)
from caducee_paymed_tp.formats.opening import ReadOptions, read_rows
from caducee_paymed_tp.formats.quarantine import FormatFault, Place
from caducee_paymed_tp.formats.recognise import FileFormat, recognise
from caducee_paymed_tp.model import money
from caducee_paymed_tp.model.parts import Part

Said = money.ReturnFile | money.BankStatement
Reader = Callable[[bytes, str], tuple[Said, ...] | None]

_OUTCOMES = {
    "P": money.Outcome.PAID,
    "R": money.Outcome.REJECTED,
    "D": money.Outcome.DEFERRED,
    "": money.Outcome.UNTREATED,
}
_BANKS = frozenset({FileFormat.CAMT, FileFormat.CFONB, FileFormat.OFX})
_NOT_THIS_CSV = frozenset({"csv.column", "csv.charset"})
_PS_DIGITS = 9
_FRENCH = re.compile(r"FR[0-9]{2}[0-9]{10}[0-9A-Z]{11}[0-9]{2}")


def formats_reader(options: ReadOptions | None = None, *, csv: Mapping[str, CsvMapping] | None = None) -> Reader:
    """Return the reader of NOEMIE PS and bank files; ``csv`` are the declared columns of banks, by any name.

    The reader takes the bytes of a file and their SHA-256, and returns ``None`` for what is none of these. A CSV is
    that of the first declaration whose columns it has.

    Raises (when called):
        FormatFault: the file is of a known format and cannot be trusted, or is a statement that is not final.
    """
    told = options or ReadOptions()
    declared = tuple((csv or {}).values())

    def read(content: bytes, digest: str) -> tuple[Said, ...] | None:
        try:
            found = recognise(io.BytesIO(content))
        except FormatFault:
            return _csv(content, digest, declared)
        if found is FileFormat.NOEMIE:
            rows = read_returns(read_entities(io.BytesIO(content), controls=told.noemie), controls=told.noemie)
            return tuple(_returns(rows, digest))
        if found in _BANKS:
            statements = read_rows(io.BytesIO(content), found, options=told)
            return tuple(_statement(one, digest) for one in statements if isinstance(one, bank.BankStatement))
        raise FormatFault("b2.no_money", Place(format="B2"))

    return read


def _csv(content: bytes, digest: str, declared: Iterable[CsvMapping]) -> tuple[Said, ...] | None:
    for mapping in declared:
        try:
            rows = list(read_rows(io.BytesIO(content), FileFormat.CSV, options=ReadOptions(csv=mapping)))
        except FormatFault as fault:
            if fault.rule in _NOT_THIS_CSV:
                continue
            raise
        return tuple(_statement(one, digest) for one in rows if isinstance(one, bank.BankStatement))
    return None


class _Gathered:
    """The notices of one file, by the professional they are for."""

    def __init__(self, start: FileStart) -> None:
        self._start = start
        self._wires: dict[Wire | None, tuple[list[money.Item], list[money.Movement]]] = {}

    def take(self, row: ReturnRow) -> None:
        if isinstance(row, Wire):
            self._wires.setdefault(row, ([], []))
        elif isinstance(row, ReturnedInvoice):
            self._wires.setdefault(row.wire, ([], []))[0].extend(_items(row))
        elif isinstance(row, Movement):
            self._wires.setdefault(row.wire, ([], []))[1].append(_movement(row))

    def files(self, digest: str) -> Iterator[money.ReturnFile]:
        by_ps: dict[str, list[money.PaymentNotice]] = {}
        for wire, (items, movements) in self._wires.items():
            ps = ps_of((wire.payee if wire else "") or self._text("dest_id"))
            by_ps.setdefault(ps, []).append(self._notice(wire, items, movements))
        for ps, notices in by_ps.items():
            yield money.ReturnFile(digest=digest, ps=ps, payer=self._sender(), notices=tuple(notices))

    def _notice(
        self, wire: Wire | None, items: list[money.Item], movements: list[money.Movement]
    ) -> money.PaymentNotice:
        created = self._start.values.get("created")
        day = (wire.day if wire else None) or created
        if not isinstance(day, date):
            raise FormatFault("field.date", Place(format="NOEMIE PS", offset=self._start.offset, field="created"))
        return money.PaymentNotice(
            on=day,
            payer=(wire.paying_org.lstrip("0") if wire else "") or self._sender(),
            labels=wire.labels if wire else (),
            items=tuple(items),
            movements=tuple(movements),
            offset=wire.offset if wire else self._start.offset,
        )

    def _sender(self) -> str:
        return self._text("sender_id").lstrip("0") or self._text("sender_type")

    def _text(self, name: str) -> str:
        return str(self._start.values.get(name) or "").strip()


def ps_of(number: str) -> str:
    """Return the nine digits of a professional from a zone that is wider and filled with zeros."""
    return number.strip().lstrip("0").rjust(_PS_DIGITS, "0")


def account_of(name: str) -> str:
    """Return one name for an account: its IBAN says the bank, desk and number by which CFONB names a French one."""
    iban = "".join(name.split())
    return f"{iban[4:9]} {iban[9:14]} {iban[14:25]}" if _FRENCH.fullmatch(iban) else name


def _returns(rows: Iterable[ReturnRow], digest: str) -> Iterator[money.ReturnFile]:
    gathered: _Gathered | None = None
    for row in rows:
        if isinstance(row, FileStart):
            if gathered:
                yield from gathered.files(digest)
            gathered = _Gathered(row)
        elif gathered:
            gathered.take(row)
    if gathered:
        yield from gathered.files(digest)


def _items(invoice: ReturnedInvoice) -> Iterator[money.Item]:
    if not invoice.parts:
        yield from _refused_without_parts(invoice)
    for part in invoice.parts:
        yield money.Item(
            number=invoice.number.lstrip("0"),
            part=Part(part.part.lower()),
            outcome=_OUTCOMES[part.state],
            asked=part.asked or 0,
            paid=part.paid,
            reasons=tuple(_reasons(invoice, part)),
            offset=part.offset,
        )


def _refused_without_parts(invoice: ReturnedInvoice) -> Iterator[money.Item]:
    """Reasons and not one part: a reject of the parts that they name, of the compulsory one where they name none."""
    for name in sorted({reason.part or "AMO" for reason in invoice.reasons}):
        reasons = tuple(
            money.Reason(code=reason.code, label=reason.label)
            for reason in invoice.reasons
            if (reason.part or "AMO") == name
        )
        yield money.Item(
            number=invoice.number.lstrip("0"),
            part=Part(name.lower()),
            outcome=money.Outcome.REJECTED,
            reasons=reasons,
            offset=invoice.offset,
        )


def _reasons(invoice: ReturnedInvoice, part: ReturnedPart) -> Iterator[money.Reason]:
    for reason in invoice.reasons:
        if reason.part in ("", part.part):
            yield money.Reason(code=reason.code, label=reason.label, flag=part.state != "R")


def _movement(row: Movement) -> money.Movement:
    label = " ".join(text for text in (row.reason, row.operation, row.reference) if text)
    return money.Movement(amount=row.amount, label=label, offset=row.offset)


def _statement(read: bank.BankStatement, digest: str) -> money.BankStatement:
    place = Place(format=read.format, offset=read.offset)
    if read.kind is not bank.StatementKind.STATEMENT:
        raise FormatFault("statement.not_final", place)
    if not read.account:
        raise FormatFault("element.missing", Place(format=read.format, offset=read.offset, field="account"))
    if read.currency not in ("", "EUR"):
        raise FormatFault("file.currency", place)
    booked = (entry for entry in read.entries if entry.status is bank.EntryStatus.BOOKED)
    return money.BankStatement(
        digest=digest,
        account=account_of(read.account),
        entries=tuple(_entry(entry) for entry in booked),
        opening=read.opening,
        closing=read.closing,
    )


def _entry(entry: bank.BankEntry) -> money.BankEntry:
    return money.BankEntry(
        booked=entry.booked,
        value=entry.value or entry.booked,
        amount=entry.amount,
        label=entry.label,
        creditor=entry.counterparty or entry.counterparty_account,
        account=entry.counterparty_account,
        reference=entry.reference or entry.bank_reference,
        offset=max(entry.offset, 0),
    )
