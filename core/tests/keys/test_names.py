"""Names of certificates: printed as RFC 2253, compared by content."""

from __future__ import annotations

import subprocess

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from caducee.keys import der
from caducee.keys.names import COMMON_NAME, GIVEN_NAME, Name


def name(*rdns):
    parts = [[x509.NameAttribute(oid, text) for oid, text in rdn] for rdn in rdns]
    return Name.from_der(x509.Name([x509.RelativeDistinguishedName(part) for part in parts]).public_bytes())


def test_a_multi_valued_name_keeps_its_parts_together(roux):
    found = Name.from_der(roux.name.public_bytes())
    assert found.first(COMMON_NAME) == roux.identifier
    assert found.first(GIVEN_NAME) == "CAMILLE"
    first = found.rfc2253().split(",")[0]
    assert set(first.split("+")) == {"CN=899700000017", "SN=ROUX", "GN=CAMILLE"}


@pytest.mark.requirement("RFC2253-2.3")
def test_a_structure_is_printed_last_part_first_without_spaces():
    found = name(
        [(NameOID.COUNTRY_NAME, "FR")],
        [(NameOID.STATE_OR_PROVINCE_NAME, "Rhône (69)")],
        [(NameOID.ORGANIZATION_NAME, "CABINET DU DR ROUX")],
        [(NameOID.ORGANIZATIONAL_UNIT_NAME, "499700000017001")],
        [(NameOID.COMMON_NAME, "INSI-MANU")],
    )
    assert found.rfc2253() == "CN=INSI-MANU,OU=499700000017001,O=CABINET DU DR ROUX,ST=Rhône (69),C=FR"


@pytest.mark.requirement("RFC2253-2.3")
def test_a_type_without_keyword_is_printed_by_number_and_bytes():
    assert name([(NameOID.TITLE, "Médecin")]).rfc2253() == "2.5.4.12=#0c084dc3a9646563696e"


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ('A,B+C"D\\E<F>G;H', 'CN=A\\,B\\+C\\"D\\\\E\\<F\\>G\\;H'),
        ("#1", "CN=\\#1"),
        (" A ", "CN=\\ A\\ "),
        (" ", "CN=\\ "),
        ("D'ÉCOSSE-L’AÎNÉ", "CN=D'ÉCOSSE-L’AÎNÉ"),
    ],
)
@pytest.mark.requirement("RFC2253-2.3")
def test_special_characters_are_escaped(text, printed):
    assert name([(NameOID.COMMON_NAME, text)]).rfc2253() == printed


def test_openssl_prints_the_same(authority, name_of, tmp_path):
    subject = name_of("899700000017", "D'ÉCOSSE", "ANNE-LOÏC")
    certificate = authority.issue(subject, authority.key)
    path = tmp_path / "certificate.pem"
    path.write_bytes(certificate.public_bytes(Encoding.PEM))
    options = "RFC2253,-esc_msb,utf8,dump_unknown"
    command = ["openssl", "x509", "-in", path, "-noout", "-subject", "-nameopt", options]
    printed = subprocess.run(command, capture_output=True, check=True).stdout.decode().strip()
    ours = Name.from_der(subject.public_bytes()).rfc2253()
    assert set(ours.split(",")[0].split("+")) == set(printed.removeprefix("subject=").split(",")[0].split("+"))


def test_case_spacing_and_string_type_do_not_make_another_name():
    one = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "INSI-MANU", _ASN1Type.PrintableString)])
    other = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, " insi-manu  ", _ASN1Type.UTF8String)])
    assert Name.from_der(one.public_bytes()).same_as(Name.from_der(other.public_bytes()))


def test_order_counts_between_parts_and_not_inside_one():
    common, given = (NameOID.COMMON_NAME, "A"), (NameOID.GIVEN_NAME, "B")
    assert name([common, given]).same_as(name([given, common]))
    assert not name([common], [given]).same_as(name([given], [common]))
    assert not name([common, given]).same_as(name([common], [given]))


@given(st.binary(max_size=80))
def test_anything_is_read_or_refused(data):
    for read in (Name.from_der, der.subject):
        try:
            read(data)
        except ValueError:
            continue


@given(st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=4))
def test_texts_come_out_as_they_went_in(texts):
    found = name(*[[(NameOID.ORGANIZATION_NAME, text)] for text in texts])
    assert [a.text for rdn in found.rdns for a in rdn] == texts
    assert found.same_as(found)
