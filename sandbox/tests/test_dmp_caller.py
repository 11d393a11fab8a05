"""The DMP admits a caller whose addressing, certificate and VIHF are right, and refuses each fault of theirs."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sandbox_rig.client import client_context, connect, control
from sandbox_rig.dmp import EXISTS, QUERY, exists, fault, find, root_of, send, vihf
from sandbox_rig.seal import signed

from caducee_sandbox.people import ALICE, HUGO, JEANNE, LUCIE, PAUL, TEST_OID, Patient

Described = dict[str, Any]
INVALID = "DMPInvalidVIHF"


@pytest.mark.parametrize(
    ("patient", "code", "status"),
    [(JEANNE, "OK", "active"), (LUCIE, "OK", "active"), (HUGO, "NF", None), (ALICE, "OK", "terminated")],
)
def test_existence_is_told(sandbox: Described, patient: Patient, code: str, status: str | None) -> None:
    reply = send(sandbox, EXISTS, exists(patient), patient=patient)
    root = root_of(reply)
    assert reply.status == 200
    assert [e.get("code") for e in root.iterfind(".//{*}queryResponseCode")] == [code]
    assert [e.get("code") for e in root.iterfind(".//{*}patient/{*}statusCode")] == ([status] if status else [])


def test_authorisation_is_told(sandbox: Described) -> None:
    who = {"client": "lenoir_auth", "professional": "899700000025", "structure": "499700000025001", "patient": PAUL}
    root = root_of(send(sandbox, EXISTS, exists(PAUL), **who))
    assert root.findall(".//{*}attentionLine/{*}value")[0].get("code") == "NON_EXISTE"


def test_answer_names_the_request_it_answers(sandbox: Described) -> None:
    root = root_of(send(sandbox, EXISTS, exists(), edit=lambda m: m.replace("urn:uuid:", "urn:uuid:f", 1)[:]))
    assert (root.findtext(".//{*}RelatesTo") or "").startswith("urn:uuid:f")


@pytest.mark.parametrize("block", ["MessageID", "Action", "ReplyTo"])
def test_missing_addressing_header_is_refused(sandbox: Described, block: str) -> None:
    reply = send(
        sandbox,
        EXISTS,
        exists(),
        edit=lambda m: m.replace(f"<a:{block}", "<a:Autre").replace(f"a:{block}>", "a:Autre>"),
    )
    assert fault(reply)[1] == "A required header representing a Message Addressing Property is not present"


def test_patient_of_the_message_is_that_of_the_vihf(sandbox: Described) -> None:
    assert fault(send(sandbox, EXISTS, exists(LUCIE), patient=JEANNE))[0] == "XDSPatientIdDoesNotMatch"


def test_action_of_another_path_is_refused(sandbox: Described) -> None:
    assert fault(send(sandbox, QUERY, exists()))[0] == "ActionNotSupported"


REFUSED_TEXTS = [
    ("499700000017001</s", "499700000017777</s", "Structure introuvable ou Inactive"),
    ("499700000017001</s", "499700000017009</s", "Structure introuvable ou Inactive"),
    ("499700000017001</s", "499700000025001</s", "PS et Structure non liés"),
    ("899700000017</s:NameID>", "899700000025</s:NameID>", "NameID ne correspond pas"),
    ("SA07^", "SA05^", "Secteur"),
    ("CN=899700000017", "CN=899700000018", "Issuer"),
    (">DIRECTE<", ">DIRECT<", "Authentification_mode"),
    ('code="SM26"', 'code="SM01"', "Role"),
    ('code="10"', 'code="21"', "Role"),
    (">urn:dmp<", ">urn:autre<", "Ressource_URN"),
    ('code="normal"', 'code="urgence"', "PurposeOfUse"),
    (">3.0<", ">9.9<", "VIHF_Version"),
    ("LPS_Nom", "LPS_Inconnu", "Attributs absents: LPS_Nom"),
    (">NUMHOMOLSIMU<", "><", "LPS_ID_HOMOLOGATION_DMP"),
    ("ISO^NH", "ISO^PI", "resource-id"),
    ('Version="2.0"', 'Version="1.1"', "Version"),
    ("00.000Z", "00.000+01:00", "IssueInstant"),
    ("</s:Subject>", "<s:SubjectConfirmation/></s:Subject>", "SubjectConfirmation"),
]


@pytest.mark.parametrize(("old", "new", "reason"), REFUSED_TEXTS)
def test_vihf_that_breaks_a_rule_is_refused(sandbox: Described, old: str, new: str, reason: str) -> None:
    assertion = vihf(sandbox)
    assert old in assertion
    code, text = fault(send(sandbox, EXISTS, exists(), assertion=assertion.replace(old, new)))
    assert (code, reason in text) == (INVALID, True), text


def test_both_spellings_and_versions_are_admitted(sandbox: Described) -> None:
    assertion = vihf(sandbox).replace("Authentification_mode", "Authentification_Mode").replace(">3.0<", ">4.0<")
    assert send(sandbox, EXISTS, exists(), assertion=assertion).status == 200


def test_two_assertions_are_refused(sandbox: Described) -> None:
    assertion = vihf(sandbox)
    assert fault(send(sandbox, EXISTS, exists(), assertion=assertion + assertion))[0] == INVALID


def test_issuer_may_be_written_in_the_other_order(sandbox: Described) -> None:
    assertion = vihf(sandbox)
    start = assertion.index(">", assertion.index("<s:Issuer")) + 1
    issuer = assertion[start : assertion.index("</s:Issuer>")]
    turned = ", ".join(reversed(issuer.split(",")))
    assert send(sandbox, EXISTS, exists(), assertion=assertion.replace(issuer, turned)).status == 200


def test_signature_certificate_does_not_open_a_session(sandbox: Described) -> None:
    connection = connect(sandbox, "dmp", client_context(sandbox, "roux_sign"))
    with pytest.raises(ssl.SSLError, match="unsupported certificate"):
        connection.connect()
    connection.close()


def test_software_certificate_is_not_a_card(sandbox: Described) -> None:
    assert fault(send(sandbox, EXISTS, exists(), client="org_auth"))[0] == INVALID


def test_signed_vihf_is_verified(sandbox: Described) -> None:
    assertion = signed(sandbox, vihf(sandbox), "roux_sign")
    assert send(sandbox, EXISTS, exists(), assertion=assertion).status == 200
    altered = assertion.replace(">ESSAI<", ">AUTRE<")
    assert fault(send(sandbox, EXISTS, exists(), assertion=altered)) == (INVALID, "Signature de l'assertion incorrecte")


@pytest.mark.parametrize("key", ["roux_auth", "lenoir_sign", "stranger_auth", "org_sign"])
def test_vihf_signed_by_another_certificate_is_refused(sandbox: Described, key: str) -> None:
    assertion = signed(sandbox, vihf(sandbox), key)
    reply = send(sandbox, EXISTS, exists(), assertion=assertion)
    assert fault(reply) == ("DMPInvalidCertificate", "Not a valid signature certificate")


def test_structure_must_sign_its_vihf(sandbox: Described) -> None:
    assertion = vihf(sandbox, client="org_auth", mode="INDIRECTE")
    assert fault(send(sandbox, EXISTS, exists(), client="org_auth", assertion=assertion))[1] == "Assertion non signée"
    sealed = signed(sandbox, assertion, "org_sign")
    assert send(sandbox, EXISTS, exists(), client="org_auth", assertion=sealed).status == 200


@pytest.mark.parametrize(("mode", "denied"), [("INDIRECTE", True), ("INDIRECTE_RENFORCEE", False)])
def test_list_depends_on_the_access_mode(sandbox: Described, mode: str, denied: bool) -> None:
    sealed = signed(sandbox, vihf(sandbox, client="org_auth", mode=mode), "org_sign")
    root = root_of(send(sandbox, QUERY, find(), client="org_auth", assertion=sealed))
    codes = [e.get("errorCode") for e in root.iterfind(".//{*}RegistryError")]
    assert codes == (["DMPAccessDeniedByRightsService"] if denied else [])


def test_unknown_ins_has_no_record(sandbox: Described) -> None:
    stranger = vihf(sandbox).replace(JEANNE.ins, "299129999999934")
    body = exists().replace(JEANNE.ins, "299129999999934")
    root = root_of(send(sandbox, EXISTS, body, assertion=stranger))
    assert [e.get("code") for e in root.iterfind(".//{*}queryResponseCode")] == ["NF"]


def test_other_realm_has_no_record(sandbox: Described) -> None:
    real = "1.2.250.1.213.1.4.8"
    assertion = vihf(sandbox).replace(TEST_OID, real)
    root = root_of(send(sandbox, EXISTS, exists().replace(TEST_OID, real), assertion=assertion))
    assert [e.get("code") for e in root.iterfind(".//{*}queryResponseCode")] == ["NF"]


def asserted(sandbox: Described, since: str, until: str) -> Any:
    """Ask with an assertion that says when it holds."""
    said = f'</s:Subject><s:Conditions NotBefore="{since}" NotOnOrAfter="{until}"/>'
    return send(sandbox, EXISTS, exists(), assertion=vihf(sandbox, issued=hour(0)).replace("</s:Subject>", said))


def hour(seconds: float) -> str:
    return f"{datetime.now(UTC) + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%S.000Z}"


@pytest.fixture
def clock(sandbox: Described) -> Iterator[Callable[[float], Any]]:
    yield lambda seconds: control(sandbox, "POST", "/clock", {"seconds": seconds})
    control(sandbox, "DELETE", "/faults")


def test_an_assertion_is_held_to_its_conditions_by_the_clock_of_the_dmp(
    sandbox: Described, clock: Callable[[float], Any]
) -> None:
    assert asserted(sandbox, hour(-60), hour(300)).status == 200
    assert fault(asserted(sandbox, hour(30), hour(300))) == (INVALID, "Assertion pas encore valable")
    assert fault(asserted(sandbox, hour(-300), hour(-1))) == (INVALID, "Assertion expirée")
    clock(-45)
    assert asserted(sandbox, hour(-60), hour(300)).status == 200
    assert fault(asserted(sandbox, hour(0), hour(300))) == (INVALID, "Assertion pas encore valable")


@pytest.mark.parametrize("unreadable", ["", "2025-03-14 10:15", "2025-03-14T10:15:00+01:00", "2025-02-30T10:15:00Z"])
def test_conditions_whose_end_cannot_be_read_are_refused(sandbox: Described, unreadable: str) -> None:
    assert fault(asserted(sandbox, "2025-01-01T00:00:00Z", unreadable))[0] == INVALID


@pytest.mark.parametrize("seconds", [90, -3900])
def test_a_dmp_whose_clock_was_moved_refuses_what_was_issued_at_another_hour(
    sandbox: Described, clock: Callable[[float], Any], seconds: int
) -> None:
    clock(seconds)
    refused = send(sandbox, EXISTS, exists(), assertion=vihf(sandbox, issued=hour(0)))
    assert fault(refused) == (INVALID, "IssueInstant hors de la tolérance")
    assert send(sandbox, EXISTS, exists(), assertion=vihf(sandbox, issued=hour(seconds))).status == 200
