from __future__ import annotations

import base64
import copy
import hashlib
from collections.abc import Iterator
from io import BytesIO

import pytest
import xmlsec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from caducee.contracts.signer import SignatureAlgorithm
from caducee.rendering.signing import Digest
from caducee.wire.dsg import DsgWriter, SignedDocument

from .conftest import NOW

DS = "{http://www.w3.org/2000/09/xmldsig#}"
XAD = "{http://uri.etsi.org/01903/v1.1.1#}"
DOCUMENT = '<ClinicalDocument xmlns="urn:hl7-org:v3"><title>Été &amp; hiver</title></ClinicalDocument>'.encode()
ID = "1.2.250.1.999.1.7"
DIGESTS: list[Digest] = ["sha1", "sha256"]


def signed(key: rsa.RSAPrivateKey, certificate: bytes, digest: Digest) -> bytes:
    document = SignedDocument(
        unique_id=ID,
        sha1=hashlib.sha1(DOCUMENT, usedforsecurity=False).digest(),
        sha256=hashlib.sha256(DOCUMENT).digest(),
    )
    prepared = DsgWriter(digest).prepare(
        set_id="1.2.250.1.999.1.8", documents=(document,), certificate=certificate, signing_time=NOW
    )
    hashed = hashes.SHA1() if prepared.algorithm is SignatureAlgorithm.RSA_SHA1 else hashes.SHA256()
    return prepared.finish(key.sign(prepared.to_sign, padding.PKCS1v15(), hashed))


@pytest.fixture(scope="module")
def _documents_of_the_set() -> Iterator[None]:
    def opened(uri: bytes | str) -> BytesIO:
        name = uri.decode() if isinstance(uri, bytes) else uri
        return BytesIO(DOCUMENT if name.endswith(ID) else b"\0")

    xmlsec.cleanup_callbacks()
    xmlsec.register_default_callbacks()
    xmlsec.register_callbacks(
        lambda uri: b"urn:oid:" in (uri if isinstance(uri, bytes) else uri.encode()),
        opened,
        lambda source, buffer: source.readinto(buffer),
        lambda source: source.close(),
    )
    yield
    xmlsec.cleanup_callbacks()


def verify(signature: etree._Element, key: rsa.RSAPrivateKey) -> None:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    xmlsec.tree.add_ids(signature, ["Id"])
    context = xmlsec.SignatureContext()
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    context.key = xmlsec.Key.from_memory(pem, xmlsec.constants.KeyDataFormatPem, None)
    context.verify(signature)


@pytest.mark.requirement("IHE-DSG-set-signature")
@pytest.mark.usefixtures("_documents_of_the_set")
@pytest.mark.parametrize("digest", DIGESTS)
def test_another_implementation_verifies_the_signature(
    key: rsa.RSAPrivateKey, certificate: bytes, digest: Digest
) -> None:
    verify(etree.fromstring(signed(key, certificate, digest)), key)


@pytest.mark.parametrize("digest", DIGESTS)
def test_each_digest_is_that_of_the_canonical_form_of_its_part(
    key: rsa.RSAPrivateKey, certificate: bytes, digest: Digest
) -> None:
    root = etree.fromstring(signed(key, certificate, digest))
    for reference in root.findall(f"{DS}SignedInfo/{DS}Reference"):
        (part,) = [item for item in root.iter() if item.get("Id") == reference.get("URI", "")[1:]]
        assert reference.findtext(f"{DS}DigestValue") == hashed(canonical(part), digest)


def canonical(part: etree._Element) -> bytes:
    """The part as a node-set of its document: the namespaces in scope are those of its ancestors."""
    alone = copy.deepcopy(part)
    return bytes(etree.tostring(alone, method="c14n", with_comments=False))


def hashed(data: bytes, digest: str) -> str:
    return base64.b64encode(hashlib.new(digest, data).digest()).decode()


@pytest.mark.parametrize("digest", DIGESTS)
def test_the_manifest_names_the_set_with_a_dummy_digest_then_each_document(
    key: rsa.RSAPrivateKey, certificate: bytes, digest: Digest
) -> None:
    root = etree.fromstring(signed(key, certificate, digest))
    first, second = root.findall(f".//{DS}Manifest/{DS}Reference")
    assert (first.get("URI"), first.findtext(f"{DS}DigestValue")) == ("urn:oid:1.2.250.1.999.1.8", "AA==")
    assert second.get("URI") == f"urn:oid:{ID}"
    c14n = bytes(etree.tostring(etree.fromstring(DOCUMENT), method="c14n"))
    assert second.findtext(f"{DS}DigestValue") == hashed(c14n, digest)


def test_the_document_is_its_own_canonical_form(key: rsa.RSAPrivateKey, certificate: bytes) -> None:
    document = signed(key, certificate, "sha1")
    assert bytes(etree.tostring(etree.fromstring(document), method="c14n", with_comments=True)) == document


def test_the_certificate_is_described_by_digest_issuer_and_decimal_serial(
    key: rsa.RSAPrivateKey, certificate: bytes
) -> None:
    root = etree.fromstring(signed(key, certificate, "sha1"))
    assert root.findtext(f".//{XAD}CertDigest/{XAD}DigestValue") == hashed(certificate, "sha1")
    assert root.findtext(f".//{DS}X509IssuerName") == "CN=AC D'ESSAI,O=ESSAI\\, Santé & Cie,C=FR"
    assert root.findtext(f".//{DS}X509SerialNumber") == str((1 << 127) + 7)
    assert root.findtext(f".//{XAD}SigningTime") == "2026-11-25T08:30:00Z"


def test_the_same_inputs_give_the_same_bytes_to_sign(certificate: bytes) -> None:
    document = SignedDocument(unique_id=ID, sha1=b"\0" * 20, sha256=b"\0" * 32)
    made = [
        DsgWriter().prepare(set_id="1.2", documents=(document,), certificate=certificate, signing_time=NOW).to_sign
        for _ in range(2)
    ]
    assert made[0] == made[1]


@pytest.mark.usefixtures("_documents_of_the_set")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_one_flipped_bit_of_what_is_signed_never_verifies(
    key: rsa.RSAPrivateKey, certificate: bytes, data: st.DataObject
) -> None:
    document = signed(key, certificate, "sha1")
    start = data.draw(st.sampled_from([b"<ds:SignedInfo>", b"<ds:Manifest ", b"<xad:SignedProperties "]))
    begin = document.index(start)
    end = document.index(b"</" + start.strip(b"<> ") + b">", begin)
    at = data.draw(st.integers(begin, end - 1))
    flipped = bytearray(document)
    flipped[at] ^= 1 << data.draw(st.integers(0, 6))
    with pytest.raises((etree.XMLSyntaxError, xmlsec.Error)):
        verify(etree.fromstring(bytes(flipped)), key)
