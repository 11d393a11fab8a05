from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from caducee_paymed_tp.formats.quarantine import FormatFault
from caducee_paymed_tp.formats.reading import Reading

from .samples import HEADER_1, read, transaction, version_1, version_2

VERSIONS = [(version_1, False), (version_2, True)]


@pytest.mark.parametrize(("version", "closed"), VERSIONS, ids=["1", "2"])
def test_both_versions_say_the_same(version: Callable[..., bytes], closed: bool) -> None:
    more = {"NAME": "CPAM PARIS &amp; CIE", "MEMO": "TP LOT 012", "REFNUM": "E2E-1"}
    (found,) = read(version(transaction("42.00", closed=closed, **more)))
    (entry,) = found.entries
    assert (found.account, found.currency, found.closing) == ("99999 00001 00000000001", "EUR", 123450)
    assert (found.opened, found.closed) == (date(2026, 1, 1), date(2026, 1, 31))
    assert (entry.amount, entry.booked, entry.currency) == (4200, date(2026, 1, 12), "EUR")
    assert (entry.label, entry.bank_reference) == ("CPAM PARIS & CIE TP LOT 012", "F1")


def test_one_balance_alone_verifies_nothing_and_says_so() -> None:
    reading = Reading()
    (found,) = read(version_1(transaction("1", closed=False)), reading=reading)
    assert (found.verified, found.opening, reading.remark_counts["balance.missing"]) == (False, None, 1)


@pytest.mark.parametrize(
    ("text", "cents"), [("-12.34", -1234), ("12,34", 1234), ("+.5", 50), ("1000", 100000), ("-0.10", -10)]
)
def test_amounts_are_cents_whatever_their_form(text: str, cents: int) -> None:
    assert read(version_1(transaction(text, closed=False)))[0].entries[0].amount == cents


@pytest.mark.parametrize(
    ("encoding", "charset", "python"),
    [("USASCII", "1252", "cp1252"), ("UTF-8", "NONE", "utf-8"), ("USASCII", "NONE", "cp1252")],
)
def test_the_declared_charset_is_believed(encoding: str, charset: str, python: str) -> None:
    data = version_1(transaction("1", closed=False, NAME="SANTÉ"), encoding=encoding, charset=charset, python=python)
    assert read(data)[0].entries[0].label == "SANTÉ"


def test_the_payee_of_a_transaction_is_its_label() -> None:
    payee = "<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260112<TRNAMT>-1<FITID>1<PAYEE><NAME>BAILLEUR<CITY>X</PAYEE></STMTTRN>"
    assert read(version_1(payee))[0].entries[0].label == "BAILLEUR"


def test_the_account_of_the_other_side_is_not_ours() -> None:
    other = "<STMTTRN><DTPOSTED>20260112<TRNAMT>1<FITID>1<BANKACCTTO><BANKID>1<ACCTID>2</BANKACCTTO></STMTTRN>"
    assert read(version_1(other))[0].account == "99999 00001 00000000001"


def test_two_alike_transactions_stay_two() -> None:
    alike = transaction("26.50", closed=False)
    (found,) = read(version_1(alike, alike))
    assert [entry.rank for entry in found.entries] == [0, 1]


def test_several_statements_are_read() -> None:
    data = version_2(transaction("1", closed=True)).decode()
    start, end = data.index("<STMTTRNRS>"), data.index("</BANKMSGSRSV1>")
    assert len(read((data[:end] + data[start:end] + data[end:]).encode())) == 2


GOOD = version_1(transaction("42.00", closed=False)).decode("cp1252")


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("<TRNAMT>42.00", "<TRNAMT>42.005", r"field\.amount"),
        ("<TRNAMT>42.00", "<TRNAMT>x", r"field\.amount"),
        ("<TRNAMT>42.00", "", r"field\.amount"),
        ("<TRNAMT>42.00", "<TRNAMT>42.00\n<TRNAMT>43.00", r"xml\.malformed"),
        ("<DTPOSTED>20260112", "<DTPOSTED>20260230", r"field\.date"),
        ("<BALAMT>1234.50", "<BALAMT>many", r"field\.amount"),
        ("</STMTTRN>", "", r"xml\.malformed"),
        ("<STMTRS>", "", r"statement\.entry_lost|xml\.malformed"),
        ("</STMTRS>", "", r"file\.end_missing"),
        ("</OFX>", "", r"file\.end_missing"),
        ("<OFX>", "<!DOCTYPE OFX><OFX>", r"xml\.doctype"),
        ("<STMTTRN>", "< STMT TRN>", r"xml\.malformed"),
        ("CHARSET:1252", "CHARSET:99999", r"block\.charset"),
    ],
)
def test_what_cannot_be_read_sets_the_file_aside(old: str, new: str, rule: str) -> None:
    assert old in GOOD
    with pytest.raises(FormatFault, match=rule):
        read(GOOD.replace(old, new, 1).encode("cp1252"))


def test_a_file_without_any_statement_is_not_a_quiet_day() -> None:
    with pytest.raises(FormatFault, match=r"file\.end_missing"):
        read((HEADER_1.format(encoding="USASCII", charset="1252") + "<OFX></OFX>").encode())


def test_a_value_without_end_is_refused() -> None:
    with pytest.raises(FormatFault, match=r"xml\.oversized"):
        read(GOOD.encode() + b"x" * 1_000_000)


def test_bytes_outside_the_declared_charset_are_refused() -> None:
    data = version_1(transaction("1", closed=False, NAME="SANTÉ"), encoding="UTF-8", charset="NONE", python="cp1252")
    with pytest.raises(FormatFault, match=r"block\.charset"):
        read(data)
