"""The PIN: never retried, never the last try by accident, always the tries left."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caducee.clock import SystemClock
from caducee.contracts.signer import SignatureAlgorithm
from caducee.errors import PinBlocked, PinLastTry, PinWrong
from caducee.keys.card.pin import RefusedPins, is_well_formed
from caducee.keys.card.signer import CardSigner

pytestmark = pytest.mark.anyio


async def spend(card, desk, serial, tries):
    for pin in ("0001", "0002")[:tries]:
        with pytest.raises(PinWrong):
            await card.open(pin)
    assert desk.tries_left(serial) == 3 - tries


async def test_opening_shows_the_holder_and_the_tries(make_card, roux):
    holder = await make_card().open(roux.pin)
    assert (holder.serial, holder.label, holder.identifier) == (roux.serial, "CPS-ESSAI", roux.identifier)
    assert (holder.family_name, holder.given_name, holder.profession) == ("ROUX", "CAMILLE", "Médecin")
    assert holder.tries_left == 3


@pytest.mark.requirement("PKCS11-CK_TOKEN_INFO")
async def test_a_wrong_pin_says_how_many_tries_are_left(make_card, desk, roux, events):
    card = make_card()
    with pytest.raises(PinWrong) as caught:
        await card.open("0000")
    assert caught.value.tries_left == 2
    assert "Essais restants : 2" in caught.value.explain().sentence
    assert events == [("pin.wrong", roux.serial)]


async def test_a_wrong_pin_is_never_presented_twice(make_card, desk, roux):
    card = make_card()
    for _ in range(3):
        with pytest.raises(PinWrong) as caught:
            await card.open("0000")
        assert caught.value.tries_left == 2
    assert desk.counters(roux.serial).login == 1


async def test_a_refused_pin_stays_refused_after_the_card_process_has_changed(make_card, desk, roux, process):
    card = make_card()
    with pytest.raises(PinWrong):
        await card.open("0000")
    process.stop()
    with pytest.raises(PinWrong):
        await card.open("0000")
    assert desk.counters(roux.serial).login == 1


@pytest.mark.requirement("PKCS11-CK_TOKEN_INFO")
async def test_the_last_try_is_not_used_without_an_explicit_word(make_card, desk, roux):
    card = make_card()
    await spend(card, desk, roux.serial, 2)
    with pytest.raises(PinLastTry) as caught:
        await card.open(roux.pin)
    assert "CPS-Gestion" in caught.value.explain().remedy
    assert desk.counters(roux.serial).login == 2
    assert (await card.open(roux.pin, use_last_try=True)).tries_left == 3


async def test_a_prompt_is_not_even_shown_on_the_last_try(make_card, desk, roux):
    async def prompt(request):
        raise AssertionError("must not be asked")

    card = make_card(prompt=prompt)
    await spend(card, desk, roux.serial, 2)
    with pytest.raises(PinLastTry):
        await CardSigner(card, roux.identifier, clock=SystemClock()).sign(b"x", SignatureAlgorithm.RSA_SHA256)
    assert desk.counters(roux.serial).login == 2


async def test_the_third_wrong_pin_blocks_and_says_how_to_unblock(make_card, desk, roux, events):
    card = make_card()
    await spend(card, desk, roux.serial, 2)
    with pytest.raises(PinBlocked) as caught:
        await card.open("0003", use_last_try=True)
    assert "CPS-Gestion" in caught.value.explain().remedy
    with pytest.raises(PinBlocked):
        await card.open(roux.pin, use_last_try=True)
    assert desk.counters(roux.serial).login == 3
    assert ("pin.blocked", roux.serial) in events


@pytest.mark.parametrize("pin", ["", "123", "12345", "12a4", "１２３４"])
async def test_what_cannot_be_a_pin_costs_no_try(make_card, desk, roux, pin):
    with pytest.raises(PinWrong) as caught:
        await make_card().open(pin)
    assert caught.value.tries_left == 3
    assert desk.counters(roux.serial).login == 0


async def test_opening_twice_with_the_same_pin_calls_the_card_once(make_card, desk, roux):
    card = make_card()
    await card.open(roux.pin)
    await card.open(roux.pin)
    assert desk.counters(roux.serial).login == 1


async def test_another_pin_on_an_open_card_is_judged_by_the_card(make_card, desk, roux):
    card = make_card()
    await card.open(roux.pin)
    with pytest.raises(PinWrong):
        await card.open("0000")
    assert desk.counters(roux.serial).login_refused == 1


@given(st.text(max_size=6))
def test_only_four_ascii_digits_are_well_formed(text):
    assert is_well_formed(text) == (len(text) == 4 and set(text) <= set("0123456789"))


def test_refusals_are_remembered_by_card():
    refused = RefusedPins()
    refused.add("8000000001", "0000")
    assert ("8000000001", "0000") in refused
    assert ("8000000077", "0000") not in refused
    assert ("8000000001", "0001") not in refused


def test_a_serial_number_and_a_pin_are_not_told_apart_by_their_place_alone():
    refused = RefusedPins()
    refused.add("800000000", "10000")
    assert ("8000000001", "0000") not in refused
