"""Cards are told apart by serial number or certificate, never by slot or position."""

from __future__ import annotations

import pytest

from caducee.clock import SystemClock
from caducee.contracts.signer import SignatureAlgorithm
from caducee.errors import AmbiguousCard, CardAbsent, OtherCard
from caducee.keys.card.protocol import CardSeen, Use
from caducee.keys.card.selection import card_of, holder_of, only_card
from caducee.keys.card.signer import CardSigner

pytestmark = pytest.mark.anyio


@pytest.fixture
def readers(desk, roux):
    """Reader A in slot 0 is empty, the card of Dr Roux is in reader B, slot 1."""
    desk.unplug()
    desk.plug("Lecteur A", slot=0)
    desk.plug("Lecteur B", slot=1)
    desk.insert(roux.serial, "Lecteur B")
    return desk


def hotplug(desk, lenoir):
    """Reader C takes slot 0 with another card of the same label; reader B moves to slot 4."""
    desk.move({"Lecteur A": 1, "Lecteur B": 4})
    desk.plug("Lecteur C", slot=0)
    desk.insert(lenoir.serial, "Lecteur C")


async def test_the_right_card_signs_after_its_slot_has_changed(make_card, readers, roux, lenoir):
    card = make_card(serial=roux.serial)
    await card.open(roux.pin)
    hotplug(readers, lenoir)
    await CardSigner(card, roux.identifier, clock=SystemClock()).sign(b"x", SignatureAlgorithm.RSA_SHA256)
    assert readers.counters(roux.serial).sign == 1
    assert readers.counters(lenoir.serial).sign == 0
    assert (await card.holder()).serial == roux.serial


async def test_the_certificate_finds_the_card_when_no_serial_is_configured(make_card, readers, roux, lenoir):
    hotplug(readers, lenoir)

    async def prompt(request):
        return {roux.serial: roux.pin, lenoir.serial: lenoir.pin}[request.serial]

    card = make_card(prompt=prompt)
    for doctor in (lenoir, roux):
        await CardSigner(card, doctor.identifier, clock=SystemClock()).sign(b"x", SignatureAlgorithm.RSA_SHA256)
    assert [readers.counters(d.serial).sign for d in (roux, lenoir)] == [1, 1]


async def test_two_cards_without_a_serial_are_ambiguous_and_both_are_listed(make_card, readers, roux, lenoir):
    hotplug(readers, lenoir)
    for call in (make_card().holder(), make_card().open(roux.pin)):
        with pytest.raises(AmbiguousCard) as caught:
            await call
        assert caught.value.serials == (roux.serial, lenoir.serial)
    assert readers.counters(roux.serial).login == 0


async def test_two_cards_of_one_professional_are_ambiguous(make_card, readers, roux, authority):
    twin = type(roux)("8000000099", "1111", roux.identifier, "ROUX", "CAMILLE")
    readers.issue(twin.card(authority))
    readers.insert(twin.serial, "Lecteur A")
    with pytest.raises(AmbiguousCard) as caught:
        await CardSigner(make_card(), roux.identifier, clock=SystemClock()).certificate()
    assert caught.value.serials == (roux.serial, twin.serial)


@pytest.mark.requirement("PKCS11-CK_TOKEN_INFO")
async def test_three_cards_of_one_label_are_each_found(make_card, readers, roux, lenoir, authority):
    hotplug(readers, lenoir)
    third = type(roux)("8000000123", "2222", "899700000033", "PETIT", "ALIX")
    readers.issue(third.card(authority))
    readers.insert(third.serial, "Lecteur A")
    seen = await make_card().look()
    assert {c.label for c in seen} == {"CPS-ESSAI"}
    for doctor in (roux, lenoir, third):
        assert (await make_card(serial=doctor.serial).holder()).identifier == doctor.identifier


async def test_the_configured_card_alone_will_do(make_card, readers, roux, lenoir):
    with pytest.raises(OtherCard):
        await make_card(serial=lenoir.serial).holder()


def blank(serial="8000000009", **said):
    return CardSeen(**{"serial": serial, "label": "", "tries_left": 3, "logged_in": False, "certificate": None} | said)


def test_a_card_without_certificate_has_no_holder():
    with pytest.raises(OtherCard, match="no signature certificate"):
        holder_of(blank())


def test_no_card_another_card_and_several_cards_are_three_troubles():
    with pytest.raises(CardAbsent):
        only_card(())
    with pytest.raises(OtherCard, match="8000000001 is not there"):
        only_card((blank(),), serial="8000000001")
    with pytest.raises(AmbiguousCard):
        only_card((blank("8000000002"), blank("8000000001")))
    assert only_card((blank("8000000002"), blank("8000000001")), serial="8000000001").serial == "8000000001"


def test_a_card_without_certificate_for_the_use_is_nobodys():
    with pytest.raises(OtherCard):
        card_of((blank(),), "899700000017", use=Use.AUTHENTICATION)


def test_each_use_has_its_own_certificate():
    both = blank(certificate=b"signature", authentication=b"authentication")
    assert [both.certificate_for(use) for use in (Use.SIGNATURE, Use.AUTHENTICATION)] == [
        b"signature",
        b"authentication",
    ]
