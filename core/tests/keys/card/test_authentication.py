"""The authentication key signs as it can on its generation of card, found by the certificate of its holder."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from caducee.clock import SystemClock
from caducee.contracts.signer import SignatureAlgorithm
from caducee.errors import MechanismMissing, OtherCard
from caducee.keys.card.authentication import authentication_key

pytestmark = pytest.mark.anyio
MESSAGE = b"the transcript of a handshake"
PKCS1, PSS = SignatureAlgorithm.RSA_SHA256, SignatureAlgorithm.RSA_PSS_SHA256
_PADDINGS = {PKCS1: padding.PKCS1v15(), PSS: padding.PSS(padding.MGF1(hashes.SHA256()), 32)}


@pytest.fixture
def found(make_card, desk, roux, authority):
    async def find(generation):
        desk.issue(roux.card(authority, generation=generation))
        card = make_card()
        await card.open(roux.pin)
        return await authentication_key(card, roux.identifier, clock=SystemClock())

    return find


@pytest.mark.parametrize(("generation", "algorithms"), [(3, {PKCS1}), (4, {PKCS1, PSS})])
async def test_each_form_of_a_generation_verifies_and_is_one_operation(found, desk, roux, generation, algorithms):
    key = await found(generation)
    assert key.is_open
    assert key.signer.algorithms == algorithms
    public = x509.load_der_x509_certificate(key.certificate).public_key()
    for number, algorithm in enumerate(algorithms, start=1):
        signature = await key.signer.sign(MESSAGE, algorithm)
        public.verify(signature, MESSAGE, _PADDINGS[algorithm], hashes.SHA256())
        assert desk.counters(roux.serial).sign == number


async def test_what_the_card_cannot_do_is_refused_before_it_is_called(found, desk, roux):
    key = await found(3)
    for algorithm in (PSS, SignatureAlgorithm.RSA_SHA1):
        with pytest.raises(MechanismMissing):
            await key.signer.sign(MESSAGE, algorithm)
    assert desk.counters(roux.serial).sign == 0


async def test_the_key_is_that_of_the_authentication_certificate(found, make_card, desk, roux, lenoir):
    key = await found(3)
    signature = (desk.directory / "cards" / roux.serial / "sign.cert.der").read_bytes()
    assert key.certificate != signature
    assert await key.signer.certificate() == key.certificate
    with pytest.raises(OtherCard):
        await authentication_key(make_card(), lenoir.identifier, clock=SystemClock())
