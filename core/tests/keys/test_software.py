"""Keys in PKCS#12 files."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from caducee.batches import Cancel
from caducee.contracts.signer import SignatureAlgorithm
from caducee.errors import BatchCancelled, MechanismMissing
from caducee.keys.software import SoftwareKey, SoftwareSigner

pytestmark = pytest.mark.anyio
PASSWORD = b"motdepasse"


@pytest.fixture
def key(authority, roux):
    return SoftwareKey.from_pkcs12(authority.pkcs12(roux.name, PASSWORD), PASSWORD)


@pytest.mark.parametrize(
    ("algorithm", "digest"),
    [(SignatureAlgorithm.RSA_SHA1, hashes.SHA1()), (SignatureAlgorithm.RSA_SHA256, hashes.SHA256())],
)
async def test_signatures_are_those_of_the_certificate(key, algorithm, digest):
    signer = SoftwareSigner(key)
    signature = await signer.sign(b"message", algorithm)
    public = x509.load_der_x509_certificate(await signer.certificate()).public_key()
    public.verify(signature, b"message", padding.PKCS1v15(), digest)


async def test_another_algorithm_is_refused(key):
    with pytest.raises(MechanismMissing):
        await SoftwareSigner(key).sign(b"message", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512")


def test_a_wrong_password_is_refused(authority, roux):
    with pytest.raises(ValueError):
        SoftwareKey.from_pkcs12(authority.pkcs12(roux.name, PASSWORD), b"faux")


def test_a_file_without_key_is_refused(authority):
    alone = pkcs12.serialize_key_and_certificates(
        None, None, None, [authority.certificate], BestAvailableEncryption(PASSWORD)
    )
    with pytest.raises(ValueError, match="no RSA key"):
        SoftwareKey.from_pkcs12(alone, PASSWORD)


def test_a_key_of_another_kind_is_refused(authority, roux):
    key = ec.generate_private_key(ec.SECP256R1())
    builder = x509.CertificateBuilder(authority.name, roux.name, key.public_key(), 1)
    builder = builder.not_valid_before(authority.certificate.not_valid_before_utc)
    builder = builder.not_valid_after(authority.certificate.not_valid_after_utc)
    certificate = builder.sign(authority.key, hashes.SHA256())
    content = pkcs12.serialize_key_and_certificates(b"", key, certificate, None, BestAvailableEncryption(PASSWORD))
    with pytest.raises(ValueError, match="no RSA key"):
        SoftwareKey.from_pkcs12(content, PASSWORD)


def test_what_is_shown_of_a_key_is_its_subject(key):
    assert repr(key) == f"SoftwareKey({key.certificate.subject.rfc2253()!r})"


def test_a_batch_of_messages_is_signed_as_each_alone_and_in_order(key: SoftwareKey) -> None:
    messages = [bytes([number]) * number for number in range(20)]
    signed = list(key.sign_many(messages, window=3))
    assert signed == [key.sign(message, SignatureAlgorithm.RSA_SHA256) for message in messages]


def test_a_batch_of_signatures_that_is_cancelled_says_so(key: SoftwareKey) -> None:
    cancel = Cancel()
    cancel.set()
    with pytest.raises(BatchCancelled):
        next(key.sign_many([b"x"], cancel=cancel))
