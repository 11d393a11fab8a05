"""The identity that a 2D-Doc states, over codes signed here by an invented authority."""

from __future__ import annotations

import base64
import sys
from datetime import UTC, date, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st
from tddoc.keychain import KeyChain

from caducee.errors import CapabilityMissing
from caducee_insi.two_d_doc import Seal, TwoDDocInvalid, _published, read_two_d_doc

GS, RS, US = "\x1d", "\x1e", "\x1f"
HEADER = "DC04FR99TST11E241E24" + "07" + "01" + "FR"
JEANNE = f"60JEANNE/MARIE ANNE{GS}62NESSI TEST{GS}63ESSAI{GS}68F" + "6914061975" + "6APARIS"
AUTHORITY, SIGNER = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())


def certificate(
    issuer: str, subject: str, key: ec.EllipticCurvePrivateKey, by: ec.EllipticCurvePrivateKey, *, days: int
) -> bytes:
    def name(common: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])

    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().issuer_name(name(issuer)).subject_name(name(subject))
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=9)).not_valid_after(now + timedelta(days=days))
    return builder.sign(by, hashes.SHA256()).public_bytes(Encoding.DER)


def certificates(*, days: int = 9, by: ec.EllipticCurvePrivateKey = AUTHORITY) -> KeyChain:
    chain = KeyChain()
    chain.der_add(certificate("FR99", "FR99", AUTHORITY, AUTHORITY, days=9))
    chain.der_add(certificate("FR99", "TST1", SIGNER, by, days=days))
    return chain


def signed(fields: str, *, header: str = HEADER) -> str:
    r, s = decode_dss_signature(SIGNER.sign((header + fields).encode("ascii"), ec.ECDSA(hashes.SHA256())))
    raw = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    return header + fields + US + base64.b32encode(raw).decode().rstrip("=")


def test_what_the_document_states_is_read_with_its_signature_verified() -> None:
    stated = read_two_d_doc(signed(JEANNE), certificates=certificates())
    assert (stated.birth_name, stated.given_names, stated.used_name) == (
        "NESSI TEST",
        ("JEANNE", "MARIE ANNE"),
        "ESSAI",
    )
    assert (stated.sex, stated.born, stated.birth_place) == ("F", date(1975, 6, 14), "PARIS")
    assert (stated.seal, stated.document, stated.cut) == (Seal.VERIFIED, "Titre d’identité", ())


def test_a_signature_whose_certificate_is_not_known_is_marked_as_unverified() -> None:
    assert read_two_d_doc(signed(JEANNE)).seal is Seal.UNVERIFIED


def test_a_certificate_out_of_its_dates_verifies_nothing() -> None:
    assert read_two_d_doc(signed(JEANNE), certificates=certificates(days=-1)).seal is Seal.UNVERIFIED


def test_a_changed_name_is_refused_and_the_desk_is_warned_of_the_document() -> None:
    with pytest.raises(TwoDDocInvalid) as caught:
        read_two_d_doc(signed(JEANNE).replace("NESSI TEST", "NESSI TESS"), certificates=certificates())
    assert "signature" in caught.value.explain().sentence
    assert "autre pièce" in caught.value.explain().remedy
    assert "NESSI" not in str(caught.value)


def test_a_certificate_that_its_authority_did_not_sign_is_refused() -> None:
    stranger = ec.generate_private_key(ec.SECP256R1())
    with pytest.raises(TwoDDocInvalid, match="signature"):
        read_two_d_doc(signed(JEANNE), certificates=certificates(by=stranger))


def test_a_name_that_the_document_shortens_is_not_taken_for_the_whole_name() -> None:
    stated = read_two_d_doc(signed(f"60JEANNE{RS}62NESSI TEST{GS}68F"), certificates=certificates())
    assert stated.cut == ("given_names",)


def test_the_first_given_name_alone_is_read() -> None:
    stated = read_two_d_doc(signed(f"61JEANNE{GS}62NESSI TEST{GS}"), certificates=certificates())
    assert (stated.given_names, stated.born, stated.sex) == (("JEANNE",), None, "")


@pytest.mark.parametrize("fields", [f"62NESSI-TEST{GS}68F", f"62NESSI{GS}62TEST{GS}68F", f"62NESSI{GS}ZZX"])
def test_a_field_that_was_not_read_as_it_was_written_refuses_the_whole(fields: str) -> None:
    with pytest.raises(TwoDDocInvalid, match="field"):
        read_two_d_doc(signed(fields), certificates=certificates())


def test_a_document_that_states_no_identity_is_refused() -> None:
    with pytest.raises(TwoDDocInvalid, match="no identity"):
        read_two_d_doc(signed(f"68F6914061975{GS}"), certificates=certificates())


@pytest.mark.parametrize("text", ["", "IS010000000000000000000000S1", HEADER + JEANNE, HEADER + "69AA", "DC09"])
def test_what_is_no_whole_code_is_refused(text: str) -> None:
    with pytest.raises(TwoDDocInvalid) as caught:
        read_two_d_doc(text)
    assert caught.value.explain().remedy.startswith("Scannez")


@given(cut=st.integers(min_value=0, max_value=len(HEADER + JEANNE) + 90), put=st.characters(max_codepoint=255))
def test_a_damaged_code_is_refused_or_says_what_it_signed(cut: int, put: str) -> None:
    code = signed(JEANNE)
    try:
        stated = read_two_d_doc(code[:cut] + put + code[cut + 1 :], certificates=certificates())
    except TwoDDocInvalid:
        return
    assert stated.seal is Seal.UNVERIFIED or stated.birth_name == "NESSI TEST"


def test_without_the_extra_the_desk_is_told_which_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tddoc.doc", None)
    with pytest.raises(CapabilityMissing, match="2ddoc"):
        read_two_d_doc(signed(JEANNE))


def test_the_certificates_of_the_library_are_taken_without_those_of_its_tests() -> None:
    chain = _published()
    assert isinstance(chain, KeyChain)
    issuers = {chain._cn(one.issuer) for one in chain.certs}
    assert len(chain.certs) > 50
    assert "FR00" not in issuers
    assert "FR01" in issuers
