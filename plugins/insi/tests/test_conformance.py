"""Our messages beside the reference kit's: what is written has the same shape, what it shows is understood."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import msgspec
import pytest
from lxml import etree

from caducee.contracts.http import HttpAnswer
from caducee.contracts.identity import InsOutcome
from caducee.errors import RealmMixed
from caducee.model.environment import Environment
from caducee.model.identity import INS_NIR, INS_NIR_TEST, Ins, InsStatus, Sex, Traits
from caducee.model.patient import Patient
from caducee_insi import rights, ws_ins1, ws_ins2, ws_ins3
from caducee_insi.assertion import SUBJECT_NAME, Assertion, _assertion, attributes
from caducee_insi.config import Billing
from caducee_insi.datamatrix import DatamatrixInvalid, SeparatorLost
from caducee_insi.datamatrix import read as read_text
from caducee_insi.datamatrix import write as write_text
from caducee_insi.envelope import Bam, Heading, write
from caducee_insi.exchange import understand
from caducee_insi.faults import InsiRefused, InsiUnavailable
from caducee_insi.nir import key_of
from caducee_insi.query import query
from caducee_insi.realm import ISSUING, check_address, check_oid
from caducee_insi.result import read
from caducee_insi.vitale import Beneficiary, VitaleCard

pytestmark = pytest.mark.conformance
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
HEADING = Heading(
    action=ws_ins2.ACTION,
    message_id="uuid:0b7d1c9e-6f0a-4d53-9a0e-2d5f1f1c7a11",
    lps_id="f3d0e7c4-1f5e-4f0c-8a43-0d5f8ee2b7c3",
    time="2026-11-22T09:15:30.125Z",
    sender="899900063480",
    authorisation="NUMAUTOSIMU1",
    version="01.00",
    instance="0b819c7c-f7b4-4e4b-a220-000000000001",
    name="urn:lps:DEMOLGC:01.00",
    bam=Bam("6a2d3c52-8f0e-4b61-90a5-7b1f4c2f9d10"),
)
REQUEST = ws_ins2.ByTraits(birth_name="ADRUN", given_name="ZOE", sex="F", birth_date="1975-12-31", birth_place="63220")
PERSON = Beneficiary(birth_date="1975-12-31", number="2751263220749", birth_name="ADRUN")
CARD = VitaleCard(serial="", holder="2751263220749", beneficiaries=(PERSON,), regime="01", fund="349", centre="9881")


def skeleton(name: str) -> bytes:
    return (Path(os.environ["KIT"]) / "spec/skeletons/insi" / name).read_bytes()


def answer(name: str, status: int = 200) -> HttpAnswer:
    return HttpAnswer(status=status, content_type="application/soap+xml", body=skeleton(name))


def content(message: bytes) -> list[tuple[str, dict[str, str], str]]:
    root = etree.fromstring(message, etree.XMLParser(remove_comments=True))
    return [
        (
            str(element.tag),
            {str(name): str(value) for name, value in element.attrib.items()},
            (element.text or "").strip(),
        )
        for element in root.iter()
    ]


@pytest.mark.requirement("INSI-WS_INS2")
def test_the_request_is_the_reference_message() -> None:
    assert content(write(HEADING, ws_ins2.body(REQUEST))) == content(skeleton("ws_ins2_request.xml"))


def parts(message: bytes) -> list[list[tuple[str, dict[str, str], str]]]:
    """The blocks of the header in any order, then the body: the order of the blocks is free, ``Nature`` optional."""
    root = etree.fromstring(message, etree.XMLParser(remove_comments=True))
    for context in root.iter("{urn:siram:bam:ctxbam}ContexteBAM"):
        context.attrib.pop("Nature", None)
    header, body = root
    return [*sorted(content(etree.tostring(block)) for block in header), content(etree.tostring(body))]


@pytest.mark.requirement("INSI-WS_INS1")
def test_the_request_by_card_is_the_reference_message() -> None:
    heading = msgspec.structs.replace(
        HEADING,
        action=ws_ins1.ACTION,
        message_id="uuid:0b7d1c9e-6f0a-4d53-9a0e-2d5f1f1c7a12",
        lps_id="f3d0e7c4-1f5e-4f0c-8a43-0d5f8ee2b7c4",
        bam=Bam("6a2d3c52-8f0e-4b61-90a5-7b1f4c2f9d11", ws_ins1.cover(CARD, PERSON)),
    )
    ours = write(heading, ws_ins1.body(CARD, PERSON))
    assert parts(ours) == parts(skeleton("ws_ins1_request.xml"))


def test_the_request_for_rights_is_the_reference_message() -> None:
    heading = msgspec.structs.replace(
        HEADING,
        action=rights.ACTION,
        message_id="uuid:0b7d1c9e-6f0a-4d53-9a0e-2d5f1f1c7a13",
        lps_id="f3d0e7c4-1f5e-4f0c-8a43-0d5f8ee2b7c5",
        name="DEMOLGC",
        bam=Bam("6a2d3c52-8f0e-4b61-90a5-7b1f4c2f9d12", rights.cover(CARD, PERSON)),
    )
    security = b'<s:Security xmlns:s="%s"></s:Security>' % WSSE.encode()
    ours = write(heading, rights.body(CARD, PERSON, on=date(2026, 11, 22)), security=security)
    assert parts(ours) == parts(skeleton("adri_request.xml"))


def test_the_assumed_verification_is_the_unconfirmed_reference_message() -> None:
    traits = Traits(
        birth_name="ADRUN", given_names=("ZOE",), sex=Sex.FEMALE, birth_date="1975-12-31", birth_place="63220"
    )
    ours = ws_ins3.body("275126322074974", INS_NIR, query(traits, today=date(2026, 11, 22)))
    assert content(ours) == content(skeleton("ws_ins3_request_body_UNCONFIRMED.xml"))
    said = ws_ins3.read(etree.fromstring(skeleton("ws_ins3_response_body_UNCONFIRMED.xml")))
    assert said.coherent


def test_the_unsigned_assertion_has_the_shape_of_the_reference() -> None:
    billing = Billing(identifier="991130972", specialty="01", sector="SA07")
    told = Assertion(
        id="_c6a7f665-0000-4b4f-9f1c-6f918d1c70b8",
        issued="2026-11-22T09:15:00.000Z",
        issuer="(subject DN of the CPS signature certificate)",
        issuer_format=SUBJECT_NAME,
        qualifier="CPS",
        name_id="899900000003",
        attributes=attributes(billing, specialty="codeSpecialite"),
    )
    (reference,) = etree.fromstring(skeleton("assertion_cpx_unsigned.xml"), etree.XMLParser(remove_comments=True))
    assert content(_assertion().render(told)) == content(etree.tostring(reference))


@pytest.mark.parametrize(
    ("name", "outcome"), [("response_00.xml", InsOutcome.FOUND), ("response_01.xml", InsOutcome.NOT_FOUND)]
)
def test_the_reference_answers_are_understood(name: str, outcome: InsOutcome) -> None:
    assert read(understand(answer(name))).outcome is outcome


def test_the_reference_answer_00_gives_the_compound_given_name_whole() -> None:
    reply = read(understand(answer("response_00.xml")))
    assert reply.traits is not None
    assert reply.traits.given_names == ("PIERRE-ALAIN", "MURIEL", "FLORIANT")
    assert [former.matricule for former in reply.former] == ["209076322083439"]


def test_the_reference_answer_02_says_several() -> None:
    assert read(understand(answer("response_02.xml"))).outcome is InsOutcome.SEVERAL


@pytest.mark.parametrize(
    ("name", "error", "codes"),
    [
        ("fault_desir_550.xml", InsiRefused, "siram_100/desir_550"),
        ("fault_insi_102.xml", InsiUnavailable, "siram_40/insi_102"),
    ],
)
def test_the_reference_faults_are_understood(name: str, error: type[Exception], codes: str) -> None:
    with pytest.raises(error) as caught:
        understand(answer(name, status=500))
    assert getattr(caught.value, "service_code", "") == codes


@pytest.mark.requirement("INS-NIR-KEY")
def test_every_key_of_the_reference_identities_is_the_one_computed() -> None:
    known = json.loads((Path(os.environ["KIT"]) / "spec/insi_test_identities.json").read_text(encoding="utf-8"))
    assert len(known["key_vectors"]) > 10
    for vector in known["key_vectors"]:
        assert key_of(vector["nir"]) == vector["key"]
    for vector in known["key_vectors_invalid"]:
        assert key_of(vector["nir"]) == vector["key_computed"]


def test_the_reference_datamatrix_is_read_and_written_alike() -> None:
    known = json.loads((Path(os.environ["KIT"]) / "spec/insi_test_identities.json").read_text(encoding="utf-8"))
    (example,) = known["datamatrix_examples"]
    text = (example["header"] + example["body"]).replace("<GS>", "\x1d")
    assert len(text) == example["length_with_GS"]
    found = read_text(example["header"] + example["body"], environment=Environment.PRODUCTION)
    ins = Ins(matricule=found.matricule, oid=found.oid, environment=Environment.PRODUCTION)
    patient = Patient(local_id="P", traits=found.traits, status=InsStatus.QUALIFIED, ins=ins)
    assert write_text(patient, environment=Environment.PRODUCTION) == text


def test_the_lines_of_i03_get_their_verdict() -> None:
    lines = (Path(os.environ["KIT"]) / "cases/inputs/I03.bin").read_bytes().decode("ascii").split("\n")
    good, lost, typed, wrong = (line for line in lines if line)
    assert read_text(good, environment=Environment.SANDBOX) == read_text(typed, environment=Environment.SANDBOX)
    with pytest.raises(SeparatorLost):
        read_text(lost, environment=Environment.SANDBOX)
    with pytest.raises(DatamatrixInvalid) as caught:
        read_text(wrong, environment=Environment.SANDBOX)
    assert caught.value.field == "birth_name"


def test_the_acts_of_h06_are_refused() -> None:
    kept = json.loads((Path(os.environ["KIT"]) / "cases/inputs/H06.json").read_text(encoding="utf-8"))
    oids = {one["oid"] for one in kept if "oid" in one}
    assert {*ISSUING[Environment.PRODUCTION], *ISSUING[Environment.SANDBOX]} < oids
    with pytest.raises(RealmMixed):
        check_oid(INS_NIR_TEST, Environment.PRODUCTION)
    with pytest.raises(RealmMixed):
        check_address("https://services-ps.ameli.fr/lps", Environment.SANDBOX)
