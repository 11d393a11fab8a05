from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from caducee.wire.names import issuer_serial, rfc2253


def der(*attributes: tuple[x509.ObjectIdentifier, str]) -> bytes:
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in attributes]).public_bytes()


def test_the_most_specific_part_comes_first() -> None:
    name = der((NameOID.COUNTRY_NAME, "FR"), (NameOID.STATE_OR_PROVINCE_NAME, "Rhône (69)"), (NameOID.COMMON_NAME, "x"))
    assert rfc2253(name) == "CN=x,ST=Rhône (69),C=FR"


@pytest.mark.requirement("RFC2253-escaping")
@pytest.mark.parametrize(
    ("value", "printed"),
    [
        ("a,b", "a\\,b"),
        ("#1", "\\#1"),
        (" a ", "\\ a\\ "),
        ('"<>;+\\', '\\"\\<\\>\\;\\+\\\\'),
        ("a#b", "a#b"),
        (" ", "\\ "),
    ],
)
def test_special_characters_are_escaped(value: str, printed: str) -> None:
    assert rfc2253(der((NameOID.COMMON_NAME, value))) == f"CN={printed}"


def test_an_attribute_without_keyword_is_printed_in_hexadecimal() -> None:
    assert rfc2253(der((NameOID.SURNAME, "ROUX"))) == "2.5.4.4=#0c04524f5558"


def test_a_name_of_several_values_keeps_them_together() -> None:
    several = x509.RelativeDistinguishedName(
        [x509.NameAttribute(NameOID.COMMON_NAME, "8"), x509.NameAttribute(NameOID.ORGANIZATION_NAME, "o")]
    )
    name = x509.Name([x509.RelativeDistinguishedName([x509.NameAttribute(NameOID.COUNTRY_NAME, "FR")]), several])
    assert rfc2253(name.public_bytes()) == "CN=8+O=o,C=FR"


def test_a_set_in_the_wrong_order_is_read_as_it_is() -> None:
    right = der((NameOID.COMMON_NAME, "b"))[2:]
    swapped = bytes([0x31, 2 * (right[1])]) + der((NameOID.COMMON_NAME, "b"))[4:] + der((NameOID.COMMON_NAME, "a"))[4:]
    assert rfc2253(bytes([0x30, len(swapped)]) + swapped) == "CN=b+CN=a"


def test_a_serial_with_its_top_bit_set_is_positive(certificate: bytes) -> None:
    assert issuer_serial(certificate).serial == str((1 << 127) + 7)


@given(st.binary(max_size=60))
def test_what_is_no_certificate_is_a_value_error(data: bytes) -> None:
    with pytest.raises(ValueError):
        issuer_serial(data)


@pytest.mark.conformance
def test_an_issuer_met_in_the_field_is_printed_with_its_bytes_and_a_positive_serial() -> None:
    kit = Path(os.environ["KIT"]) / "cases/inputs"
    certificate = x509.load_pem_x509_certificate((kit / "C04_signer.pem").read_bytes()).public_bytes(Encoding.DER)
    expected = json.loads((kit / "C04.json").read_text())
    read = issuer_serial(certificate)
    assert read.serial == expected["serial_decimal"]
    hexadecimal = [name for name in expected["same_name_must_compare_equal"] if "2.5.4.97=#13" in name]
    assert [read.issuer] == hexadecimal
