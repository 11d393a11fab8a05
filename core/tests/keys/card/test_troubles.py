"""A card that is reset, a module that crashes or hangs: said as such, survived, and no PIN is lost by it."""

from __future__ import annotations

import pytest

from caducee.clock import SystemClock
from caducee.contracts.signer import SignatureAlgorithm
from caducee.errors import CardModuleFailed, PinRequired
from caducee.keys.card.access import Card
from caducee.keys.card.process import CardProcess
from caducee.keys.card.signer import CardSigner
from caducee_sandbox.cards import ENVIRONMENT, module_path

pytestmark = pytest.mark.anyio


@pytest.fixture
def at_desk(desk, roux):
    """The card of Dr Roux, whose PIN is typed when it is asked; a call may take two seconds."""
    asked = []

    async def prompt(request):
        asked.append(request.tries_left)
        return roux.pin

    process = CardProcess(str(module_path()), environment={ENVIRONMENT: str(desk.directory)}, timeout=2)
    card = Card(process, clock=SystemClock(), prompt=prompt)
    yield card, CardSigner(card, roux.identifier, clock=SystemClock()), asked
    process.stop()


async def sign(signer):
    return await signer.sign(b"<SignedInfo/>", SignatureAlgorithm.RSA_SHA256)


@pytest.mark.parametrize("kind", ["crash", "hang"])
@pytest.mark.parametrize("at", ["look", "login", "sign", "signed"])
async def test_a_module_that_fails_is_said_once_and_starts_anew(at_desk, desk, roux, kind, at):
    _, signer, asked = at_desk
    desk.trouble(kind, at=at)
    with pytest.raises(CardModuleFailed):
        await sign(signer)
    assert await sign(signer)
    assert set(asked) == {3}
    assert desk.counters(roux.serial).login_refused == 0


@pytest.mark.parametrize("code", ["user_not_logged_in", "device_error"])
async def test_a_card_that_was_reset_asks_its_pin_again_and_signs(at_desk, desk, roux, code):
    _, signer, asked = at_desk
    desk.reset_code(code)
    await sign(signer)
    desk.reset()
    if code == "device_error":
        with pytest.raises(CardModuleFailed):
            await sign(signer)
    assert await sign(signer)
    assert asked == [3, 3]
    assert desk.counters(roux.serial).sign == 2


async def test_the_first_failure_of_a_row_lets_whoever_waits_try_again(at_desk, desk):
    card, signer, _ = at_desk
    desk.trouble("crash", times=2)
    for expected in (1, 1):
        with pytest.raises(CardModuleFailed):
            await sign(signer)
        assert card.interruptions == expected
    await sign(signer)
    desk.trouble("crash")
    with pytest.raises(CardModuleFailed):
        await sign(signer)
    assert card.interruptions == 2


async def test_a_card_reset_right_after_its_pin_lets_whoever_waits_try_again_once(process, desk, roux):
    asked = []

    async def prompt(request):
        asked.append(request.tries_left)
        return roux.pin

    async def reset(action, _):
        if action == "pin.open" and len(asked) <= 2:
            desk.reset()

    card = Card(process, clock=SystemClock(), prompt=prompt, on_event=reset)
    signer = CardSigner(card, roux.identifier, clock=SystemClock())
    for _ in range(2):
        with pytest.raises(PinRequired):
            await sign(signer)
        assert card.interruptions == 1
    assert await sign(signer)
    assert asked == [3, 3, 3]
