"""The sandbox's own readers: distinguished names, multipart messages, HL7 v2 strings, matricules."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caducee_sandbox.dmp.hl7v2 import PatientId, read_patient_id, read_person, read_structure
from caducee_sandbox.mtom import Attachment, NotMtom, _pieces, read_package, write_package
from caducee_sandbox.names import same_name
from caducee_sandbox.people import PATIENTS, ROUX, ROUX_PRACTICE, nir_key
from caducee_sandbox.pki import doctor_name, structure_name
from caducee_sandbox.xml import NotXml, read_xml

SUBJECT = doctor_name(ROUX)


@pytest.mark.parametrize(
    "text",
    [
        "CN=899700000017+SN=ROUX+GN=CAMILLE,T=Médecin,C=FR",
        "GN=CAMILLE+SN=ROUX+CN=899700000017,title=Médecin,C=FR",
        "C=FR, T=M\\C3\\A9decin, CN=899700000017 + SN=ROUX + GN=CAMILLE",
        "CN=899700000017+2.5.4.4=#0c04524f5558+2.5.4.42=#0c0743414d494c4c45,2.5.4.12=Médecin,C=FR",
        'CN="899700000017"+SURNAME=ROUX+GIVENNAME=CAMILLE,OID.2.5.4.12=Médecin,C=FR',
    ],
)
def test_name_is_recognised_however_it_is_written(text: str) -> None:
    assert same_name(text, SUBJECT)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "CN=899700000017,SN=ROUX,GN=CAMILLE,T=Médecin,C=FR",
        "CN=899700000017+SN=ROUX+G=CAMILLE,T=Médecin,C=FR",
        "CN=899700000018+SN=ROUX+GN=CAMILLE,T=Médecin,C=FR",
        "CN=899700000017+SN=ROUX+2.5.4.42=#0c08,T=Médecin,C=FR",
    ],
)
def test_other_name_is_not_taken_for_it(text: str) -> None:
    assert not same_name(text, SUBJECT)


@given(st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=20))
def test_structure_name_is_recognised_whatever_it_holds(service: str) -> None:
    subject = structure_name(ROUX_PRACTICE, service)
    assert same_name(subject.rfc4514_string(), subject)


@given(st.binary(max_size=400), st.binary(max_size=400))
def test_package_is_read_as_it_was_written(first: bytes, second: bytes) -> None:
    parts = [Attachment("a@b", "text/xml", first), Attachment("c%d@e", "application/pdf", second)]
    content_type, body = write_package(b"<e/>", parts, action="urn:a")
    package = read_package(content_type, body)
    assert (package.root, package.action) == (b"<e/>", "urn:a")
    assert list(package.parts.values()) == [first, second]


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/related; boundary=b", b"--b\r\nContent-ID: <a>\r\n\r\nx\r\n--b--"),
        ('multipart/related; type="application/xop+xml"', b""),
        ('multipart/related; type="application/xop+xml"; boundary=b', b"--b\r\nContent-ID: <a>\r\n\r\nx\r\n"),
        ('multipart/related; type="application/xop+xml"; boundary=b', b"--b\r\nX: y\r\n\r\nx\r\n--b--"),
        (
            'multipart/related; type="application/xop+xml"; boundary=b; start="<z>"',
            b"--b\r\nContent-ID: <a>\r\n\r\nx\r\n--b--",
        ),
    ],
)
def test_package_that_is_not_one_is_refused(content_type: str, body: bytes) -> None:
    with pytest.raises(NotMtom):
        read_package(content_type, body)


def test_dtd_is_refused() -> None:
    with pytest.raises(NotXml):
        read_xml(b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')


def test_patient_identifier_is_read_with_or_without_a_birth_date() -> None:
    read = PatientId("275036399930194", "1.2.250.1.213.1.4.10", "NH")
    written = "275036399930194^^^&1.2.250.1.213.1.4.10&ISO^NH"
    assert read_patient_id(written) == read_patient_id(written + "^^19750312") == read
    assert str(read) == written


@pytest.mark.parametrize("written", ["", "1^^^&1.2&ISO", "1^^^&1.2&ISO^XX", "1^^&1.2&ISO^NH"])
def test_other_strings_are_no_patient_identifier(written: str) -> None:
    assert read_patient_id(written) is None


def test_delimiters_in_names_are_read_back() -> None:
    person = read_person("8^D\\T\\UPONT^A\\S\\B^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS")
    assert person is not None
    assert (person.family, person.given) == ("D&UPONT", "A^B")
    assert read_structure("Cabinet^^^^^&1.2.250.1.71.4.2.2&ISO^IDNST^^^4") == "4"


@pytest.mark.parametrize(
    ("nir", "key"),
    [("2751263220749", "74"), ("297022A020778", "78"), ("160012B020777", "13"), ("1090763220834", "89")],
)
def test_key_of_a_matricule_is_right(nir: str, key: str) -> None:
    assert nir_key(nir) == key


def test_people_have_distinct_matricules() -> None:
    assert len({p.ins for p in PATIENTS}) == len(PATIENTS)
    assert all(len(p.ins) == 15 for p in PATIENTS)


@given(st.lists(st.sampled_from([b"--b", b"--", b"b", b"\r\n", b"\n", b"-", b"x", b"--bb"]), max_size=14).map(b"".join))
def test_message_is_cut_at_its_boundary_lines_and_nowhere_else(body: bytes) -> None:
    assert _pieces(body, b"--b") == re.split(rb"(?:^|\r\n)--b(?=\r\n|--)", body)
