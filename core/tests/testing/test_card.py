from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509.oid import NameOID

from caducee.contracts.credentials import Credentials
from caducee.contracts.signer import SignatureAlgorithm
from caducee.errors import CaduceeError, CardAbsent, OtherCard, PinRequired
from caducee.testing import AUTHOR, CardPlace, FakeCard

pytestmark = pytest.mark.anyio
CARD: Credentials = FakeCard(certificates={"org_insi": "INSI-MANU"})


async def test_it_signs_and_counts() -> None:
    card = FakeCard()
    signer = await card.signer("roux")
    signature = await signer.sign(b"data", SignatureAlgorithm.RSA_SHA256)
    key = x509.load_der_x509_certificate(await signer.certificate()).public_key()
    assert isinstance(key, RSAPublicKey)
    key.verify(signature, b"data", padding.PKCS1v15(), hashes.SHA256())
    assert card.operations == [SignatureAlgorithm.RSA_SHA256]


@pytest.mark.parametrize(
    ("place", "error"),
    [(CardPlace.ABSENT, CardAbsent), (CardPlace.OTHER, OtherCard), (CardPlace.NEEDS_PIN, PinRequired)],
)
async def test_a_card_that_is_not_there_says_why(place: CardPlace, error: type[CaduceeError]) -> None:
    card = FakeCard()
    signer = await card.signer("roux")
    with card.moved(place):
        with pytest.raises(error):
            await card.signer("roux")
        with pytest.raises(error):
            await signer.sign(b"data", SignatureAlgorithm.RSA_SHA1)
    assert card.operations == []
    await card.signer("roux")


async def test_each_certificate_has_the_name_that_was_asked_for() -> None:
    def name(encoded: bytes) -> object:
        subject = x509.load_der_x509_certificate(encoded).subject
        return subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value

    assert name(CARD.certificate("org_insi")) == "INSI-MANU"
    assert name(CARD.certificate("other")) == "other"
    assert await CARD.subject_dn("roux") == f"CN={AUTHOR.identifier}"
