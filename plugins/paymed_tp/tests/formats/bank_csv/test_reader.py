from __future__ import annotations

import io
from datetime import date

import msgspec
import pytest

from caducee_paymed_tp.formats.bank import BankStatement
from caducee_paymed_tp.formats.bank_csv import CsvMapping, read_statements
from caducee_paymed_tp.formats.quarantine import FormatFault

MAPPING = CsvMapping(account="PRO", date="Date", amount="Montant", label=("Libellé", "Détail"), balance="Solde")
HEADING = "Date;Libellé;Détail;Montant;Solde"
LINES = ["12/01/2026;VIR CPAM;LOT 012;1 026,50;1 126,50", "13/01/2026;FRAIS;;-26,50;1 100,00"]


def read(lines: list[str], mapping: CsvMapping | None = MAPPING, *, heading: str = HEADING) -> BankStatement:
    data = "\r\n".join([heading, *lines, ""]).encode(mapping.encoding if mapping else "utf-8")
    (found,) = read_statements(io.BytesIO(data), mapping=mapping)
    return found


def test_lines_are_movements_by_their_declared_columns() -> None:
    found = read(LINES)
    assert [(entry.booked, entry.amount, entry.label) for entry in found.entries] == [
        (date(2026, 1, 12), 102650, "VIR CPAM LOT 012"),
        (date(2026, 1, 13), -2650, "FRAIS"),
    ]
    assert (found.account, found.opening, found.closing, found.verified) == ("PRO", 10000, 110000, True)


def test_the_newest_line_may_come_first() -> None:
    found = read(LINES[::-1], msgspec.structs.replace(MAPPING, newest_first=True))
    assert [entry.amount for entry in found.entries] == [102650, -2650]


@pytest.mark.parametrize("debit", ["26,50", "-26,50"])
def test_credit_and_debit_may_be_two_columns(debit: str) -> None:
    mapping = CsvMapping(account="PRO", date="D", credit="C", debit="B", label=("L",))
    found = read(["12/01/2026;X;100,00;", f"13/01/2026;Y;;{debit}"], mapping, heading="D;L;C;B")
    assert [entry.amount for entry in found.entries] == [10000, -2650]
    assert not found.verified


@pytest.mark.parametrize("line", ["12/01/2026;X;;", "12/01/2026;X;1,00;1,00"])
def test_a_line_with_no_or_two_amounts_is_refused(line: str) -> None:
    mapping = CsvMapping(account="PRO", date="D", credit="C", debit="B", label=("L",))
    with pytest.raises(FormatFault, match=r"field\.amount"):
        read([line], mapping, heading="D;L;C;B")


def test_other_conventions_are_declared() -> None:
    mapping = CsvMapping(
        account="PRO",
        date="Date",
        date_format="%Y-%m-%d",
        amount="Amount",
        label=("Label",),
        delimiter=",",
        decimal=".",
        thousands=(",",),
        encoding="cp1252",
    )
    found = read(['2026-01-12,"SANTÉ, ÉLAN","1,026.50"'], mapping, heading="Date,Label,Amount")
    assert (found.entries[0].amount, found.entries[0].label) == (102650, "SANTÉ, ÉLAN")


def test_lines_before_the_heading_are_skipped_and_empty_ones_left_out() -> None:
    mapping = msgspec.structs.replace(MAPPING, skip_lines=2)
    data = "\n".join(["Compte PRO", "", HEADING, "", *LINES, ";;;;", ""]).encode("utf-8-sig")
    (found,) = read_statements(io.BytesIO(data), mapping=mapping)
    assert len(found.entries) == 2


def test_a_balance_that_contradicts_says_its_line() -> None:
    with pytest.raises(FormatFault) as caught:
        read([LINES[0], LINES[1].replace("1 100,00", "1 100,01")])
    assert (caught.value.rule, caught.value.place.record) == ("balance", 3)


@pytest.mark.parametrize(
    ("line", "rule", "field"),
    [
        ("12/13/2026;X;;1,00;1,00", "field.date", "Date"),
        ("12/01/2026;X;;1,005;1,00", "field.amount", "Montant"),
        ("12/01/2026;X;;1.00;1,00", "field.amount", "Montant"),
        ("12/01/2026;X;;;1,00", "field.amount", "Montant"),
        ("12/01/2026;X", "block.length", ""),
        ('12/01/2026;"X', "block.length", ""),
    ],
)
def test_a_line_that_cannot_be_read_says_its_column(line: str, rule: str, field: str) -> None:
    with pytest.raises(FormatFault) as caught:
        read([line])
    assert (caught.value.rule, caught.value.place.field) == (rule, field)


@pytest.mark.parametrize("heading", ["Date;Libellé;Détail;Montant", "Date;Libellé;Détail;Montant;Solde;Solde", ""])
def test_a_declared_column_must_be_there_once(heading: str) -> None:
    with pytest.raises(FormatFault) as caught:
        read(LINES, heading=heading)
    assert caught.value.rule == "csv.column"


def test_a_file_in_another_charset_is_refused() -> None:
    with pytest.raises(FormatFault, match=r"csv\.charset"):
        list(read_statements(io.BytesIO("Libellé".encode("cp1252")), mapping=MAPPING))


def test_without_a_declaration_a_csv_is_not_read() -> None:
    with pytest.raises(FormatFault, match=r"csv\.mapping"):
        read(LINES, None)


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"amount": "A", "credit": "C", "debit": "D"},
        {"credit": "C"},
        {"amount": "A", "delimiter": ";;"},
        {"amount": "A", "decimal": " "},
        {"amount": "A", "thousands": (",",)},
    ],
)
def test_a_declaration_that_contradicts_itself_is_refused(told: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"amount|decimal"):
        CsvMapping(account="PRO", date="Date", **told)  # type: ignore[arg-type]
