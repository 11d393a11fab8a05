from __future__ import annotations

from collections.abc import Callable
from datetime import date

import msgspec
import pytest

from caducee.testing import AUTHOR, PATIENT, MovingClock
from caducee.testing.state import MemoryState
from caducee_paymed_tp.errors import (
    FormatUnknown,
    PatientNotAskable,
    TpInvalid,
    TpSubmissionRefused,
    TransitionRefused,
)
from caducee_paymed_tp.model.parts import InvoiceStatus, Part, State
from caducee_paymed_tp.model.sending import Receipt
from caducee_paymed_tp.model.unpaid import Action
from caducee_paymed_tp.sending.deliverer import LotDeliverer
from caducee_paymed_tp.service import TpService

from .concentrator import HeldConcentrator, lots_of
from .conftest import DOCTOR
from .practice import invoice, notice, paid, refused, returned, statement, wire

pytestmark = pytest.mark.anyio
DAY_SECONDS = 86_400


def file(*said: object) -> bytes:
    return msgspec.json.encode(said)


async def billed(tp: TpService, *numbers: int, **what: object) -> None:
    for number in numbers:
        await tp.take(invoice(number, **what), b"signed", acting=DOCTOR)  # type: ignore[arg-type]


async def sent(tp: TpService, state: MemoryState, concentrator: HeldConcentrator) -> None:
    """Close lots and let them arrive, with a positive receipt each."""
    await tp.send(acting=DOCTOR)
    lane = LotDeliverer(tp.desk.context, concentrator)
    for lot in lots_of(state.parcels):
        await lane._taken(await concentrator.submit(lot))
        said = Receipt(file_id=lot.file_id, positive=True, digest="")
        await tp.import_file(file(said), acting=DOCTOR)


async def state_of(tp: TpService, number: int = 1, part: Part = Part.AMO) -> State:
    standing = await tp.standing(f"F{number}")
    assert standing is not None
    return next(claim.state for claim in standing.claims if claim.part is part)


async def test_an_invoice_goes_from_the_desk_to_the_bank(
    tp: TpService, state: MemoryState, concentrator: HeldConcentrator
):
    await billed(tp, 1, amc=0)
    await sent(tp, state, concentrator)
    await tp.import_file(file(returned(notice(paid(1, 2100)))), acting=DOCTOR)
    await tp.import_file(file(statement(wire(2100))), acting=DOCTOR)
    done = await tp.reconcile(acting=DOCTOR)
    standing = await tp.standing("F1")
    assert standing is not None
    assert (len(done.confirmed), standing.status) == (1, InvoiceStatus.PAID)


async def test_a_restart_at_any_point_gives_the_same_figures(
    tp: TpService, make: Callable[[], TpService], state: MemoryState, concentrator: HeldConcentrator
):
    await billed(tp, 1, 2)
    await sent(tp, state, concentrator)
    await tp.import_file(file(returned(notice(paid(1, 2100), refused(2)))), acting=DOCTOR)
    month = date(2026, 1, 1)
    assert await make().summary(month) == await tp.summary(month)


async def test_the_signed_form_travels_unopened_with_its_lot(tp: TpService, state: MemoryState):
    await billed(tp, 1)
    await tp.send(acting=DOCTOR)
    (lot,) = lots_of(state.parcels)
    assert [one.blob for one in lot.invoices] == [b"signed"]


async def test_what_left_is_not_put_in_a_lot_again(tp: TpService, state: MemoryState):
    await billed(tp, 1)
    await tp.send(acting=DOCTOR)
    assert await tp.send(acting=DOCTOR) == ()
    assert len(state.parcels) == 1


async def test_a_draft_leaves_only_once_it_is_signed(tp: TpService):
    await tp.draft(invoice(1), acting=DOCTOR)
    assert await tp.send(acting=DOCTOR) == ()
    await tp.validate("F1", b"signed", acting=DOCTOR)
    assert len(await tp.send(acting=DOCTOR)) == 1


async def test_the_same_invoice_handed_over_twice_is_one(tp: TpService):
    await billed(tp, 1, 1)
    assert len(await tp.history("F1")) == 1


async def test_another_invoice_under_a_used_number_is_refused(tp: TpService):
    await billed(tp, 1)
    other = msgspec.structs.replace(invoice(1), id="F9")
    with pytest.raises(TpInvalid) as caught:
        await tp.take(other, b"signed", acting=DOCTOR)
    assert [one.rule for one in caught.value.findings] == ["tp.number_used"]


async def test_a_claim_outside_an_agreement_is_warned_of_and_taken(tp: TpService):
    warnings = await tp.take(invoice(1), b"signed", acting=DOCTOR)
    assert [one.rule for one in warnings] == ["tp.no_agreement"]
    assert await tp.standing("F1") is not None


async def test_a_part_that_was_not_refused_is_never_asked_again(tp: TpService):
    await billed(tp, 1)
    with pytest.raises(TpInvalid) as caught:
        await tp.take(invoice(2, replaces="F1"), b"signed", acting=DOCTOR)
    assert {one.rule for one in caught.value.findings} == {"tp.replaces_not_refused"}


async def test_a_lot_whose_answer_was_lost_is_found_by_asking(
    tp: TpService, state: MemoryState, concentrator: HeldConcentrator
):
    from .envelopes import envelope_of

    await billed(tp, 1)
    await tp.send(acting=DOCTOR)
    (parcel,) = state.parcels.values()
    lane, envelope = LotDeliverer(tp.desk.context, concentrator), envelope_of(parcel)
    assert await lane.probe(envelope, parcel.payload) is None
    await concentrator.submit(lots_of(state.parcels)[0])
    receipt = await lane.probe(envelope, parcel.payload)
    assert receipt is not None
    assert receipt.found_by_probe
    assert await state_of(tp) is State.SENT


async def test_a_lot_that_the_concentrator_had_already_is_sent_once(
    tp: TpService, state: MemoryState, concentrator: HeldConcentrator
):
    from .envelopes import envelope_of

    await billed(tp, 1)
    await tp.send(acting=DOCTOR)
    (parcel,) = state.parcels.values()
    lane, envelope = LotDeliverer(tp.desk.context, concentrator), envelope_of(parcel)
    await lane.send(envelope, parcel.payload)
    await lane.send(envelope, parcel.payload)
    assert len(concentrator.held) == 1
    assert [type(event).__name__ for entry in await tp.history("F1") for event in entry.events] == [
        "InvoiceTaken",
        "LotClosed",
        "LotSent",
    ]


async def test_a_lot_that_is_refused_at_the_door_may_leave_again(
    tp: TpService, state: MemoryState, concentrator: HeldConcentrator
):
    from .envelopes import envelope_of

    await billed(tp, 1)
    (file_id,) = await tp.send(acting=DOCTOR)
    (parcel,) = state.parcels.values()
    concentrator.refuses = True
    with pytest.raises(TpSubmissionRefused):
        await LotDeliverer(tp.desk.context, concentrator).send(envelope_of(parcel), parcel.payload)
    assert await state_of(tp) is State.NACKED
    assert await tp.resend(file_id, acting=DOCTOR) != file_id


async def test_a_file_imported_twice_changes_nothing(tp: TpService, state: MemoryState, concentrator: HeldConcentrator):
    await billed(tp, 1)
    await sent(tp, state, concentrator)
    content = file(returned(notice(paid(1, 2100))))
    first = await tp.import_file(content, acting=DOCTOR)
    before = await tp.summary(date(2026, 1, 1))
    second = await tp.import_file(content, acting=DOCTOR)
    assert (first.paid, second.known) == (1, True)
    assert await tp.summary(date(2026, 1, 1)) == before


async def test_an_answer_without_an_invoice_is_shown_to_a_person(tp: TpService):
    await tp.import_file(file(returned(notice(paid(77, 500)))), acting=DOCTOR)
    (one,) = await tp.unplaced()
    assert (one.what, one.number, one.amount) == ("unknown_invoice", "000000077", 500)
    assert (await tp.summary(date(2026, 1, 1))).advice[0].amount == 500


async def test_a_statement_whose_balances_are_false_is_refused_whole(tp: TpService):
    false = msgspec.structs.replace(statement(wire(2100), opening=0), closing=2000)
    with pytest.raises(TpInvalid):
        await tp.import_file(file(false), acting=DOCTOR)
    assert (await tp.summary(date(2026, 1, 1))).bank.received == 0


async def test_a_file_of_no_known_format_says_so(tp: TpService):
    with pytest.raises(FormatUnknown):
        await tp.import_file(b"%PDF-1.4", acting=DOCTOR)


async def test_a_file_that_cannot_be_read_is_set_aside_and_the_others_go_on(
    tp: TpService, state: MemoryState, concentrator: HeldConcentrator
):
    await billed(tp, 1)
    await sent(tp, state, concentrator)
    concentrator.files = [b"garbage", file(returned(notice(paid(1, 2100))))]
    await tp.collect(acting=DOCTOR)
    assert len(await tp.quarantined()) == 1
    assert await state_of(tp) is State.NOTIFIED


async def test_a_reject_says_in_french_what_to_do(tp: TpService, state: MemoryState, concentrator: HeldConcentrator):
    await billed(tp, 1)
    await sent(tp, state, concentrator)
    await tp.import_file(file(returned(notice(refused(1, "0009-816")))), acting=DOCTOR)
    (action,) = await tp.unpaid()
    assert action.action is Action.CORRECT
    assert action.sentence.startswith("Droits à l'assurance maladie : Relancez")


async def test_reminders_follow_each_other_and_are_never_repeated(
    tp: TpService, state: MemoryState, clock: MovingClock, concentrator: HeldConcentrator
):
    await billed(tp, 1, amc=0, compulsory=True)
    await sent(tp, state, concentrator)
    await clock.advance(16 * DAY_SECONDS)
    said = []
    for _ in range(3):
        (action,) = await tp.unpaid()
        said.append(action.action)
        await tp.acted("F1", Part.AMO, action.action, acting=DOCTOR)
    assert said == [Action.FIRST_REMINDER, Action.SECOND_REMINDER, Action.PROPOSE_ABANDON]


async def test_the_patient_is_never_asked_for_a_compulsory_part(
    tp: TpService, state: MemoryState, concentrator: HeldConcentrator
):
    await billed(tp, 1, amc=0, compulsory=True)
    await sent(tp, state, concentrator)
    await tp.import_file(file(returned(notice(refused(1)))), acting=DOCTOR)
    with pytest.raises(PatientNotAskable):
        await tp.turn_to_patient("F1", Part.AMO, acting=DOCTOR)
    await tp.unpaid()
    with pytest.raises(PatientNotAskable):
        await tp.letter("F1", Part.AMO, Action.ASK_PATIENT, author=AUTHOR, patient=PATIENT)


async def test_a_reminder_is_a_pdf_that_says_specimen_outside_production(
    tp: TpService, state: MemoryState, concentrator: HeldConcentrator
):
    await billed(tp, 1, amc=0)
    await sent(tp, state, concentrator)
    await tp.import_file(file(returned(notice(refused(1)))), acting=DOCTOR)
    await tp.unpaid()
    pdf = await tp.letter("F1", Part.AMO, Action.FIRST_REMINDER, author=AUTHOR, patient=PATIENT)
    assert pdf.startswith(b"%PDF-1.4")


async def test_what_is_given_up_is_counted_and_closes_the_case(
    tp: TpService, state: MemoryState, concentrator: HeldConcentrator
):
    await billed(tp, 1, amc=0)
    await sent(tp, state, concentrator)
    await tp.import_file(file(returned(notice(refused(1)))), acting=DOCTOR)
    await tp.unpaid()
    await tp.abandon("F1", Part.AMO, acting=DOCTOR)
    assert await tp.unpaid() == ()
    assert (await tp.summary(date(2026, 1, 1))).money.given_up == 2100


async def test_accepting_a_loss_on_what_was_not_paid_in_part_is_refused(tp: TpService):
    await billed(tp, 1)
    with pytest.raises(TransitionRefused):
        await tp.accept_loss("F1", Part.AMO, acting=DOCTOR)


async def test_the_history_of_an_invoice_has_its_file_its_wire_and_its_match(
    tp: TpService, state: MemoryState, concentrator: HeldConcentrator
):
    await billed(tp, 1, 2, amc=0)
    await sent(tp, state, concentrator)
    await tp.import_file(file(returned(notice(paid(1, 2100)))), acting=DOCTOR)
    await tp.import_file(file(statement(wire(2100))), acting=DOCTOR)
    await tp.reconcile(acting=DOCTOR)
    said = [type(event).__name__ for entry in await tp.history("F1") for event in entry.events]
    assert said == ["InvoiceTaken", "LotClosed", "LotSent", "ReceiptCame", "NoticeCame", "Answered", "Matched"]
    assert len(await tp.history("F2")) == 4


async def test_what_the_patient_pays_at_the_desk_counts_once(tp: TpService):
    await billed(tp, 1, patient=500)
    for _ in range(2):
        await tp.paid_at_desk("F1", Part.PATIENT, 500, key="caisse-1", acting=DOCTOR)
    assert (await tp.summary(date(2026, 1, 1))).money.paid == 500
