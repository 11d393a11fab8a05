from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from caducee.contracts.identity import InsOutcome
from caducee.errors import ProtocolViolation
from caducee.model.identity import Sex
from caducee.wire.soap import read_answer
from caducee_insi.ws_ins2 import SearchReply, SearchRequest, instant, read, write

from .scripted import individual, result, soap

REQUEST = SearchRequest(
    message_id="uuid:0b7d1c9e-6f0a-4d53-9a0e-2d5f1f1c7a11",
    bam_id="6a2d3c52-8f0e-4b61-90a5-7b1f4c2f9d10",
    lps_id="f3d0e7c4-1f5e-4f0c-8a43-0d5f8ee2b7c3",
    time="2026-11-22T09:15:30.125Z",
    sender="10B0000001",
    authorisation="NUMAUTOSIMU1",
    version="1.0",
    instance="0b819c7c-f7b4-4e4b-a220-000000000001",
    name="urn:lps:DEMOLGC:1.0",
    birth_name="NESSI-TEST",
    given_name="JEANNE",
    sex="F",
    birth_date="1975-03-12",
)
NAMES = {
    "s": "http://www.w3.org/2003/05/soap-envelope",
    "wsa": "http://www.w3.org/2005/08/addressing",
    "bam": "urn:siram:bam:ctxbam",
    "lps": "urn:siram:lps:ctxlps",
    "i": "http://www.cnamts.fr/INSiRecSans",
}


def find(request: SearchRequest, path: str) -> list[str | None]:
    return [element.text for element in etree.fromstring(write(request)).iterfind(path, NAMES)]


def understood(body: str) -> SearchReply:
    return read(read_answer(soap(body), service="insi").body)


def answered(code: str, person: str = "") -> SearchReply:
    return read(read_answer(result(code, person), service="insi").body)


@pytest.mark.requirement("INSI-WS_INS2")
def test_the_request_carries_its_contexts_in_schema_order() -> None:
    root = etree.fromstring(write(REQUEST))
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
    assert b"Security" not in write(REQUEST)


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


@pytest.mark.requirement("INSI-WS_INS2")
def test_an_identity_is_read_whatever_its_prefixes_and_order() -> None:
    reply = answered("00", individual())
    assert reply.outcome is InsOutcome.FOUND
    assert reply.active is not None
    assert (reply.active.matricule, reply.active.oid, reply.active.key_note) == (
        "275036399900106",
        "1.2.250.1.213.1.4.10",
        "",
    )
    assert reply.traits is not None
    assert (reply.traits.given_names, reply.traits.sex) == (("JEANNE", "MARIE"), Sex.FEMALE)


@pytest.mark.parametrize(("code", "outcome"), [("01", InsOutcome.NOT_FOUND), ("02", InsOutcome.SEVERAL)])
def test_an_answer_without_identity_says_so(code: str, outcome: InsOutcome) -> None:
    reply = answered(code)
    assert (reply.outcome, reply.active, reply.label) == (outcome, None, "texte")


def test_former_matricules_are_read_even_with_their_dates_first() -> None:
    former = """<r:INSHISTO><r:DateDeb>2019-03-01</r:DateDeb><r:DateFin>2019-02-28</r:DateFin>
 <r:IdIndividu><r:NumIdentifiant>2090763220834</r:NumIdentifiant><r:Cle>39</r:Cle></r:IdIndividu>
 <r:OID>1.2.250.1.213.1.4.10</r:OID></r:INSHISTO>"""
    assert [number.matricule for number in answered("00", individual(former=former * 2)).former] == [
        "209076322083439"
    ] * 2


def test_a_key_that_does_not_hold_is_kept_as_it_came_and_noted() -> None:
    reply = answered("00", individual(key="<r:Cle>60</r:Cle>"))
    assert reply.active is not None
    assert (reply.active.matricule[-2:], reply.active.key_note) == ("60", "unverified")


def test_a_key_that_is_missing_is_computed_and_noted() -> None:
    reply = answered("00", individual(key=""))
    assert reply.active is not None
    assert (reply.active.matricule[-2:], reply.active.key_note) == ("06", "computed")


@pytest.mark.parametrize(
    "body",
    [
        "<autre/>",
        '<RESULTAT xmlns="http://www.cnamts.fr/INSiResultat"><CR><CodeCR>03</CodeCR></CR></RESULTAT>',
        '<RESULTAT xmlns="http://www.cnamts.fr/INSiResultat"><CR><CodeCR>00</CodeCR></CR></RESULTAT>',
        '<RESULTAT xmlns="http://www.cnamts.fr/INSiResultat"/>',
        '<RESULTAT xmlns="urn:autre"><CR><CodeCR>01</CodeCR></CR></RESULTAT>',
    ],
)
def test_an_answer_that_is_not_the_expected_one_is_a_protocol_violation(body: str) -> None:
    with pytest.raises(ProtocolViolation):
        understood(body)


@pytest.mark.parametrize("broken", ["Sexe>F<", "NomNaissance>NESSI-TEST<", "NumIdentifiant>2750363999001<", "OID>1."])
def test_an_identity_with_a_part_missing_is_a_protocol_violation(broken: str) -> None:
    name = broken.partition(">")[0]
    person = individual().replace(f"<r:{name}>", "<r:Autre>").replace(f"</r:{name}>", "</r:Autre>")
    with pytest.raises(ProtocolViolation):
        answered("00", person)
