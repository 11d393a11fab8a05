"""What a person sees to decide about a match, and how a confirmation is taken back."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from caducee.testing.state import MemoryState
from caducee_paymed_tp.errors import MatchRefused
from caducee_paymed_tp.ledger import events as e
from caducee_paymed_tp.model.money import Match, MatchKind
from caducee_paymed_tp.model.parts import State
from caducee_paymed_tp.service import TpService

from .concentrator import HeldConcentrator
from .conftest import DOCTOR
from .practice import notice, paid, returned, statement, wire
from .test_service import billed, file, sent, state_of

pytestmark = pytest.mark.anyio


@pytest.fixture
async def waiting(tp: TpService, state: MemoryState, concentrator: HeldConcentrator) -> TpService:
    """One announced wire, the money for it, a wire of the payer that nothing announces, and a card payment."""
    await billed(tp, 1, amc=0)
    await sent(tp, state, concentrator)
    await tp.import_file(file(returned(notice(paid(1, 2100)))), acting=DOCTOR)
    others = (wire(777, "VIR CPAM PARIS TP 4444444444"), wire(5000, "CARTE 01234 090126"), wire(-300, "COTISATION"))
    await tp.import_file(file(statement(wire(2100), *others)), acting=DOCTOR)
    return tp


async def test_a_proposal_shows_both_sides_and_who_pays(waiting: TpService):
    (match,) = await waiting.proposals()
    shown = await waiting.detail(match)
    assert (shown.payers, shown.amount) == ("CPAM de Paris", 2100)
    assert shown.announced[0].notice.labels == ("TP 001 LOT 001 260108",)
    assert shown.received[0].entry.booked == date(2026, 1, 9)
    with pytest.raises(MatchRefused):
        await waiting.detail(msgspec.structs.replace(match, entries=("B0",)))


async def test_what_is_not_matched_names_the_probable_payer_and_leaves_debits_out(waiting: TpService):
    await waiting.reconcile(acting=DOCTOR)
    left = await waiting.open_money()
    assert left.announced == ()
    assert [(one.payer, one.amount) for one in left.received] == [("CPAM de Paris", 777), ("", 5000)]


async def test_a_match_by_hand_is_made_of_what_is_shown(waiting: TpService):
    left = await waiting.open_money()
    short = next(one for one in left.received if one.amount == 777)
    match = Match(
        kind=MatchKind.MANUAL,
        notices=(left.announced[0].id,),
        entries=(short.id,),
        delta=777 - left.announced[0].amount,
    )
    await waiting.confirm(match, acting=DOCTOR)
    assert (await waiting.detail(match)).match == match
    assert await state_of(waiting) is State.NOTIFIED


async def test_a_confirmation_is_taken_back_by_the_name_of_its_match_each_time_anew(waiting: TpService):
    for _ in range(2):
        (match,) = (await waiting.reconcile(acting=DOCTOR)).confirmed
        assert await state_of(waiting) is State.SETTLED
        await waiting.undo(match.id, why="erreur", acting=DOCTOR)
        assert await state_of(waiting) is State.NOTIFIED
    with pytest.raises(MatchRefused):
        await waiting.undo(match.id, why="erreur", acting=DOCTOR)
    kinds = [type(event) for entry in await waiting.history("F1") for event in entry.events]
    assert [kind for kind in kinds if kind in (e.Matched, e.MatchUndone)] == [e.Matched, e.MatchUndone] * 2


async def test_only_money_of_payers_is_advised_on(waiting: TpService):
    await waiting.reconcile(acting=DOCTOR)
    figures = await waiting.summary(date(2026, 1, 1))
    bank = figures.bank
    assert (bank.matched, bank.unknown, bank.elsewhere, bank.other) == (2100, 777, 5000, -300)
    assert bank.received == bank.matched + bank.unknown + bank.elsewhere + bank.other
    assert [(one.amount, "1 virement de payeur" in one.sentence) for one in figures.advice] == [(777, True)]
