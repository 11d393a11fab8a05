"""Reads CAMT statements: containers in the order of the file, one statement held at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from caducee_paymed_tp.formats.bank import (
    ENTRY_LIMIT,
    BankEntry,
    BankStatement,
    EntryStatus,
    StatementKind,
    check_balances,
    ranked,
)
from caducee_paymed_tp.formats.camt.entries import FORMAT, day, entry, signed
from caducee_paymed_tp.formats.quarantine import FormatFault, Place
from caducee_paymed_tp.formats.reading import Reading
from caducee_paymed_tp.formats.xml import Ended, Node, Started, read_elements

_NAMESPACE = re.compile(r"urn:iso:std:iso:20022:tech:xsd:camt\.(\d{3})\.001\.(\d{2})")
_CONTAINER = {"053": "Stmt", "052": "Rpt", "054": "Ntfctn"}
_KIND = {
    "Stmt": StatementKind.STATEMENT,
    "Rpt": StatementKind.INTRADAY,
    "Ntfctn": StatementKind.NOTIFICATION,
}
_MESSAGE = frozenset({"BkToCstmrStmt", "BkToCstmrAcctRpt", "BkToCstmrDbtCdtNtfctn"})
_CONTAINERS = frozenset({"Document", *_MESSAGE, *_KIND})
_BESIDE = frozenset({"GrpHdr", "SplmtryData"})
_TESTED = frozenset({("053", "02"), ("053", "08")})


class CamtOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``reversals_turned``: accounts whose bank gives a reversal (RvslInd) the direction of what it reverses.

    ISO 20022 says that CdtDbtInd is the direction of the entry itself, reversal or not: that is the rule elsewhere.
    """

    reversals_turned: frozenset[str] = frozenset()


def read_statements(
    source: BinaryIO, *, options: CamtOptions | None = None, reading: Reading | None = None
) -> Iterator[BankStatement]:
    """Yield the statements of a file, each verified against its own balances.

    A camt.052 comes as intraday, a camt.054 as notification. Versions other than 053.001.02 and .08 are read the
    same way with a remark; other messages are refused by name. Memory: one statement, at most 200,000 entries.

    Raises:
        FormatFault: not XML, not such a message, an amount or a date that cannot be read, balances that contradict.
    """
    return _Reader(options or CamtOptions(), reading or Reading()).run(source)


class _Reader:
    def __init__(self, options: CamtOptions, reading: Reading) -> None:
        self._options = options
        self._reading = reading
        self._container = ""
        self._held: list[Node] | None = None
        self._entries: list[BankEntry] = []
        self._offset = 0
        self._number = self._statements = 0

    def run(self, source: BinaryIO) -> Iterator[BankStatement]:
        for node in read_elements(source, _CONTAINERS, format_name=FORMAT):
            if isinstance(node, Started):
                self._begin(node)
            elif isinstance(node, Ended):
                if node.name in _KIND and self._held is not None:
                    yield self._statement(node)
            else:
                self._take(node)
        if not self._statements:
            raise FormatFault("element.missing", Place(format=FORMAT, field=self._container))

    def _begin(self, node: Node) -> None:
        if node.name == "Document":
            self._message(node)
        elif node.name in _KIND:
            if node.name != self._container or self._held is not None:
                raise FormatFault("camt.message", self._place(node))
            self._held, self._entries, self._offset = [], [], node.offset

    def _message(self, node: Node) -> None:
        found = _NAMESPACE.fullmatch(node.namespace)
        if not found or found[1] not in _CONTAINER:
            raise FormatFault("camt.message", self._place(node))
        self._container = _CONTAINER[found[1]]
        if (found[1], found[2]) not in _TESTED:
            self._reading.remark(f"camt.{found[1]}.{found[2]}", self._place(node))

    def _take(self, node: Node) -> None:
        if self._held is None:
            if node.name not in _BESIDE:
                raise FormatFault("statement.entry_lost", self._place(node))
        elif node.name == "Ntry":
            self._entries.append(self._entry(node))
            if len(self._entries) > ENTRY_LIMIT:
                raise FormatFault("statement.oversized", self._place(node))
        elif node.find("Ntry") or (node.name == "Acct" and self._entries):
            raise FormatFault("statement.entry_lost", self._place(node))
        else:
            self._held.append(node)

    def _statement(self, end: Node) -> BankStatement:
        head = self._head(end.name)
        self._held = None
        entries = ranked(self._entries)
        opening, closing = _balances(head)
        currency = self._currency(head, entries)
        place = Place(format=FORMAT, offset=self._offset)
        verified = check_balances(opening, closing, entries, place=place)
        if not verified:
            self._reading.remark("balance.missing", place)
        self._statements += 1
        self._reading.counts[end.name] += 1
        return BankStatement(
            format=FORMAT,
            kind=_KIND[end.name],
            identifier=head.text("Id"),
            account=_account(head),
            currency=currency,
            opening=opening,
            closing=closing,
            opened=day(head.find("FrToDt", "FrDtTm") or _balance_day(head, _OPENING)),
            closed=day(head.find("FrToDt", "ToDtTm") or _balance_day(head, _CLOSING)),
            verified=verified,
            entries=entries,
            offset=self._offset,
        )

    def _head(self, name: str) -> Node:
        head = Node(name, {}, self._offset)
        head.children = self._held or []
        return head

    def _entry(self, node: Node) -> BankEntry:
        self._number += 1
        self._reading.counts["Ntry"] += 1
        turned = _account(self._head("")) in self._options.reversals_turned
        made = entry(node, number=self._number, turned=turned)
        if made.status is not EntryStatus.BOOKED:
            self._reading.remark("entry.not_booked", self._place(node))
        return made

    def _currency(self, head: Node, entries: tuple[BankEntry, ...]) -> str:
        used = {made.currency for made in entries}
        used |= {(balance.find("Amt") or balance).attributes.get("Ccy", "") for balance in head.every("Bal")}
        declared = head.text("Acct", "Ccy")
        used |= {declared} if declared else set()
        if len(used) > 1:
            raise FormatFault("file.currency", Place(format=FORMAT, offset=self._offset))
        return next(iter(used), "")

    def _place(self, node: Node) -> Place:
        return Place(format=FORMAT, offset=node.offset, record=self._number, field=node.name)


def _account(head: Node) -> str:
    return head.text("Acct", "Id", "IBAN") or head.text("Acct", "Id", "Othr", "Id")


_OPENING = ("OPBD", "PRCD", "ITBD")
_CLOSING = ("CLBD", "ITBD")


def _balances(head: Node) -> tuple[int | None, int | None]:
    first, last = _balance(head, _OPENING), _balance(head, _CLOSING, last=True)
    if first is last:
        return None, signed(last) if last else None
    return signed(first) if first else None, signed(last) if last else None


def _balance(head: Node, codes: tuple[str, ...], *, last: bool = False) -> Node | None:
    for code in codes:
        found = [node for node in head.every("Bal") if node.text("Tp", "CdOrPrtry", "Cd") == code]
        if found:
            return found[-1 if last else 0]
    return None


def _balance_day(head: Node, codes: tuple[str, ...]) -> Node | None:
    found = _balance(head, codes, last=codes is _CLOSING)
    return found.find("Dt") if found else None
