"""Signing with the card of one professional and of nobody else."""

from __future__ import annotations

import dataclasses
from threading import Timer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from caducee.clock import SystemClock
from caducee.contracts.signer import SignatureAlgorithm
from caducee.errors import CardAbsent, CardRemoved, MechanismMissing, OtherCard, PinRequired
from caducee.keys.card.signer import CardSigner

pytestmark = pytest.mark.anyio
MESSAGE = b"<SignedInfo/>"


class Desk:
    """Somebody at the desk who types what they are told."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.requests = []

    async def __call__(self, request):
        self.requests.append(request)
        return self.answers.pop(0)


def signer(card, doctor):
    return CardSigner(card, doctor.identifier, clock=SystemClock())


@pytest.mark.parametrize(
    ("algorithm", "digest"),
    [(SignatureAlgorithm.RSA_SHA1, hashes.SHA1()), (SignatureAlgorithm.RSA_SHA256, hashes.SHA256())],
)
@pytest.mark.requirement("CRYPTOLIB-CPS-MECHANISMS")
async def test_one_signature_is_one_operation_of_the_card(make_card, desk, roux, algorithm, digest):
    card = make_card()
    await card.open(roux.pin)
    sign = signer(card, roux)
    signature = await sign.sign(MESSAGE, algorithm)
    public = x509.load_der_x509_certificate(await sign.certificate()).public_key()
    public.verify(signature, MESSAGE, padding.PKCS1v15(), digest)
    counted = desk.counters(roux.serial)
    assert (counted.login, counted.sign) == (1, 1)


@pytest.mark.requirement("CRYPTOLIB-CPS-MECHANISMS")
async def test_an_algorithm_that_the_key_has_not_is_refused_before_the_card_is_called(make_card, desk, roux):
    card = make_card()
    await card.open(roux.pin)
    desk.remove()
    sign = signer(card, roux)
    assert sign.algorithms == {SignatureAlgorithm.RSA_SHA1, SignatureAlgorithm.RSA_SHA256}
    with pytest.raises(MechanismMissing):
        await sign.sign(MESSAGE, "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512")


async def test_the_desk_is_asked_for_the_pin_once_and_shown_whose_card_it_is(make_card, desk, roux, events):
    prompt = Desk(roux.pin)
    sign = signer(make_card(prompt=prompt), roux)
    for _ in range(3):
        await sign.sign(MESSAGE, SignatureAlgorithm.RSA_SHA256)
    [request] = prompt.requests
    assert (request.serial, request.family_name, request.tries_left) == (roux.serial, "ROUX", 3)
    assert desk.counters(roux.serial).login == 1
    assert events == [("pin.open", roux.serial)]


async def test_without_an_answer_from_the_desk_the_pin_is_required(make_card, desk, roux):
    with pytest.raises(PinRequired):
        await signer(make_card(prompt=Desk(None)), roux).sign(MESSAGE, SignatureAlgorithm.RSA_SHA256)
    with pytest.raises(PinRequired):
        await signer(make_card(), roux).sign(MESSAGE, SignatureAlgorithm.RSA_SHA256)
    assert desk.counters(roux.serial).login == 0


async def test_the_card_of_another_doctor_never_signs(make_card, desk, roux, lenoir):
    desk.insert(lenoir.serial)
    prompt = Desk(lenoir.pin)
    with pytest.raises(OtherCard):
        await signer(make_card(prompt=prompt), roux).sign(MESSAGE, SignatureAlgorithm.RSA_SHA256)
    assert prompt.requests == []
    assert desk.counters(lenoir.serial).login == 0


async def test_no_card_and_no_reader_are_the_same_to_the_desk(make_card, desk, roux):
    desk.remove()
    with pytest.raises(CardAbsent):
        await signer(make_card(), roux).sign(MESSAGE, SignatureAlgorithm.RSA_SHA256)
    desk.unplug()
    with pytest.raises(CardAbsent):
        await signer(make_card(), roux).certificate()


@pytest.mark.parametrize("code", ["device_removed", "session_handle_invalid", "token_not_present"])
async def test_a_card_pulled_out_during_a_signature_is_removed_whatever_the_module_answers(
    make_card, desk, roux, events, code
):
    desk.removal_code(code)
    desk.delay(roux.serial, 5000)
    card = make_card(prompt=Desk(roux.pin, roux.pin))
    await card.open(roux.pin)
    pull = Timer(0.3, desk.remove)
    pull.start()
    with pytest.raises(CardRemoved):
        await signer(card, roux).sign(MESSAGE, SignatureAlgorithm.RSA_SHA256)
    pull.join()
    assert desk.counters(roux.serial).sign == 0
    assert ("card.removed", roux.serial) in events
    assert card.interruptions == 1


async def test_a_card_that_is_back_asks_its_pin_again_and_signs(make_card, desk, roux):
    prompt = Desk(roux.pin)
    card = make_card(prompt=prompt)
    await card.open(roux.pin)
    desk.remove()
    with pytest.raises(CardAbsent):
        await signer(card, roux).sign(MESSAGE, SignatureAlgorithm.RSA_SHA256)
    desk.insert(roux.serial)
    await signer(card, roux).sign(MESSAGE, SignatureAlgorithm.RSA_SHA256)
    assert len(prompt.requests) == 1
    assert desk.counters(roux.serial).sign == 1


async def test_a_card_pulled_and_put_back_between_two_calls_recovers_by_itself(make_card, desk, roux):
    prompt = Desk(roux.pin)
    card = make_card(prompt=prompt)
    await card.open(roux.pin)
    sign = signer(card, roux)
    await sign.sign(MESSAGE, SignatureAlgorithm.RSA_SHA256)
    desk.remove()
    desk.insert(roux.serial)
    await sign.sign(MESSAGE, SignatureAlgorithm.RSA_SHA256)
    assert len(prompt.requests) == 1
    assert desk.counters(roux.serial).sign == 2


async def test_a_key_that_asks_each_time_is_given_the_pin_each_time(make_card, desk, roux, authority):
    desk.issue(roux.card(authority, always_authenticate=True))
    card = make_card()
    await card.open(roux.pin)
    for _ in range(2):
        await signer(card, roux).sign(MESSAGE, SignatureAlgorithm.RSA_SHA256)
    counted = desk.counters(roux.serial)
    assert (counted.login, counted.login_refused, counted.sign) == (3, 0, 2)


async def test_closing_forgets_the_pin(make_card, desk, roux):
    card = make_card()
    await card.open(roux.pin)
    await card.close()
    with pytest.raises(PinRequired):
        await signer(card, roux).sign(MESSAGE, SignatureAlgorithm.RSA_SHA256)


async def test_a_card_that_was_told_is_not_looked_for_again_while_it_signs(make_card, desk, roux, monkeypatch):
    card = make_card()
    await card.open(roux.pin)
    sign, looks = signer(card, roux), []
    look = card.look

    async def counted():
        looks.append(1)
        return await look()

    monkeypatch.setattr(card, "look", counted)
    for _ in range(3):
        await sign.certificate()
        await sign.sign(MESSAGE, SignatureAlgorithm.RSA_SHA256)
    assert len(looks) == 1


@pytest.mark.parametrize("open_before", [True, False])
async def test_another_card_in_the_reader_since_never_signs(make_card, desk, roux, lenoir, open_before):
    card = make_card(prompt=Desk(roux.pin))
    if open_before:
        await card.open(roux.pin)
    sign = signer(card, roux)
    await sign.certificate()
    desk.remove()
    desk.insert(lenoir.serial)
    with pytest.raises((OtherCard, CardRemoved)):
        await sign.sign(MESSAGE, SignatureAlgorithm.RSA_SHA256)
    assert desk.counters(lenoir.serial).sign == desk.counters(roux.serial).sign == 0


async def test_a_new_card_of_the_same_professional_does_not_sign_for_the_certificate_of_the_old_one(
    make_card, desk, roux, authority
):
    card = make_card(prompt=Desk(roux.pin))
    sign = signer(card, roux)
    await sign.certificate()
    new = dataclasses.replace(roux.card(authority), serial="0000000099")
    desk.remove()
    desk.issue(new)
    desk.insert(new.serial)
    with pytest.raises(CardRemoved):
        await sign.sign(MESSAGE, SignatureAlgorithm.RSA_SHA256)
    assert desk.counters(new.serial).sign == 0


async def test_a_card_that_is_back_at_the_moment_it_was_missed_signs(make_card, desk, roux, monkeypatch):
    card = make_card()
    await card.open(roux.pin)
    sign, missed = signer(card, roux), []
    once = card.sign

    async def missing(*asked, **more):
        if not missed:
            missed.append(1)
            raise CardAbsent
        return await once(*asked, **more)

    monkeypatch.setattr(card, "sign", missing)
    assert len(await sign.sign(MESSAGE, SignatureAlgorithm.RSA_SHA256)) == 256
    assert desk.counters(roux.serial).sign == 1
