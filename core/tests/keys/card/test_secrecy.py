"""The PIN appears nowhere: logs, repr, exceptions, arguments, environment, standard error."""

from __future__ import annotations

import logging
import os
import traceback
from pathlib import Path

import pytest

from caducee.clock import SystemClock
from caducee.contracts.signer import SignatureAlgorithm
from caducee.errors import CaduceeError
from caducee.keys.card.protocol import Login, send, wipe
from caducee.keys.card.signer import CardSigner

pytestmark = pytest.mark.anyio
CANARY = "7391"


async def provoke(card, doctor, desk):
    """Make everything talk: wrong PIN, again, prompt, removal, crash."""

    async def prompt(request):
        return CANARY

    card._prompt = prompt
    sign = CardSigner(card, doctor.identifier, clock=SystemClock())

    async def crash():
        (desk.directory / "cards" / doctor.serial / "card.json").write_text("{")
        await card.open(CANARY)

    async def remove():
        desk.remove()
        await card.open(CANARY)

    calls = (
        lambda: card.open(CANARY),
        lambda: card.open(CANARY),
        lambda: sign.sign(b"x", SignatureAlgorithm.RSA_SHA256),
        crash,
        remove,
    )
    caught = []
    for call in calls:
        with pytest.raises(CaduceeError) as error:
            await call()
        caught.append(error.value)
    return caught


async def test_the_pin_is_in_no_error_no_log_and_no_output(make_card, desk, roux, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    card = make_card()
    errors = await provoke(card, roux, desk)
    out, err = capfd.readouterr()
    shown = [out, err, caplog.text, repr(card), repr(card._process), repr(vars(card))]
    for error in errors:
        shown += [str(error), repr(error), repr(error.args), str(error.explain()), repr(vars(error))]
        shown.append("".join(traceback.format_exception(error)))
    assert CANARY not in "\n".join(shown)
    assert {e.code for e in errors} == {"pin.wrong", "card.module_failed", "card.absent"}


async def test_the_pin_is_in_no_argument_and_no_environment_of_the_card_process(
    make_card, roux, process, authority, desk
):
    doctor = type(roux)(roux.serial, CANARY, roux.identifier, "ROUX", "CAMILLE")
    desk.issue(doctor.card(authority))
    await make_card().open(CANARY)
    folder = Path(f"/proc/{process._by_process[os.getpid()].child.pid}")
    shown = (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
    assert b"caducee.keys.card.child" in shown
    assert CANARY.encode() not in shown


def test_a_login_request_shows_its_card_only():
    request = Login("8000000001", CANARY.encode(), use_last_try=False)
    assert repr(request) == "Login(serial='8000000001')"


def test_a_frame_is_wiped_once_it_is_sent():
    kept = []

    class Pipe:
        def write(self, data):
            kept.append(data.obj)
            return len(data)

    send(Pipe(), Login("8000000001", CANARY.encode(), use_last_try=False))
    assert set(kept[0]) == {0}


def test_wiping_overwrites_in_place():
    secret = bytearray(CANARY.encode())
    wipe(secret)
    assert secret == bytes(4)
