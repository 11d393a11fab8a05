"""Opening the card of a professional before anything has to be signed."""

from __future__ import annotations

import anyio
import pytest

from caducee.errors import CardModuleFailed, OtherCard, PinRequired

pytestmark = pytest.mark.anyio


class Desk:
    """Somebody at the desk who types what they are told."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.requests = []

    async def __call__(self, request):
        self.requests.append(request)
        return self.answers.pop(0)


async def test_unlocking_asks_the_pin_once_and_an_open_card_no_more(make_card, desk, roux, events):
    prompt = Desk(roux.pin)
    card = make_card(prompt=prompt)
    for _ in range(2):
        await card.unlock(roux.identifier)
    (seen,) = await card.look()
    assert seen.logged_in
    assert (len(prompt.requests), desk.counters(roux.serial).login) == (1, 1)
    assert events == [("pin.open", roux.serial)]


@pytest.mark.parametrize("answered", [True, False])
async def test_unlocking_without_an_answer_from_the_desk_opens_nothing(make_card, desk, roux, answered):
    card = make_card(prompt=Desk(None) if answered else None)
    with pytest.raises(PinRequired):
        await card.unlock(roux.identifier)
    assert desk.counters(roux.serial).login == 0


async def test_unlocking_for_another_professional_asks_nobody(make_card, desk, roux, lenoir):
    prompt = Desk(roux.pin)
    with pytest.raises(OtherCard):
        await make_card(prompt=prompt).unlock(lenoir.identifier)
    assert prompt.requests == []


async def test_a_pin_question_says_whose_card_it_is_and_how_many_tries_are_left(make_card, desk, roux):
    prompt = Desk(roux.pin)
    await make_card(prompt=prompt).unlock(roux.identifier)
    (request,) = prompt.requests
    assert (request.serial, request.identifier, request.tries_left) == (roux.serial, roux.identifier, 3)
    assert (request.family_name, request.given_name) == ("ROUX", "CAMILLE")


@pytest.mark.parametrize("cancelled", [False, True])
async def test_a_card_that_is_let_go_ends_its_process_for_good_whoever_is_cancelled(make_card, process, cancelled):
    card = make_card()
    await card.look()
    [owned] = process._by_process.values()
    child = owned.child
    with anyio.CancelScope() as scope:
        if cancelled:
            scope.cancel()
        await card.aclose()
    assert child.returncode == 0
    with pytest.raises(CardModuleFailed):
        await card.look()
