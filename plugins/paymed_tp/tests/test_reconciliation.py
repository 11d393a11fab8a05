from __future__ import annotations

from datetime import date
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caducee_paymed_tp.model.money import BankEntry, Booked, Match, MatchKind, Movement, PaymentNotice, entry_id
from caducee_paymed_tp.reconciliation import Rules, propose
from caducee_paymed_tp.reconciliation.by_payer import MOST_SCANNED
from caducee_paymed_tp.reconciliation.pieces import MOST_SHOWN

from .practice import notice, paid, wire

RULES = Rules()


def proposals(notices: list[PaymentNotice], entries: list[BankEntry], rules: Rules = RULES) -> tuple[Match, ...]:
    booked = {}
    for rank, entry in enumerate(entries, start=1):
        name = entry_id("FR76", entry, rank)
        booked[name] = Booked(id=name, account="FR76", entry=entry)
    return propose({one.id: one for one in notices}, booked, payer_of=lambda entry: entry.creditor, rules=rules)


def sure(notices: list[PaymentNotice], entries: list[BankEntry]) -> list[Match]:
    return [match for match in proposals(notices, entries) if RULES.confirms(match)]


def test_the_same_amount_under_the_announced_label_is_sure():
    (match,) = sure([notice(paid(1, 2100))], [wire(2100)])
    assert (match.kind, match.confidence, match.delta) == (MatchKind.EXACT, 1.0, 0)


def test_one_cent_off_is_never_confirmed_by_itself():
    (match,) = proposals([notice(paid(1, 2100))], [wire(2099)])
    assert (match.kind, match.delta, RULES.confirms(match)) == (MatchKind.PARTIAL, -1, False)


def test_a_tolerance_of_the_practice_lets_a_cent_go():
    (match,) = proposals([notice(paid(1, 2100))], [wire(2099)], Rules(tolerance=2))
    assert Rules(tolerance=2).confirms(match)


def test_a_label_that_the_bank_has_cut_still_counts():
    (match,) = sure(
        [notice(paid(1, 2100), label="CPAM PARIS TP 001 LOT 012 260108")], [wire(2100, "CPAM PARIS TP 001 LOT 0")]
    )
    assert match.confidence == 1.0


def test_one_wire_for_three_notices_of_one_label():
    notices = [notice(paid(number, number * 1000)) for number in (1, 2, 3)]
    (match,) = sure(notices, [wire(6000)])
    assert (match.kind, len(match.notices)) == (MatchKind.GROUPED, 3)


def test_two_wires_for_one_notice():
    (match,) = sure([notice(paid(1, 2100), paid(2, 900))], [wire(2100), wire(900)])
    assert (match.kind, len(match.entries)) == (MatchKind.SPLIT, 2)


def test_a_retention_lowers_what_is_awaited():
    announced = PaymentNotice(
        on=date(2026, 1, 8),
        payer="CPAM751",
        labels=("TP 001 LOT 001 260108",),
        items=(paid(1, 2100),),
        movements=(Movement(amount=-600),),
    )
    (match,) = sure([announced], [wire(1500)])
    assert match.kind is MatchKind.EXACT


def test_two_notices_that_a_wire_fits_equally_are_left_to_a_person():
    notices = [notice(paid(1, 2100)), notice(paid(2, 2100))]
    found = proposals(notices, [wire(2100)])
    assert len(found) == 2
    assert not any(RULES.confirms(match) for match in found)


def test_the_name_of_the_payer_is_enough_when_nothing_else_fits():
    (match,) = sure([notice(paid(1, 2100), label="")], [wire(2100, "VIREMENT RECU", creditor="CPAM751")])
    assert match.confidence == 0.97


def test_the_name_of_the_payer_is_not_enough_when_a_sum_fits_too():
    notices = [notice(paid(n, cents), label="") for n, cents in ((1, 3000), (2, 1000), (3, 2000))]
    assert sure(notices, [wire(3000, "VIREMENT RECU", creditor="CPAM751")]) == []


def test_a_reference_of_another_lot_outweighs_the_name_of_the_payer():
    entry = wire(2100, "VIR TP 001 LOT 002 260109", creditor="CPAM751")
    assert sure([notice(paid(1, 2100))], [entry]) == []


def test_a_label_within_a_longer_one_is_not_meant():
    short, long = notice(paid(1, 2100), label="TP LOT 01"), notice(paid(2, 2100), label="TP LOT 012")
    (match,) = sure([short, long], [wire(2100, "VIR TP LOT 012")])
    assert match.notices == (long.id,)


def test_an_amount_alone_is_only_a_hint():
    (match,) = proposals([notice(paid(1, 2100), label="")], [wire(2100, "VIREMENT RECU")])
    assert match.confidence == 0.6


def test_a_wire_that_comes_after_the_window_is_shown_and_not_confirmed():
    (match,) = proposals([notice(paid(1, 2100))], [wire(2100, on=date(2026, 1, 19))])
    assert (match.confidence, RULES.confirms(match)) == (0.9, False)


def test_a_public_holiday_is_no_working_day():
    announced = notice(paid(1, 2100), on=date(2026, 4, 30), label="TP 001 LOT 001 260430")
    entry = wire(2100, "TP 001 LOT 001 260430", on=date(2026, 5, 11))
    (match,) = sure([announced], [entry])
    assert match.kind is MatchKind.EXACT


@pytest.mark.parametrize("crowd", [49, 200])
def test_in_a_crowd_of_one_payer_equal_amounts_are_proposed_and_not_confirmed(crowd: int):
    notices = [notice(paid(number, 1000 + number), label="") for number in range(1, crowd + 1)]
    found = proposals(notices, [wire(1007, "VIREMENT RECU", creditor="CPAM751")])
    assert [RULES.confirms(match) for match in found] == [False]


ONE_LABEL = "TP 001 LOT 001 260108"


@pytest.mark.parametrize("crowd", [25, 60, 250])
def test_a_label_that_a_crowd_of_wires_shares_does_not_exclude_their_sums(crowd: int):
    notices = [notice(paid(number, 1000 + 7 * number), label=ONE_LABEL) for number in range(1, crowd + 1)]
    found = proposals(notices, [wire(1007, ONE_LABEL)])
    assert [(match.kind, RULES.confirms(match)) for match in found] == [(MatchKind.EXACT, False)]


def test_a_label_that_a_crowd_of_movements_shares_does_not_exclude_their_sums():
    entries = [wire(100 + number, ONE_LABEL) for number in range(25)] + [wire(5000, ONE_LABEL)]
    assert sure([notice(paid(1, 5000), label=ONE_LABEL)], entries) == []


def test_wires_that_share_the_number_of_their_payer_are_told_apart_by_their_own():
    notices = [notice(paid(number, 2100), label=f"CPAM 12345678 TP {number:04d}") for number in range(1, 251)]
    entries = [wire(2100, f"CPAM 12345678 TP {number:04d}") for number in range(1, 251)]
    assert len(sure(notices, entries)) == 250


def test_a_wire_that_a_crowded_movement_fits_too_is_not_sure_for_another():
    notices = [notice(paid(at, 2100), label=f"TP 000{at}") for at in range(1, 10)]
    notices.append(notice(paid(10, 2100), label="BORDEREAU 99"))
    entries = [wire(2100, "VIR", creditor="CPAM751"), wire(2100, "TP 0000", creditor="CPAM751")]
    assert sure(notices, entries) == []
    assert [match.notices for match in sure(notices, entries[1:])] == [(notices[-1].id,)]


@pytest.mark.parametrize("crowd", [50, MOST_SCANNED])
def test_a_movement_that_may_be_a_part_of_a_larger_wire_is_not_sure(crowd: int):
    notices = [notice(paid(1, 1_000_000), label=""), notice(paid(2, 1007), label="")]
    entries = [wire(cents, "VIR", creditor="CPAM751") for cents in (1007, *range(20_000, 20_000 + crowd))]
    assert sure(notices, entries) == []
    assert len(sure(notices, entries[:1])) == 1


CROWDED = {
    "the same label": (lambda at: 2100, lambda at: ONE_LABEL, lambda at: ONE_LABEL),
    "no label": (lambda at: 2100, lambda at: "", lambda at: "VIR"),
    "labels within each other": (lambda at: 2100, lambda at: f"TP 0000{at}", lambda at: "TP 0000"),
    "one label, other amounts": (lambda at: 100 + at, lambda at: ONE_LABEL, lambda at: ONE_LABEL),
    "amounts whose sums take long": (lambda at: 1_000_003 + 7919 * at * at % 99_991, lambda at: "", lambda at: "VIR"),
}


@pytest.mark.parametrize("crowd", [30, 600])
@pytest.mark.parametrize("sort", CROWDED)
def test_nothing_is_confirmed_in_a_crowd_and_few_are_proposed_for_each_movement(sort: str, crowd: int):
    amount, label, said = CROWDED[sort]
    notices = [notice(paid(at + 1, amount(at)), label=label(at)) for at in range(crowd)]
    found = proposals(notices, [wire(amount(at), said(at), creditor="CPAM751") for at in range(crowd)])
    assert not any(RULES.confirms(match) for match in found)
    assert len(found) <= MOST_SHOWN * crowd


@given(
    amounts=st.lists(st.sampled_from([1000, 1000, 2000, 3000]), min_size=1, max_size=5),
    came=st.lists(st.sampled_from([1000, 2000, 3000, 4000]), min_size=1, max_size=4),
)
def test_what_is_confirmed_is_the_only_reading_of_its_money(amounts: list[int], came: list[int]):
    notices = [notice(paid(at + 1, cents), label="") for at, cents in enumerate(amounts)]
    for match in sure(notices, [wire(cents, "VIR", creditor="CPAM751") for cents in came]):
        assert readings(notices, match, came) == 1


def readings(notices: list[PaymentNotice], match: Match, came: list[int]) -> int:
    """In how many ways the first movement of a match is a sum of notices, or shares a notice with other movements."""
    totals = [one.total for one in notices]
    of_notices = {one.id: one.total for one in notices}
    amount = sum(of_notices[name] for name in match.notices)
    if len(match.entries) > 1:
        return sum(sum(chosen) == amount for size in range(1, 5) for chosen in combinations(came, size))
    return sum(sum(chosen) == amount for size in range(1, 7) for chosen in combinations(totals, size))
