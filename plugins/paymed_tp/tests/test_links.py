"""Payment links through the service: made once, followed, paid, given back, over."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from datetime import date

import pytest

from caducee.errors import ServiceUnavailable
from caducee.testing import MovingClock
from caducee_paymed_tp.errors import LinkRefused
from caducee_paymed_tp.model.links import LinkStatus
from caducee_paymed_tp.model.parts import Part, State
from caducee_paymed_tp.service import TpService

from .concentrator import HeldProvider
from .conftest import DOCTOR, KEY
from .test_service import DAY_SECONDS, billed, state_of

pytestmark = pytest.mark.anyio


async def test_a_link_is_paid_once_whatever_the_provider_repeats(tp: TpService, provider: HeldProvider):
    await billed(tp, 1, patient=500)
    opened = await tp.open_link("F1", Part.PATIENT, acting=DOCTOR)
    for name in ("m1", "m1", "m2"):
        message = provider.says(KEY, id=name, link=opened.link.id, status="paid", amount=500, fee=8)
        await tp.webhook(*message)
    figures = await tp.summary(date(2026, 1, 1))
    assert (figures.money.paid, figures.costs) == (500, 8)
    assert await state_of(tp, part=Part.PATIENT) is State.SETTLED


async def test_a_message_with_a_false_signature_changes_nothing(tp: TpService, provider: HeldProvider):
    await billed(tp, 1, patient=500)
    opened = await tp.open_link("F1", Part.PATIENT, acting=DOCTOR)
    body, _ = provider.says(KEY, id="m1", link=opened.link.id, status="paid", amount=500)
    with pytest.raises(LinkRefused):
        await tp.webhook(body, "0" * 64)
    assert await state_of(tp, part=Part.PATIENT) is State.PATIENT_DUE


async def test_a_payment_that_comes_after_the_link_expired_still_counts(
    tp: TpService, provider: HeldProvider, clock: MovingClock
):
    await billed(tp, 1, patient=500)
    opened = await tp.open_link("F1", Part.PATIENT, acting=DOCTOR)
    await tp.webhook(*provider.says(KEY, id="m1", link=opened.link.id, status="expired"))
    await clock.advance(30 * DAY_SECONDS)
    await tp.webhook(*provider.says(KEY, id="m2", link=opened.link.id, status="paid", amount=500))
    assert await state_of(tp, part=Part.PATIENT) is State.SETTLED


async def test_a_refund_makes_the_patient_owe_again(tp: TpService, provider: HeldProvider):
    await billed(tp, 1, patient=500)
    opened = await tp.open_link("F1", Part.PATIENT, acting=DOCTOR)
    await tp.webhook(*provider.says(KEY, id="m1", link=opened.link.id, status="paid", amount=500))
    await tp.webhook(*provider.says(KEY, id="m2", link=opened.link.id, status="refunded", amount=500))
    book = await tp.desk.ledger.book()
    assert book.links[opened.link.id].status is LinkStatus.REFUNDED
    assert await state_of(tp, part=Part.PATIENT) is State.PATIENT_DUE


async def test_nothing_of_care_or_of_the_patient_is_in_a_link(tp: TpService, provider: HeldProvider):
    await billed(tp, 4711815, patient=500)  # long enough that no random word holds it
    opened = await tp.open_link("F4711815", Part.PATIENT, acting=DOCTOR)
    words = re.findall(r"[\w-]+", opened.address)
    inside = [urlsafe_b64decode(word + "=" * (-len(word) % 4)) for word in words if len(word) % 4 != 1]
    shown = opened.address + str(provider.created) + str(inside)
    assert not any(word in shown for word in ("4711815", "CPAM", "2026-01-05"))


async def test_a_refund_is_asked_of_the_provider_and_counts_when_it_says_so(tp: TpService, provider: HeldProvider):
    await billed(tp, 1, patient=500)
    opened = await tp.open_link("F1", Part.PATIENT, acting=DOCTOR)
    await tp.webhook(*provider.says(KEY, id="m1", link=opened.link.id, status="paid", amount=500))
    with pytest.raises(LinkRefused):
        await tp.refund(opened.link.id, 501, key="r1", acting=DOCTOR)
    await tp.refund(opened.link.id, 500, key="r1", acting=DOCTOR)
    assert (provider.refunds, await state_of(tp, part=Part.PATIENT)) == ({"r1": 500}, State.SETTLED)


async def test_a_link_that_is_open_is_given_again(tp: TpService, provider: HeldProvider):
    await billed(tp, 1, patient=500)
    first, again = [await tp.open_link("F1", Part.PATIENT, acting=DOCTOR) for _ in range(2)]
    assert (again.address, len(provider.created)) == (first.address, 1)


async def test_a_link_whose_provider_was_away_is_made_by_asking_again(tp: TpService, provider: HeldProvider):
    await billed(tp, 1, patient=500)
    provider.away = True
    with pytest.raises(ServiceUnavailable):
        await tp.open_link("F1", Part.PATIENT, acting=DOCTOR)
    provider.away = False
    opened = await tp.open_link("F1", Part.PATIENT, acting=DOCTOR)
    assert opened.link.status is LinkStatus.SENT
    assert len((await tp.desk.ledger.book()).links) == 1


async def test_a_link_of_another_amount_waits_until_the_first_is_cancelled(tp: TpService):
    await billed(tp, 1, patient=500)
    first = await tp.open_link("F1", Part.PATIENT, acting=DOCTOR)
    await tp.paid_at_desk("F1", Part.PATIENT, 200, key="caisse-1", acting=DOCTOR)
    with pytest.raises(LinkRefused):
        await tp.open_link("F1", Part.PATIENT, acting=DOCTOR)
    await tp.cancel_link(first.link.id, acting=DOCTOR)
    assert (await tp.open_link("F1", Part.PATIENT, acting=DOCTOR)).link.amount == 300
    with pytest.raises(LinkRefused):
        await tp.cancel_link(first.link.id, acting=DOCTOR)


async def test_an_expired_link_makes_room_for_another(tp: TpService, clock: MovingClock):
    await billed(tp, 1, patient=500)
    first = await tp.open_link("F1", Part.PATIENT, acting=DOCTOR)
    await clock.advance(15 * DAY_SECONDS)
    assert (await tp.open_link("F1", Part.PATIENT, acting=DOCTOR)).link.id != first.link.id


async def test_the_address_of_a_link_leads_to_the_providers_page_while_it_is_open(
    tp: TpService, provider: HeldProvider, clock: MovingClock
):
    await billed(tp, 1, patient=500)
    opened = await tp.open_link("F1", Part.PATIENT, acting=DOCTOR)
    last = opened.address.rpartition("/")[2]
    assert await tp.follow_link(last) == f"https://payer.invalid/{opened.link.id}"
    assert (await tp.desk.ledger.book()).links[opened.link.id].status is LinkStatus.OPENED
    with pytest.raises(LinkRefused):
        await tp.follow_link(last[:-2])
    await tp.webhook(*provider.says(KEY, id="m1", link=opened.link.id, status="paid", amount=500))
    with pytest.raises(LinkRefused):
        await tp.follow_link(last)


async def test_nobody_follows_a_link_that_has_expired_or_was_cancelled(tp: TpService, clock: MovingClock):
    await billed(tp, 1, 2, patient=500)
    one, other = [await tp.open_link(name, Part.PATIENT, acting=DOCTOR) for name in ("F1", "F2")]
    await tp.cancel_link(one.link.id, acting=DOCTOR)
    with pytest.raises(LinkRefused):
        await tp.follow_link(one.address.rpartition("/")[2])
    await clock.advance(15 * DAY_SECONDS)
    with pytest.raises(LinkRefused):
        await tp.follow_link(other.address.rpartition("/")[2])
