"""INSi answers what is known of it, and refuses each kind of wrong call."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from typing import Any

import pytest
from lxml import etree
from sandbox_rig.client import Reply, call, client_context, connect, control, post
from sandbox_rig.insi import CONTENT_TYPE, JEANNE, MESSAGE_ID, search, traits

RESULT = "{http://www.cnamts.fr/INSiResultat}"
Ask = Callable[..., Reply]


@pytest.fixture
def ask(sandbox: dict[str, Any]) -> Ask:
    def ask(body: bytes, client: str = "insi_manu", content_type: str = CONTENT_TYPE) -> Reply:
        return call(sandbox, "insi", client, path="/lps", content_type=content_type, body=body)

    return ask


def code(reply: Reply) -> str:
    assert reply.status == 200, reply.body
    return etree.fromstring(reply.body).findtext(f".//{RESULT}CodeCR") or ""


def refusal(reply: Reply) -> tuple[str, str]:
    assert reply.status == 500
    root = etree.fromstring(reply.body)
    error = root.find(".//{urn:siram}Erreur")
    subcode = root.findtext(".//{*}Subcode/{*}Value")
    assert error is not None
    assert subcode is not None
    return subcode.partition(":")[2], error.get("code") or ""


def test_patient_is_found_with_list_of_given_names_only(ask: Ask) -> None:
    reply = ask(search())
    root = etree.fromstring(reply.body)
    assert code(reply) == "00"
    assert root.findtext(f".//{RESULT}ListePrenom") == "JEANNE MARIE"
    assert root.find(f".//{RESULT}Prenom") is None
    assert root.findtext(f".//{RESULT}OID") == "1.2.250.1.213.1.4.10"


def test_answer_mixes_prefixes_as_the_service_does(ask: Ask) -> None:
    body = ask(search()).body
    assert b"<soap:Envelope" in body
    assert b"<env:Body" in body


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (traits("DURAND-ESSAI", "PAUL", "M", "1962-07-04"), "02"),
        (traits("DURAND-ESSAI", "HENRI", "M", "1962-07-04"), "01"),
        (traits("DURAND-ESSAI", "PAUL HENRI", "M", "1962-07-04"), "02"),
        (traits("DURAND-ESSAI", "PAUL", "M", "1962-07-04", "63998"), "00"),
        (traits("MARTIN-FICTIF", "LUCIE", "F", "1988-11-23"), "01"),
        (traits("BERNARD-FICTIF", "LUCIE", "F", "1988-11-23"), "00"),
        (traits("SANSDMP-ESSAI", "HUGO", "M", "2001-01-30"), "00"),
        (traits("FERME-ESSAI", "ALICE", "F", "1950-05-05"), "00"),
        (traits("NESSI-TEST", "JEANNE", "M", "1975-03-12"), "01"),
        (traits("NESSI-TEST", "JEANNE", "F", "1975-03-13"), "01"),
        (traits("HISTORIQUE-ESSAI", "CLAIRE-LISE", "F", "1966-06-16"), "00"),
    ],
)
def test_search_answers_as_the_people_are_known(ask: Ask, asked: str, expected: str) -> None:
    assert code(ask(search(asked))) == expected


def test_history_appears_once_with_its_end_before_its_beginning(ask: Ask) -> None:
    root = etree.fromstring(ask(search(traits("HISTORIQUE-ESSAI", "CLAIRE-LISE", "F", "1966-06-16"))).body)
    [past] = root.findall(f".//{RESULT}INSHISTO")
    assert (past.findtext(f"{RESULT}DateDeb") or "") > (past.findtext(f"{RESULT}DateFin") or "")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (traits("NESSI-TEST", "JEANNE", "I", "1975-03-12"), "insi_24"),
        (traits("NESSI-TEST", "JEANNE", "", "1975-03-12"), "insi_24"),
        (traits("Nessi-Test", "JEANNE", "F", "1975-03-12"), "insi_21"),
        (traits("NESSI''TEST", "JEANNE", "F", "1975-03-12"), "insi_21"),
        (traits("-NESSI", "JEANNE", "F", "1975-03-12"), "insi_21"),
        (traits("NESSI-TEST", "JEANNE--MARIE", "F", "1975-03-12"), "insi_22"),
        (traits("NESSI-TEST", "JEANNE-", "F", "1975-03-12"), "insi_22"),
        (traits("NESSI-TEST", "HÉLÈNE", "F", "1975-03-12"), "insi_22"),
        (traits("NESSI-TEST", "JEANNE", "F", "1975-02-30"), "insi_25"),
        (traits("NESSI-TEST", "JEANNE", "F", "12/03/1975"), "insi_25"),
        (traits("NESSI-TEST", "JEANNE", "F", "1975-03-12", "639"), "insi_26"),
        (JEANNE.replace("<Prenom>", "<Prenom>MARIE</Prenom><Prenom>"), "insi_20"),
        ("<Sexe>F</Sexe>" + JEANNE, "insi_20"),
    ],
)
def test_field_that_breaks_its_rule_is_refused(ask: Ask, asked: str, expected: str) -> None:
    assert refusal(ask(search(asked)))[1] == expected


@pytest.mark.parametrize("name", ["D'ERREUR", "LE--GOFF", "'T HOOFT", "O'NEIL-DUPONT DE LA TOUR"])
def test_name_with_its_allowed_signs_is_searched(ask: Ask, name: str) -> None:
    assert code(ask(search(traits(name, "EVE", "F", "1990-02-03")))) == "01"


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"action": "urn:autre"}, ("siram_40", "desir_1020")),
        ({"message_id": MESSAGE_ID.replace("uuid:", "urn:uuid:")}, ("siram_100", "desir_500")),
        ({"couverture": ""}, ("siram_100", "desir_500")),
        ({"lps_version": "01_01"}, ("siram_100", "desir_500")),
        ({"r": "3"}, ("siram_100", "desir_550")),
        ({"idam": "INCONNU"}, ("siram_100", "desir_550")),
        (
            {
                "security": '<w:Security xmlns:w="http://docs.oasis-open.org/wss/2004/01/'
                'oasis-200401-wss-wssecurity-secext-1.0.xsd"/>'
            },
            ("siram_100", "desir_500"),
        ),
    ],
)
def test_wrong_header_is_refused(ask: Ask, changed: dict[str, str], expected: tuple[str, str]) -> None:
    assert refusal(ask(search(**changed))) == expected


def test_gateway_fault_echoes_the_message_id(ask: Ask) -> None:
    error = etree.fromstring(ask(search(idam="INCONNU")).body).find(".//{urn:siram}Erreur")
    assert error is not None
    assert error.get("messageID") == MESSAGE_ID


def test_technical_error_has_the_other_shape(ask: Ask) -> None:
    reply = ask(search(traits("D'ERREUR-ESSAI", "EVE", "F", "1990-02-02")))
    assert refusal(reply) == ("siram_40", "insi_102")
    assert b"<S:Fault>" in reply.body
    assert b"messageID" not in reply.body


def test_other_common_name_is_not_admitted(ask: Ask) -> None:
    assert refusal(ask(search(), client="insi_wrong_cn"))[1] == "desir_560"


def test_message_that_is_not_xml_is_refused(ask: Ask) -> None:
    assert refusal(ask(b"<s:Envelope"))[1] == "desir_500"


def test_soap_11_content_type_is_refused(ask: Ask) -> None:
    assert refusal(ask(search(), content_type="text/xml"))[1] == "desir_500"


@pytest.mark.parametrize("client", ["expired", "stranger_auth", None])
def test_client_without_a_valid_certificate_does_not_pass_tls(sandbox: dict[str, Any], client: str | None) -> None:
    connection = connect(sandbox, "insi", client_context(sandbox, client))
    with pytest.raises((ssl.SSLError, ConnectionError)):
        post(connection, "/lps", CONTENT_TYPE, search())
    connection.close()
    assert any(e["verdict"].startswith("handshake") for e in control(sandbox, "GET", "/ledger"))


def test_server_is_not_trusted_under_another_authority(sandbox: dict[str, Any]) -> None:
    context = client_context(sandbox, "insi_manu", trust="other_authorities")
    connection = connect(sandbox, "insi", context)
    with pytest.raises(ssl.SSLCertVerificationError):
        connection.connect()
    connection.close()
