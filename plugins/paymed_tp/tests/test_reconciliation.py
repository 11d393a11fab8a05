from __future__ import annotations

from datetime import date

import pytest

from caducee_paymed_tp.model.money import BankEntry, Booked, Match, MatchKind, Movement, PaymentNotice, entry_id
from caducee_paymed_tp.reconciliation import Rules, propose

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
