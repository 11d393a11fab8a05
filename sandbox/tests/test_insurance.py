"""The other ways into INSi and the services beside it: what is known is checked, each wrong call is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificate
from lxml import etree
from sandbox_rig.client import Reply, call, client_context, connect, control, load, post
from sandbox_rig.insi import CONTENT_TYPE, search, traits
from sandbox_rig.insurance import (
    CARD,
    CLOSE,
    OPEN,
    RIGHTS,
    UNIT,
    assertion,
    by_card,
    content_type,
    enveloped,
    secured,
    without_bam,
)
from sandbox_rig.seal import signed

from caducee_sandbox.faults import FaultBoard
from caducee_sandbox.http import Request
from caducee_sandbox.insi.burst import PEOPLE, SECONDS, Burst
from caducee_sandbox.insi.callers import Door
from caducee_sandbox.insi.judge import Base, InsiJudge
from caducee_sandbox.people import ADAM, FATIMA, JEANNE, NOE, PATIENTS

Described = dict[str, Any]
BILLING = (("identifiantFacturation", "991130972"), ("codeSpecialite", "01"))
SESSION = (("identifiantFacturation", "991130972"), ("codeSpecialiteAMO", "01"))


def sent(described: Described, body: bytes, action: str = "", *, door: str = "insi") -> Reply:
    kind = content_type(action) if action else CONTENT_TYPE
    if door == "insi":
        return call(described, door, "insi_manu", path="/lps", content_type=kind, body=body)
    connection = connect(described, door, client_context(described, None))
    try:
        return post(connection, "/lps", kind, body)
    finally:
        connection.close()


def code(reply: Reply) -> str:
    root = etree.fromstring(reply.body)
    error = root.find(".//{urn:siram}Erreur")
    return (root.findtext(".//{*}CodeCR") or "") if error is None else error.get("code") or ""


def test_there_are_sixteen_people() -> None:
    assert len(PATIENTS) == 16
    assert len({patient.ins for patient in PATIENTS}) == 16


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (by_card(JEANNE.nir, "1975-03-12", individual=JEANNE.nir), "00"),
        (by_card(JEANNE.nir, "2016-05-05", rank="2"), "00"),
        (by_card(JEANNE.nir, "2016-05-05", rank="3"), "01"),
        (by_card(FATIMA.nir, "1941-00-00"), "00"),
        (by_card(FATIMA.nir, "1941-12-31"), "01"),
        (by_card(JEANNE.nir, "1975-03-13", individual=JEANNE.nir), "01"),
        (by_card("12", "1975-03-12"), "insi_32"),
        (by_card("", "1975-03-12"), "insi_31"),
        (by_card(JEANNE.nir, "12/03/1975"), "insi_31"),
        (by_card(JEANNE.nir, "1975-03-12").replace("<DateNaissance>", "<X/><DateNaissance>"), "insi_30"),
    ],
)
def test_a_card_is_searched_by_number_or_by_holder_date_and_rank(sandbox: Described, body: str, expected: str) -> None:
    assert code(sent(sandbox, enveloped(CARD, body), CARD)) == expected


def test_twins_are_told_apart_by_rank(sandbox: Described) -> None:
    for twin in (ADAM, NOE):
        body = by_card(JEANNE.nir, twin.birth, rank=str(twin.rank))
        root = etree.fromstring(sent(sandbox, enveloped(CARD, body), CARD).body)
        assert root.findtext(".//{*}ListePrenom") == twin.given_names


def test_a_body_of_another_operation_is_refused(sandbox: Described) -> None:
    assert code(sent(sandbox, enveloped(CARD, "<x/>"), CARD)) == "desir_1020"
    assert code(sent(sandbox, search(), CARD)) == "desir_1020"


def told(described: Described, key: str = "roux_sign", who: str = "899700000017") -> str:
    return signed(described, assertion("CPS", who, *BILLING), key)


def test_a_signed_assertion_of_a_card_is_enough_without_a_certificate(sandbox: Described) -> None:
    assert code(sent(sandbox, search(security=secured(told(sandbox))), door="insi_card")) == "00"


WRONG: dict[str, Callable[[Described], str]] = {
    "none": lambda _: "",
    "unsigned": lambda _: secured(assertion("CPS", "899700000017", *BILLING)),
    "two": lambda s: secured(told(s), told(s)),
    "key of authentication": lambda s: secured(told(s, "roux_auth")),
    "somebody else": lambda s: secured(told(s, who="899700000025")),
    "changed": lambda s: secured(told(s).replace("991130972", "991130973")),
    "no billing": lambda s: secured(signed(s, assertion("CPS", "899700000017"), "roux_sign")),
    "log-in": lambda _: secured(assertion("PSC", "899700000017", *SESSION)),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_an_assertion_that_is_not_right_is_refused(sandbox: Described, wrong: str) -> None:
    assert code(sent(sandbox, search(security=WRONG[wrong](sandbox)), door="insi_card")) == "desir_561"


def test_a_log_in_is_told_by_an_unsigned_assertion(sandbox: Described) -> None:
    for who, expected in (("899700000017", "00"), ("899799999999", "desir_561")):
        security = secured(assertion("PSC", who, *SESSION))
        assert code(sent(sandbox, search(security=security), door="insi_session")) == expected


def test_looking_many_people_up_in_a_minute_is_refused_and_forgotten_after_it() -> None:
    now = [0.0]
    burst = Burst(lambda: now[0])
    assert [burst.exceeded(str(person)) for person in range(PEOPLE + 1)] == [*[False] * PEOPLE, True]
    assert not burst.exceeded("0")
    now[0] = SECONDS + 1
    assert not burst.exceeded("another")


def test_a_burst_is_refused_with_its_fault(sandbox: Described) -> None:
    authority = load_pem_x509_certificate(Path(sandbox["authorities"]).read_bytes())
    judge = InsiJudge(Base(lambda: 0.0), door=Door.CERTIFICATE, authority=authority, board=FaultBoard())
    caller = load(sandbox, "insi_manu").certificate.public_bytes(Encoding.DER)
    asked = (search(traits("PERSONNE", "EVE", "F", f"1990-02-{day:02d}")) for day in range(1, 29))
    again = (search(traits("PERSONNE", "EVE", "F", f"1990-03-{day:02d}")) for day in range(1, PEOPLE - 26))
    verdicts = [
        judge.judge(
            Request(method="POST", path="/lps", content_type=CONTENT_TYPE, body=body, certificate=caller)
        ).verdict
        for body in (*asked, *again)
    ]
    assert verdicts == [*["accepted"] * PEOPLE, "insi_90"]


def unit(matricule: str = JEANNE.ins, name: str = JEANNE.name) -> str:
    return (
        '<REQUNITAIRE xmlns="http://www.cnamts.fr/INSiLot2/REQUnitaire"><IndividuVerifie><INSFourni><IdIndividu>'
        f"<NumIdentifiant>{matricule[:13]}</NumIdentifiant><Cle>{matricule[13:]}</Cle></IdIndividu>"
        "<OID>1.2.250.1.213.1.4.10</OID></INSFourni><TraitsIdentiteIndividu>"
        f"<NomNaissance>{name}</NomNaissance><Prenom>JEANNE</Prenom><ListePrenom>JEANNE MARIE</ListePrenom>"
        "<Sexe>F</Sexe><DateNaissance>1975-03-12</DateNaissance></TraitsIdentiteIndividu></IndividuVerifie>"
        "</REQUNITAIRE>"
    )


@pytest.mark.parametrize(
    ("body", "expected"), [(unit(), "00"), (unit(name="AUTRE"), "01"), (unit(matricule="1"), "insi_41")]
)
def test_a_stored_identity_is_verified(sandbox: Described, body: str, expected: str) -> None:
    assert code(sent(sandbox, enveloped(UNIT, body), UNIT)) == expected


def lot(described: Described, method: str, name: str, content: Any = None) -> tuple[int, Any]:
    connection = connect(described, "insi", client_context(described, "insi_manu"))
    connection.request(method, f"/lots/{name}", None if content is None else json.dumps(content))
    answer = connection.getresponse()
    raw = answer.read()
    connection.close()
    return answer.status, json.loads(raw) if raw else None


LINE = {
    "id": "7",
    "matricule": JEANNE.ins,
    "traits": {"birth_name": JEANNE.name, "given_names": ["JEANNE", "MARIE"], "sex": "F", "birth_date": JEANNE.birth},
}


def test_a_lot_is_taken_once_and_ready_at_its_second_fetch(sandbox: Described) -> None:
    statuses = [lot(sandbox, "POST", "essai-1", [LINE])[0]]
    if statuses == [429]:
        statuses = [lot(sandbox, "POST", "essai-1", [LINE])[0]]
    assert statuses == [201]
    assert lot(sandbox, "POST", "essai-1", [LINE])[0] == 200
    assert lot(sandbox, "GET", "essai-1")[0] == 202
    assert lot(sandbox, "GET", "essai-1") == (200, [{"id": "7", "code": "00", "label": "OK"}])


@pytest.mark.parametrize("content", [[], [{}], {"a": 1}])
def test_a_lot_that_is_none_is_refused(sandbox: Described, content: Any) -> None:
    assert lot(sandbox, "POST", "essai-2", content)[0] == 400
    assert lot(sandbox, "GET", "essai-2")[0] == 404


def rights(number: str = JEANNE.nir, key: str = JEANNE.key, on: str = "2026-11-25") -> str:
    person = f"<NIRcertifie><Num>{number}</Num><Cle>{key}</Cle></NIRcertifie>"
    holder = f"<Assure><NIRassure><Num>{number}</Num><Cle>{key}</Cle></NIRassure></Assure>"
    return (
        f'<Requete xmlns="urn:ir:se_req_adr"><DatedeReference>{on}</DatedeReference><BeneficiaireDeSoins>{person}'
        f"<DatedeNaissance>1975-03-12</DatedeNaissance>{holder}</BeneficiaireDeSoins></Requete>"
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (rights(on=""), "adri_10"),
        (rights(key="00"), "adri_12"),
        (rights().replace("1975-03-12", "1975-03-13"), "FASIBEN"),
    ],
)
def test_rights_that_are_asked_wrongly_are_refused(sandbox: Described, body: str, expected: str) -> None:
    assert code(sent(sandbox, enveloped(RIGHTS, body), RIGHTS)) == expected


def test_rights_are_told(sandbox: Described) -> None:
    root = etree.fromstring(sent(sandbox, enveloped(RIGHTS, rights()), RIGHTS).body)
    assert [one.get("organisme") for one in root.iterfind(".//{urn:caducee:assumed:adri}AMO")] == ["349"]


def opened(data: str) -> str:
    return (
        '<AuthentifierUtilisateurProximiteReq xmlns="http://www.sesam-vitale.fr/apcv/auth/1/0" version="1.0">'
        "<ProfessionnelSante><IdentifiantFacturation>1</IdentifiantFacturation></ProfessionnelSante>"
        f"<Donnees>{data}</Donnees></AuthentifierUtilisateurProximiteReq>"
    )


def closed(identifier: str) -> str:
    return (
        '<DetruireContexteApCVReq xmlns="http://www.sesam-vitale.fr/apcv/auth/1/0" version="1.0"><ContexteApCV>'
        f"<Identifiant>{identifier}</Identifiant></ContexteApCV></DetruireContexteApCVReq>"
    )


def test_a_context_is_opened_once_and_closed_once(sandbox: Described) -> None:
    answer = sent(sandbox, without_bam(enveloped(OPEN, opened(f"ESSAI:{JEANNE.ins}"))), OPEN)
    identifier = etree.fromstring(answer.body).findtext(".//{*}Identifiant") or ""
    for expected in ("", "apcv_11"):
        assert code(sent(sandbox, without_bam(enveloped(CLOSE, closed(identifier))), CLOSE)) == expected
    assert code(sent(sandbox, without_bam(enveloped(OPEN, opened("AUTRE"))), OPEN)) == "apcv_10"


@pytest.mark.parametrize("habit", ["prefixes", "history_first", "history_repeated", "wrong_key", "old_place", "fatal"])
def test_each_habit_can_be_asked_for_and_shows(sandbox: Described, habit: str) -> None:
    asked = search(traits("ORSINI-ESSAI", "LETIZIA", "F", "1997-02-26"))
    if habit == "history_first":
        asked = search(traits("HISTORIQUE-ESSAI", "CLAIRE-LISE", "F", "1966-06-16"))
    plain = sent(sandbox, asked).body
    control(sandbox, "POST", "/faults", {"service": "insi", "fault": habit, "times": 1})
    assert sent(sandbox, asked).body != plain
    assert sent(sandbox, asked).body == plain
