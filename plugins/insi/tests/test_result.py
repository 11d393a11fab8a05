from __future__ import annotations

import pytest

from caducee.contracts.identity import InsOutcome
from caducee.errors import ProtocolViolation
from caducee.model.identity import Sex
from caducee.wire.soap import read_answer
from caducee_insi.result import SearchReply, read

from .scripted import individual, result, soap


def understood(body: str) -> SearchReply:
    return read(read_answer(soap(body), service="insi").body)


def answered(code: str, person: str = "") -> SearchReply:
    return read(read_answer(result(code, person), service="insi").body)


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


@pytest.mark.parametrize("key", ["6", "006", "AB", "٠٦"])
def test_a_key_that_is_not_two_digits_makes_no_matricule(key: str) -> None:
    with pytest.raises(ProtocolViolation):
        answered("00", individual(key=f"<r:Cle>{key}</r:Cle>"))


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
