from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from caducee_insi import ws_ins2
from caducee_insi.envelope import Bam, Cover, Heading, instant, write
from caducee_insi.ws_ins2 import ByTraits

HEADING = Heading(
    action=ws_ins2.ACTION,
    message_id="uuid:0b7d1c9e-6f0a-4d53-9a0e-2d5f1f1c7a11",
    lps_id="f3d0e7c4-1f5e-4f0c-8a43-0d5f8ee2b7c3",
    time="2026-11-22T09:15:30.125Z",
    sender="10B0000001",
    authorisation="NUMAUTOSIMU1",
    version="1.0",
    instance="0b819c7c-f7b4-4e4b-a220-000000000001",
    name="urn:lps:DEMOLGC:1.0",
    bam=Bam("6a2d3c52-8f0e-4b61-90a5-7b1f4c2f9d10"),
)
REQUEST = ByTraits(birth_name="NESSI-TEST", given_name="JEANNE", sex="F", birth_date="1975-03-12")
NAMES = {
    "s": "http://www.w3.org/2003/05/soap-envelope",
    "wsa": "http://www.w3.org/2005/08/addressing",
    "bam": "urn:siram:bam:ctxbam",
    "lps": "urn:siram:lps:ctxlps",
    "i": "http://www.cnamts.fr/INSiRecSans",
}


def find(request: ByTraits, path: str, heading: Heading = HEADING) -> list[str | None]:
    envelope = write(heading, ws_ins2.body(request))
    return [element.text for element in etree.fromstring(envelope).iterfind(path, NAMES)]


@pytest.mark.requirement("INSI-WS_INS2")
def test_the_request_carries_its_contexts_in_schema_order() -> None:
    root = etree.fromstring(write(HEADING, ws_ins2.body(REQUEST)))
    lps = root.find(".//lps:ContexteLPS", NAMES)
    bam = root.find(".//bam:ContexteBAM", NAMES)
    assert lps is not None
    assert bam is not None
    assert (lps.get("Version"), lps.get("Nature"), bam.get("Version")) == ("01_00", "CTXLPS", "01_02")
    assert [etree.QName(child).localname for child in lps] == ["Id", "Temps", "Emetteur", "LPS"]
    assert [etree.QName(child).localname for child in bam] == ["Id", "Temps", "Emetteur", "COUVERTURE"]
    assert [etree.QName(child).localname for child in lps[3]] == ["IDAM", "Version", "Instance", "Nom"]
    assert lps[3][0].get("R") == "4"


def test_the_request_holds_no_security_header_in_organisation_mode() -> None:
    assert b"Security" not in write(HEADING, ws_ins2.body(REQUEST))


def test_the_message_is_named_with_the_uuid_prefix() -> None:
    assert find(REQUEST, ".//wsa:MessageID") == ["uuid:0b7d1c9e-6f0a-4d53-9a0e-2d5f1f1c7a11"]


def test_the_birth_place_is_left_out_when_it_is_not_asked() -> None:
    assert find(REQUEST, ".//i:LieuNaissance") == []
    assert find(msgspec.structs.replace(REQUEST, birth_place="63999"), ".//i:LieuNaissance") == ["63999"]


@given(st.text(st.sampled_from("<>&'\"]{}!-A\u00e9"), max_size=30))
def test_no_text_can_become_markup(text: str) -> None:
    assert find(msgspec.structs.replace(REQUEST, birth_name=text), ".//i:NomNaissance") == [text or None]


def test_an_instant_is_utc_with_milliseconds() -> None:
    assert instant(datetime(2026, 11, 22, 9, 15, 30, 125_999, tzinfo=UTC)) == "2026-11-22T09:15:30.125Z"


def test_the_cover_of_a_card_is_written_as_far_as_it_is_known() -> None:
    cover = Cover(holder="2750363999301", birth_date="1975-03-12", rank="1")
    heading = msgspec.structs.replace(HEADING, bam=Bam("x", cover))
    assert find(REQUEST, ".//bam:ASSURE/bam:Id/bam:Num", heading) == ["2750363999301"]
    assert find(REQUEST, ".//bam:BENEFICIAIRE/bam:Nir", heading) == []
    assert find(REQUEST, ".//bam:BENEFICIAIRE/bam:Rang", heading) == ["1"]


def test_what_takes_no_context_of_the_insurance_has_none() -> None:
    assert find(REQUEST, ".//bam:ContexteBAM", msgspec.structs.replace(HEADING, bam=None)) == []
