from __future__ import annotations

import base64
import os
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from caducee.errors import CapabilityMissing, SignatureFlaw, SignatureInvalid
from caducee.verify import Verified, verify

from .signed import DS, NOW, PLAIN, Party


@pytest.fixture(scope="module")
def rsa() -> Party:
    return Party()


@pytest.fixture(scope="module")
def elliptic() -> Party:
    return Party(ec.generate_private_key(ec.SECP256R1()))


def checked(document: bytes, party: Party, *, now: datetime = NOW, sha1: bool = False) -> Verified:
    return verify(document, authorities=party.authorities, now=now, sha1=sha1)


def flaw(document: bytes, party: Party, *, now: datetime = NOW) -> SignatureFlaw:
    with pytest.raises(SignatureInvalid) as caught:
        checked(document, party, now=now)
    assert caught.value.explain().sentence.startswith("La signature de ce document n'est pas valable. ")
    return caught.value.flaw


@pytest.mark.parametrize("uri", ["", "#lot"])
@pytest.mark.parametrize("kind", ["rsa", "elliptic"])
def test_what_verifies_is_given_back_without_its_signature(request: pytest.FixtureRequest, kind: str, uri: str) -> None:
    party = request.getfixturevalue(kind)
    verified = checked(party.sign(uri=uri), party)
    assert (verified.content, verified.certificate, verified.warnings) == (PLAIN, party.der, ())


def test_base64_on_several_lines_is_the_same_value(rsa: Party) -> None:
    """SignedInfo is signed as it is written: only what stands outside it may be broken anew."""
    root = etree.fromstring(rsa.sign())
    for name in ("SignatureValue", "X509Certificate"):
        (element,) = root.iter(f"{DS}{name}")
        text = "".join((element.text or "").split())
        element.text = "\n" + "\n\t".join(text[at : at + 20] for at in range(0, len(text), 20)) + "\n"
    assert checked(etree.tostring(root), rsa).content == PLAIN


def test_a_document_indented_after_it_was_signed_is_refused(rsa: Party) -> None:
    root = etree.fromstring(rsa.sign())
    etree.indent(root)
    assert flaw(etree.tostring(root), rsa) is SignatureFlaw.BROKEN


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_one_changed_byte_never_verifies_as_something_else(at: int, change: int) -> None:
    party = _PARTY
    document = bytearray(_SIGNED)
    document[at % len(document)] ^= change
    try:
        verified = checked(bytes(document), party)
    except SignatureInvalid:
        return
    assert verified.content == PLAIN


_PARTY = Party()
_SIGNED = _PARTY.sign()


def test_the_text_around_a_signature_stays_where_it_stood(rsa: Party) -> None:
    root = etree.fromstring(PLAIN)
    root.text = "avant "
    signature = etree.fromstring(rsa.sign(etree.tostring(root))).find(f"{DS}Signature")
    assert signature is not None
    root.insert(0, signature)
    root.text, signature.tail = "avant", " "
    assert checked(etree.tostring(root), rsa).content == PLAIN.replace(b"<Doc>C", b"avant <Doc>C")


def test_a_document_larger_than_the_limit_is_not_looked_at(rsa: Party, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("caducee.verify.document.LARGEST", 100)
    assert flaw(rsa.sign(), rsa) is SignatureFlaw.DOCUMENT


def test_a_comment_put_in_later_hides_no_text(rsa: Party) -> None:
    document = rsa.sign().replace(b"Compte rendu", b"Compte<!-- x --> rendu")
    assert checked(document, rsa).content == PLAIN


Change = Callable[[bytes], bytes]
XPATH, CANONICAL = b"http://www.w3.org/TR/1999/REC-xpath-19991116", b"http://www.w3.org/2001/10/xml-exc-c14n#"


def chosen(document: bytes, *transforms: bytes) -> bytes:
    """Return the document whose reference has these transforms after the first."""
    _, second = re.findall(rb"<ds:Transform [^>]*/>", document)
    return document.replace(second, b"".join(second.replace(CANONICAL, one) for one in transforms))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda d: d.replace(b"Ordonnance", b"Ordonnancf"), SignatureFlaw.BROKEN),
        (lambda d: b'<!DOCTYPE Lot [<!ENTITY x "y">]>' + d, SignatureFlaw.DOCUMENT),
        (lambda d: d[:-5], SignatureFlaw.DOCUMENT),
        (lambda d: d.replace(b"<Doc>O", b'<Doc Id="lot">O'), SignatureFlaw.REPEATED_ID),
        (lambda d: d.replace(b"<Doc>O", b'<Doc xml:id="lot">O'), SignatureFlaw.REPEATED_ID),
        (lambda d: b'<Faux xmlns="urn:essai">' + d + b"</Faux>", SignatureFlaw.FORM),
        (lambda d: d.replace(b"</Lot>", d[d.index(b"<ds:Signature ") :]), SignatureFlaw.FORM),
        (lambda d: d.replace(b"<Doc>O", b'<Doc ID="part">O').replace(b"#lot", b"#part"), SignatureFlaw.FORM),
        (lambda d: d.replace(b'URI="#lot"', b'URI="http://127.0.0.1/x"'), SignatureFlaw.FORM),
        (lambda d: d.replace(b'URI="#lot"', b""), SignatureFlaw.FORM),
        (lambda d: re.sub(b"<ds:Signature .*</ds:Signature>", b"", d, flags=re.DOTALL), SignatureFlaw.FORM),
        (
            lambda d: d.replace(b"xmldsig#enveloped-signature", b"xmldsig#base64"),
            SignatureFlaw.FORM,
        ),
        (lambda d: chosen(d, XPATH), SignatureFlaw.FORM),
        (lambda d: chosen(d, CANONICAL, XPATH), SignatureFlaw.FORM),
        (lambda d: chosen(d, CANONICAL, CANONICAL), SignatureFlaw.FORM),
        (lambda d: d.replace(b"xmlenc#sha256", b"xmlenc#sha1"), SignatureFlaw.ALGORITHM),
        (lambda d: d.replace(b"rsa-sha256", b"hmac-sha256"), SignatureFlaw.ALGORITHM),
        (lambda d: d.replace(b"rsa-sha256", b"ecdsa-sha256"), SignatureFlaw.ALGORITHM),
        (
            lambda d: re.sub(b"<ds:X509Certificate>.*</ds:X509Certificate>", b"", d, flags=re.DOTALL),
            SignatureFlaw.CERTIFICATE,
        ),
        (
            lambda d: re.sub(
                b"<ds:SignatureValue>.*</ds:SignatureValue>",
                b"<ds:SignatureValue>?</ds:SignatureValue>",
                d,
                flags=re.DOTALL,
            ),
            SignatureFlaw.FORM,
        ),
    ],
)
def test_what_does_not_hold_is_named(rsa: Party, change: Change, expected: SignatureFlaw) -> None:
    document = rsa.sign()
    changed = change(document)
    assert changed != document
    assert flaw(changed, rsa) is expected


def test_a_signer_of_another_authority_or_out_of_its_time_is_refused(rsa: Party, elliptic: Party) -> None:
    assert flaw(rsa.sign(), elliptic) is SignatureFlaw.CERTIFICATE
    for far in (timedelta(days=60), timedelta(days=-60)):
        assert flaw(rsa.sign(), rsa, now=NOW + far) is SignatureFlaw.CERTIFICATE


def test_who_may_issue_nothing_vouches_for_nobody() -> None:
    party = Party(ca=False)
    assert flaw(party.sign(), party) is SignatureFlaw.CERTIFICATE


def test_a_signer_may_be_trusted_by_name(rsa: Party) -> None:
    alone = rsa.leaf.public_bytes(Encoding.PEM)
    assert verify(rsa.sign(), authorities=alone, now=NOW).content == PLAIN


def test_sha1_is_taken_only_where_it_is_asked_for(rsa: Party) -> None:
    document = rsa.sign(digest="Sha1")
    assert flaw(document, rsa) is SignatureFlaw.ALGORITHM
    assert checked(document, rsa, sha1=True).content == PLAIN


def test_an_elliptic_value_in_der_is_told_as_such(elliptic: Party) -> None:
    root = etree.fromstring(elliptic.sign())
    (value,) = root.iter(f"{DS}SignatureValue")
    raw = base64.b64decode("".join((value.text or "").split()))
    assert len(raw) == 64
    numbers = (int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    value.text = base64.b64encode(encode_dss_signature(*numbers)).decode()
    assert flaw(etree.tostring(root), elliptic) is SignatureFlaw.DER_VALUE


def test_without_the_extra_the_error_names_it(rsa: Party, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xmlsec", None)
    with pytest.raises(CapabilityMissing, match=r"caducee\[verify\]"):
        checked(rsa.sign(), rsa)


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_by_name(document: bytes) -> None:
    assert flaw(document, _PARTY) in (SignatureFlaw.DOCUMENT, SignatureFlaw.FORM)


def met(name: str) -> tuple[bytes, bytes]:
    """A document met in the field and the certificate in it, as what is trusted."""
    document = (Path(os.environ["KIT"]) / f"cases/inputs/{name}.xml").read_bytes()
    (inside,) = etree.fromstring(document).iter(f"{DS}X509Certificate")
    certificate = x509.load_der_x509_certificate(base64.b64decode("".join((inside.text or "").split())))
    return document, certificate.public_bytes(Encoding.PEM)


@pytest.mark.conformance
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("C02_wrapped", None),
        ("C02_reindented", SignatureFlaw.BROKEN),
        ("C03_raw", None),
        ("C03_der", SignatureFlaw.DER_VALUE),
    ],
)
def test_signed_documents_met_in_the_field_are_judged_right(name: str, expected: SignatureFlaw | None) -> None:
    document, authorities = met(name)
    now = datetime(2026, 1, 1, tzinfo=UTC)
    if expected is None:
        assert b"Signature" not in verify(document, authorities=authorities, now=now).content
        return
    with pytest.raises(SignatureInvalid) as caught:
        verify(document, authorities=authorities, now=now)
    assert caught.value.flaw is expected
