"""Our messages beside the reference kit's: what is written has the same shape, what it shows is understood."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from lxml import etree

from caducee.contracts.http import HttpAnswer
from caducee.contracts.identity import InsOutcome
from caducee_insi.exchange import understand
from caducee_insi.faults import InsiRefused, InsiUnavailable
from caducee_insi.nir import key_of
from caducee_insi.ws_ins2 import SearchRequest, write

pytestmark = pytest.mark.conformance
REQUEST = SearchRequest(
    message_id="uuid:0b7d1c9e-6f0a-4d53-9a0e-2d5f1f1c7a11",
    bam_id="6a2d3c52-8f0e-4b61-90a5-7b1f4c2f9d10",
    lps_id="f3d0e7c4-1f5e-4f0c-8a43-0d5f8ee2b7c3",
    time="2026-11-22T09:15:30.125Z",
    sender="899900063480",
    authorisation="NUMAUTOSIMU1",
    version="01.00",
    instance="0b819c7c-f7b4-4e4b-a220-000000000001",
    name="urn:lps:DEMOLGC:01.00",
    birth_name="ADRUN",
    given_name="ZOE",
    sex="F",
    birth_date="1975-12-31",
    birth_place="63220",
)


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
    assert content(write(REQUEST)) == content(skeleton("ws_ins2_request.xml"))


@pytest.mark.parametrize(
    ("name", "outcome"), [("response_00.xml", InsOutcome.FOUND), ("response_01.xml", InsOutcome.NOT_FOUND)]
)
def test_the_reference_answers_are_understood(name: str, outcome: InsOutcome) -> None:
    assert understand(answer(name)).outcome is outcome


def test_the_reference_answer_00_gives_the_compound_given_name_whole() -> None:
    reply = understand(answer("response_00.xml"))
    assert reply.traits is not None
    assert reply.traits.given_names == ("PIERRE-ALAIN", "MURIEL", "FLORIANT")
    assert [former.matricule for former in reply.former] == ["209076322083439"]


def test_the_reference_answer_02_says_several() -> None:
    assert understand(answer("response_02.xml")).outcome is InsOutcome.SEVERAL


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
