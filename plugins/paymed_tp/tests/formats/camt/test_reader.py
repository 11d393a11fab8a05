from __future__ import annotations

import io
import tracemalloc
from datetime import date

import pytest

from caducee_paymed_tp.formats.bank import EntryStatus, StatementKind
from caducee_paymed_tp.formats.camt import CamtOptions, read_statements
from caducee_paymed_tp.formats.quarantine import FormatFault
from caducee_paymed_tp.formats.reading import Reading

from .samples import DETAIL, IBAN, balance, document, entry, of, read, statement

NAMES = {"02": "<Nm>CPAM PARIS</Nm>", "08": "<Pty><Nm>CPAM PARIS</Nm></Pty>"}
STATUS = {"02": "<Sts>BOOK</Sts>", "08": "<Sts><Cd>BOOK</Cd></Sts>"}


@pytest.mark.parametrize("version", ["02", "08"])
def test_an_entry_says_what_the_bank_says(version: str) -> None:
    inside = DETAIL.format(name=NAMES[version])
    data = document(of(entry(4200, inside, status=STATUS[version]), closing=14200), version=version)
    (found,) = read(data)
    (movement,) = found.entries
    assert (found.account, found.opening, found.closing, found.verified) == (IBAN, 10000, 14200, True)
    assert (movement.amount, movement.booked, movement.value) == (4200, date(2026, 1, 12), date(2026, 1, 13))
    assert (movement.reference, movement.counterparty) == ("CPAM751-260112-001", "CPAM PARIS")
    assert (movement.label, movement.code) == ("TP 012 LOT 012", "PMNT/RCDT/ESCT")
    assert movement.counterparty_account == "FR7630001007941234567890185"
    assert data[movement.offset :].startswith(b"<Ntry>")


def test_a_balance_that_contradicts_the_entries_sets_the_file_aside() -> None:
    with pytest.raises(FormatFault) as caught:
        read(document(of(entry(4200), entry(-1000), closing=14200)))
    assert caught.value.rule == "balance"


def test_a_balance_may_be_below_zero() -> None:
    (found,) = read(document(of(entry(-14200), closing=-4200)))
    assert (found.closing, found.verified) == (-4200, True)


def test_a_reversal_goes_in_the_direction_that_it_says() -> None:
    (found,) = read(document(of(entry(-4000, reversal="<RvslInd>true</RvslInd>"), opening=50000, closing=46000)))
    assert (found.entries[0].amount, found.entries[0].reversal) == (-4000, True)


def test_a_bank_that_turns_reversals_is_never_booked_in_silence() -> None:
    data = document(of(entry(-4000, reversal="<RvslInd>true</RvslInd>"), opening=50000, closing=54000))
    with pytest.raises(FormatFault) as caught:
        read(data)
    assert caught.value.rule == "balance.reversal"
    assert "déclarez-le pour ce compte" in caught.value.explain().remedy


def test_reversals_are_turned_for_an_account_that_is_declared() -> None:
    data = document(of(entry(-4000, reversal="<RvslInd>true</RvslInd>"), opening=50000, closing=54000))
    (found,) = read(data, options=CamtOptions(reversals_turned=frozenset({IBAN})))
    assert (found.entries[0].amount, found.verified) == (4000, True)
    with pytest.raises(FormatFault):
        read(data, options=CamtOptions(reversals_turned=frozenset({"FR7600000000000000000000000"})))


def test_an_intraday_report_is_marked_as_such_and_loses_no_entry() -> None:
    reading = Reading()
    inside = balance("OPBD", 0) + balance("CLBD", 1920) + entry(3120) + entry(-1200)
    (found,) = read(document(statement(inside, message="052"), message="052", version="08"), reading=reading)
    assert found.kind is StatementKind.INTRADAY
    assert [movement.amount for movement in found.entries] == [3120, -1200]
    assert "camt.052.08" in reading.remark_counts


def test_a_notification_is_marked_as_such_and_not_verified() -> None:
    (found,) = read(document(statement(entry(3120), message="054"), message="054"))
    assert (found.kind, found.verified, len(found.entries)) == (StatementKind.NOTIFICATION, False, 1)


def test_a_later_version_is_read_with_a_remark() -> None:
    reading = Reading()
    (found,) = read(document(of(entry(100), closing=10100), version="13"), reading=reading)
    assert (len(found.entries), list(reading.remark_counts)) == (1, ["camt.053.13"])


@pytest.mark.parametrize(
    "namespace",
    [b"urn:iso:std:iso:20022:tech:xsd:pain.001.001.03", b"urn:iso:std:iso:20022:tech:xsd:camt.029.001.09", b""],
)
def test_another_message_is_refused_by_name(namespace: bytes) -> None:
    data = document(of(entry(100), closing=10100)).replace(b"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02", namespace)
    with pytest.raises(FormatFault, match=r"camt\.message"):
        read(data)


@pytest.mark.parametrize("wrapped", ["<Other>{}</Other>", "{}<Stray>{}</Stray>"])
def test_entries_where_no_statement_is_cannot_disappear(wrapped: str) -> None:
    inside = of(entry(100), closing=10100)
    with pytest.raises(FormatFault):
        read(document(wrapped.format(inside, entry(100))))


def test_a_file_without_any_statement_is_not_a_quiet_day() -> None:
    with pytest.raises(FormatFault, match=r"element\.missing"):
        read(document())


def test_a_quiet_day_is_a_statement_without_entries() -> None:
    (found,) = read(document(of(closing=10000)))
    assert (found.entries, found.verified) == ((), True)


def test_what_is_not_booked_does_not_count_in_the_balance() -> None:
    reading = Reading()
    data = document(of(entry(100), entry(900, status="<Sts>PDNG</Sts>"), closing=10100))
    (found,) = read(data, reading=reading)
    assert [movement.status for movement in found.entries] == [EntryStatus.BOOKED, EntryStatus.PENDING]
    assert reading.remark_counts == {"entry.not_booked": 1}


@pytest.mark.parametrize(("first", "last"), [("PRCD", "CLBD"), ("OPBD", "ITBD"), ("ITBD", "ITBD")])
def test_balances_of_a_page_or_of_the_day_before_count(first: str, last: str) -> None:
    (found,) = read(document(statement(balance(first, 100) + entry(50) + balance(last, 150))))
    assert (found.opening, found.closing, found.verified) == (100, 150, True)


def test_one_balance_alone_verifies_nothing_and_says_so() -> None:
    reading = Reading()
    (found,) = read(document(statement(balance("CLBD", 150) + entry(50))), reading=reading)
    assert (found.verified, reading.remark_counts["balance.missing"]) == (False, 1)


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ('"EUR">42.00', '"EUR">42.005', "field.amount"),
        ('"EUR">42.00', '"EUR">42,00', "field.amount"),
        ('"EUR">42.00', '"EUR">-42.00', "field.amount"),
        ('"EUR">42.00', '"USD">42.00', "file.currency"),
        ("<CdtDbtInd>CRDT</CdtDbtInd><Sts>", "<CdtDbtInd>XXXX</CdtDbtInd><Sts>", "element.value"),
        ("<Sts>BOOK", "<Sts>MAYB", "element.value"),
        ("<BookgDt><Dt>2026-01-12", "<BookgDt><Dt>2026-02-30", "field.date"),
        ("<BookgDt><Dt>2026-01-12", "<BookgDt><Dt>12/01/2026", "field.date"),
        ("</Ntry>", "", "xml.malformed"),
    ],
)
def test_what_cannot_be_read_sets_the_file_aside(old: str, new: str, rule: str) -> None:
    data = document(of(entry(4200), closing=14200)).decode()
    assert old in data
    with pytest.raises(FormatFault, match=rule):
        read(data.replace(old, new, 1).encode())


def test_several_transactions_of_an_entry_stay_apart() -> None:
    one = "<TxDtls><Refs><EndToEndId>{0}</EndToEndId></Refs><Amt Ccy='EUR'>{0}.00</Amt></TxDtls>"
    inside = f"<NtryDtls>{one.format(10)}{one.format(32)}</NtryDtls>"
    (found,) = read(document(of(entry(4200, inside), closing=14200)))
    assert [(detail.reference, detail.amount) for detail in found.entries[0].details] == [("10", 1000), ("32", 3200)]
    assert found.entries[0].reference == ""


def test_two_alike_entries_stay_two_and_are_the_same_when_read_again() -> None:
    data = document(of(entry(2650), entry(2650), closing=15300))
    first, again = read(data)[0], read(data)[0]
    names = [movement.fingerprint(first.account) for movement in first.entries]
    assert len(set(names)) == 2
    assert names == [movement.fingerprint(again.account) for movement in again.entries]


def test_statements_are_handed_over_one_by_one() -> None:
    data = document(*[of(*[entry(1)] * 200, closing=10200)] * 50)
    tracemalloc.start()
    try:
        count = sum(len(found.entries) for found in read_statements(io.BytesIO(data)))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 10_000
    assert peak < 4_000_000
