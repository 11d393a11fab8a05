from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from caducee.keys.name_text import Match, compare, parse_name
from caducee.keys.names import Name
from caducee.wire.names import rfc2253

ORGANISATION = NameOID.ORGANIZATION_IDENTIFIER
ISSUER = [
    (NameOID.COUNTRY_NAME, "FR"),
    (NameOID.ORGANIZATION_NAME, "CLINIQUE, Santé & Fils"),
    (ORGANISATION, "NTRFR-123"),
    (NameOID.COMMON_NAME, "AC Été #2 "),
]


def encoded(attributes: list[tuple[x509.ObjectIdentifier, str]]) -> bytes:
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in attributes]).public_bytes()


NAME = Name.from_der(encoded(ISSUER))


@pytest.mark.parametrize(
    "written",
    [
        "CN=AC Été #2\\ ,2.5.4.97=NTRFR-123,O=CLINIQUE\\, Santé & Fils,C=FR",
        'cn = "AC Été #2", OID.2.5.4.97 = NTRFR-123 ; o = "CLINIQUE, Santé & Fils", c=fr',
        "CN=AC \\C3\\89t\\C3\\A9 \\#2\\20,organizationIdentifier=#0c094e545246522d313233,O=CLINIQUE\\2C Santé & Fils,"
        "C=FR",
        "CN=ac  été #2,2.5.4.97=#13094e545246522d313233,O=clinique\\, santé & fils,C=FR",
    ],
)
def test_a_name_is_the_same_however_it_is_written(written: str) -> None:
    assert compare(written, NAME) is Match.SAME


def test_an_empty_value_may_be_quoted() -> None:
    assert parse_name('CN="",C=FR').same_as(parse_name("CN=,C=FR"))


def test_the_other_order_is_told_apart() -> None:
    written = "C=FR,O=CLINIQUE\\, Santé & Fils,2.5.4.97=NTRFR-123,CN=AC Été #2"
    assert compare(written, NAME) is Match.REVERSED


@pytest.mark.parametrize(
    "written",
    [
        "",
        "CN=AC Été #2",
        "CN=AC Été #3,2.5.4.97=NTRFR-123,O=CLINIQUE\\, Santé & Fils,C=FR",
        "CN=AC Ete #2,2.5.4.97=NTRFR-123,O=CLINIQUE\\, Santé & Fils,C=FR",
        "CN=AC Été #2,2.5.4.97=NTRFR-123,O=CLINIQUE, Santé & Fils,C=FR",
        "CN=AC Été #2,INCONNU=NTRFR-123,O=CLINIQUE\\, Santé & Fils,C=FR",
        'CN="AC Été #2',
        "CN=AC Été #2,2.5.4.97=#zz",
        "CN=\\",
        "CN=\\ff",
    ],
)
def test_another_name_and_what_is_no_name_are_not_the_same(written: str) -> None:
    assert compare(written, NAME) is Match.OTHER


LETTERS = st.characters(min_codepoint=0x20, max_codepoint=0x17F, exclude_categories=["Cc"])
VALUES = st.text(LETTERS, min_size=1, max_size=20)


@given(st.lists(st.tuples(st.sampled_from([NameOID.COMMON_NAME, NameOID.SURNAME, ORGANISATION]), VALUES), max_size=4))
def test_what_we_print_is_read_back_as_the_same_name(attributes: list[tuple[x509.ObjectIdentifier, str]]) -> None:
    name = encoded(attributes)
    for written in (rfc2253(name), Name.from_der(name).rfc2253()):
        assert compare(written, Name.from_der(name)) is Match.SAME


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(written: str) -> None:
    try:
        parse_name(written)
    except ValueError:
        return


def issuer_of(file: Path) -> Name:
    certificate = x509.load_pem_x509_certificate(file.read_bytes())
    return Name.from_der(certificate.issuer.public_bytes())


@pytest.mark.conformance
def test_the_spellings_met_in_the_field_compare_as_they_must() -> None:
    kit = Path(os.environ["KIT"]) / "cases/inputs"
    issuer, known = issuer_of(kit / "C04_signer.pem"), json.loads((kit / "C04.json").read_text())
    assert {compare(one, issuer) for one in known["same_name_must_compare_equal"]} == {Match.SAME}
    assert {compare(one, issuer) for one in known["different_name_must_not"]} == {Match.OTHER}
    assert compare(known["reversed_order_seen_in_the_wild"], issuer) is Match.REVERSED


@pytest.mark.conformance
@pytest.mark.parametrize("form", ["RFC2253", "RFC2253,-esc_msb", "oneline", "RFC2253,sname,-dump_der,-dump_unknown"])
def test_what_openssl_prints_of_an_issuer_is_the_same_name(form: str) -> None:
    file = Path(os.environ["KIT"]) / "cases/inputs/C04_signer.pem"
    printed = subprocess.run(
        ["openssl", "x509", "-noout", "-issuer", "-nameopt", f"{form},utf8", "-in", file],
        check=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
    ).stdout
    expected = Match.REVERSED if form == "oneline" else Match.SAME
    assert compare(printed.strip().removeprefix("issuer="), issuer_of(file)) is expected
