from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caducee_paymed_tp.formats.quarantine import FormatFault
from caducee_paymed_tp.formats.reading import Reading

from .samples import balance, complement, movement, read

TWO_ALIKE = [balance("01", 0), movement(2650), movement(2650), balance("07", 5300)]


def test_a_movement_says_what_the_bank_says() -> None:
    (found,) = read(balance("01", 10000) + movement(3050, reference="REF1") + balance("07", 13050))
    (entry,) = found.entries
    assert (found.account, found.currency, found.verified) == ("99999 00001 00000000001", "EUR", True)
    assert (entry.amount, entry.booked, entry.value) == (3050, date(2026, 1, 12), date(2026, 1, 13))
    assert (entry.label, entry.code, entry.bank_reference, entry.offset) == ("VIR CPAM ESSAI", "18", "REF1", 120)


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_records_follow_each_other_with_or_without_line_ends(end: bytes) -> None:
    (found,) = read(b"".join(record + end for record in TWO_ALIKE))
    assert [entry.amount for entry in found.entries] == [2650, 2650]


def test_complements_belong_to_their_movement_and_none_is_lost() -> None:
    records = [
        balance("01", 0),
        movement(100, "VIR MUTUELLE SANTÉ ÉLAN"),
        complement("LIB", "lot 0042 n° d'adhérent 000"),
        complement("NPY", "MUTUELLE ESSAI"),
        complement("RCN", "E2E-1"),
        complement("ZZZ", "autre"),
        movement(-40),
        complement("LCC", "MOTIF"),
        balance("07", 60),
    ]
    first, second = read(b"".join(records))[0].entries
    assert first.label == "VIR MUTUELLE SANTÉ ÉLAN lot 0042 n° d'adhérent 000 ZZZ autre"
    assert (first.counterparty, first.reference) == ("MUTUELLE ESSAI", "E2E-1")
    assert (second.label, second.amount) == ("VIR CPAM ESSAI MOTIF", -40)


def test_a_blank_currency_is_euros_with_two_decimals_and_a_remark() -> None:
    reading = Reading()
    blank = {"currency": "   ", "decimals": " "}
    data = balance("01", 10000, **blank) + movement(3050, **blank) + balance("07", 13050, **blank)
    (found,) = read(data, reading=reading)
    assert (found.currency, found.closing, reading.remark_counts["cfonb.currency_assumed"]) == ("EUR", 13050, 1)


@pytest.mark.parametrize(("decimals", "amount"), [("0", 30), ("1", 300), ("2", 3000), ("3", 30000)])
def test_amounts_are_cents_whatever_their_decimals(decimals: str, amount: int) -> None:
    told = {"decimals": decimals}
    (found,) = read(balance("01", 0, **told) + movement(amount, **told) + balance("07", amount, **told))
    assert (found.entries[0].amount, found.closing) == (3000, 3000)


def test_parts_of_a_cent_are_refused() -> None:
    told = {"decimals": "3"}
    with pytest.raises(FormatFault, match=r"field\.amount"):
        read(balance("01", 0, **told) + movement(30001, **told) + balance("07", 30001, **told))


def test_two_true_movements_that_are_alike_stay_two() -> None:
    (found,) = read(b"".join(TWO_ALIKE))
    assert [entry.rank for entry in found.entries] == [0, 1]


def test_the_same_movements_have_the_same_names_in_every_file() -> None:
    (found,) = read(b"".join(TWO_ALIKE))
    (later,) = read(balance("01", 2650) + movement(2650) + balance("07", 5300))
    known = {entry.fingerprint(found.account) for entry in found.entries}
    assert len(known) == 2
    assert {entry.fingerprint(later.account) for entry in later.entries} < known


def test_an_unknown_type_is_counted_and_not_silent() -> None:
    reading = Reading()
    read(balance("01", 0) + b"06".ljust(120) + balance("07", 0), reading=reading)
    assert (reading.unknown, reading.remark_counts["record.unknown"]) == ({"06": 1}, 1)


def test_a_length_that_is_no_multiple_is_refused_with_the_offset() -> None:
    with pytest.raises(FormatFault) as caught:
        read(b"".join(TWO_ALIKE)[:-1])
    assert (caught.value.rule, caught.value.place.offset, caught.value.place.record) == ("block.length", 360, 4)


@pytest.mark.parametrize(
    ("records", "rule"),
    [
        ([balance("01", 0), movement(100), balance("07", 101)], "balance"),
        ([balance("01", 0), movement(100)], r"file\.end_missing"),
        ([movement(100), balance("07", 100)], r"record\.order"),
        ([balance("01", 0), balance("01", 0)], r"record\.order"),
        ([balance("01", 0), complement("LIB", "X"), balance("07", 0)], r"record\.order"),
        ([balance("01", 0), movement(100, account="00000000002"), balance("07", 100)], r"account\.other"),
        ([balance("01", 0), movement(100, currency="USD"), balance("07", 100)], r"file\.currency"),
        ([b"AA".ljust(120)], r"record\.unknown"),
        ([], r"file\.end_missing"),
    ],
)
def test_what_contradicts_itself_sets_the_file_aside(records: list[bytes], rule: str) -> None:
    with pytest.raises(FormatFault, match=rule):
        read(b"".join(records))


def test_several_accounts_are_several_statements() -> None:
    other = {"account": "00000000002"}
    data = b"".join(TWO_ALIKE) + balance("01", 5, **other) + movement(1, **other) + balance("07", 6, **other)
    assert [(found.account[-1], found.closing) for found in read(data)] == [("1", 5300), ("2", 6)]


@given(st.integers(-(10**9), 10**9), st.lists(st.integers(-(10**9), 10**9), max_size=20))
def test_any_movements_are_read_to_the_cent(opening: int, amounts: list[int]) -> None:
    data = (
        balance("01", opening) + b"".join(movement(cents) for cents in amounts) + balance("07", opening + sum(amounts))
    )
    (found,) = read(data)
    assert [entry.amount for entry in found.entries] == amounts
