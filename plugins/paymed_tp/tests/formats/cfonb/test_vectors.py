"""The four records of CFONB 120 by hand: the bytes of each zone beside its name and what it means."""
# ruff: noqa: TID252

from __future__ import annotations

from datetime import date

import pytest

from caducee_paymed_tp.formats.kinds import Value
from caducee_paymed_tp.formats.layout import load_all
from caducee_paymed_tp.formats.quarantine import Place

from .. import worked
from ..worked import Zone
from .samples import read

TABLES = {table.record: table for table in load_all("caducee_paymed_tp.formats.cfonb")}
ACCOUNT: list[Zone] = [
    (b"EUR", "currency", "EUR"),
    (b"2", "decimals", "2"),
    (b" ", "", None),
    (b"00012345678", "account", "00012345678"),
]


def balance(record: bytes, day: bytes, when: date, amount: bytes, cents: Value) -> list[Zone]:
    return [
        (record, "type", record.decode()),
        (b"30004", "bank", "30004"),
        (b"    ", "", None),
        (b"00821", "desk", "00821"),
        *ACCOUNT,
        (b"  ", "", None),
        (day, "date", when),
        (b" " * 50, "", None),
        (amount, "amount", cents),
        (b" " * 16, "", None),
    ]


R01 = balance(b"01", b"311225", date(2025, 12, 31), b"0000000010000{", 100_000)
R04: list[Zone] = [
    (b"04", "type", "04"),
    (b"30004", "bank", "30004"),
    (b"1A2B", "internal_code", "1A2B"),
    (b"00821", "desk", "00821"),
    *ACCOUNT,
    (b"05", "operation", "05"),
    (b"020126", "date", date(2026, 1, 2)),
    (b"  ", "reject_code", ""),
    (b"050126", "value_date", date(2026, 1, 5)),
    (b"VIR SEPA CPAM PARIS TP 001     ", "label", "VIR SEPA CPAM PARIS TP 001"),
    (b"  ", "", None),
    (b"0000042", "entry_no", "0000042"),
    (b"1", "exempt", "1"),
    (b" ", "", None),
    (b"0000000000421P", "amount", -4217),
    (b"REF-2026-000001 ", "reference", "REF-2026-000001"),
]
R05: list[Zone] = [
    (b"05", "type", "05"),
    (b"30004", "bank", "30004"),
    (b"1A2B", "internal_code", "1A2B"),
    (b"00821", "desk", "00821"),
    *ACCOUNT,
    (b"05", "operation", "05"),
    (b"020126", "date", date(2026, 1, 2)),
    (b"     ", "", None),
    (b"NPY", "qualifier", "NPY"),
    (b"CPAM DE PARIS".ljust(70), "text", "CPAM DE PARIS"),
    (b"  ", "", None),
]
R07 = balance(b"07", b"050126", date(2026, 1, 5), b"0000000009578C", 95_783)


@pytest.mark.parametrize("zones", [R01, R04, R05, R07], ids=["01", "04", "05", "07"])
def test_a_record_reads_as_worked_out_by_hand(zones: list[Zone]) -> None:
    data = worked.raw(zones)
    assert len(data) == 120
    assert TABLES[str(zones[0][2])].read(data.decode(), Place(format="test", offset=0)) == worked.values(zones)


def test_the_statement_worked_out_by_hand_is_verified_over_the_turn_of_the_year() -> None:
    (found,) = read(b"".join(worked.raw(zones) for zones in (R01, R04, R05, R07)))
    (entry,) = found.entries
    assert (found.verified, found.opening, found.closing) == (True, 100_000, 95_783)
    assert (found.opened, entry.booked, entry.value) == (date(2025, 12, 31), date(2026, 1, 2), date(2026, 1, 5))
    assert (entry.amount, entry.counterparty, entry.label) == (-4217, "CPAM DE PARIS", "VIR SEPA CPAM PARIS TP 001")
