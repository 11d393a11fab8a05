"""The simulated DMP beside its documents: rights by profession, authorisations, oppositions, updates, notices."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from sandbox_rig import dmp as rig
from sandbox_rig.client import control
from sandbox_rig.dmp import QUERY, errors, fault, find, get, provide, root_of, send, vihf
from sandbox_rig.feed import Feed, objects

from caducee_sandbox.people import LENOIR, LUCIE

Described = dict[str, Any]
HABILITATIONS = "urn:si-dmp-habilitations"
SET = f"{HABILITATIONS}:HabilitationsEndPoint:setAuthorization"
LIST = f"{HABILITATIONS}:HabilitationsEndPoint:listAuthorizationByPatient"
PATIENTS = "urn:si-dmp-patients:PatientSpecificEndPoint:patientList"
UPDATE = "urn:ihe:iti:2010:UpdateDocumentSet"
rig.SERVICES.update({SET: "habilitations", LIST: "habilitations", PATIENTS: "patientsSpecific", UPDATE: "registry"})
DENIED = "DMPAccessDeniedByRightsService"
OTHER = {"client": "lenoir_auth", "professional": "899700000025", "structure": "499700000025001"}
APPROVED = "urn:oasis:names:tc:ebxml-regrep:StatusType:Approved"
ARCHIVED, DELETED = (f"urn:asip:ci-sis:2010:StatusType:{state}" for state in ("Archived", "Deleted"))


def status_of(sandbox: Described, action: str, body: str, **who: Any) -> str:
    return root_of(send(sandbox, action, body, patient=LUCIE, **who)).findtext(".//{*}status") or ""


def authorise(action: str, role: str = "") -> str:
    said = f"<role>{role}</role>" if role else ""
    return f'<setAuthorization xmlns="{HABILITATIONS}"><action>{action}</action>{said}</setAuthorization>'


def nurse(sandbox: Described, purpose: str = "normal", reason: str = "") -> str:
    """The assertion of the nurse, who has one role."""
    made = vihf(sandbox, client="petit_auth", professional="899700000033", patient=LUCIE)
    made = re.sub(r"<s:AttributeValue><Role [^>]*SM26.*?</s:AttributeValue>", "", made)
    return purposed(made.replace('code="10"', 'code="60"'), purpose, reason)


def purposed(assertion: str, purpose: str, reason: str = "") -> str:
    said = f'<s:Attribute Name="Mode_Acces_Raison"><s:AttributeValue>{reason}</s:AttributeValue></s:Attribute>'
    assertion = assertion.replace('code="normal"', f'code="{purpose}"')
    return assertion.replace("</s:AttributeStatement>", (said if reason else "") + "</s:AttributeStatement>")


@pytest.fixture
def fed(sandbox: Described) -> Feed:
    feed = Feed(patient=LUCIE)
    assert errors(provide(sandbox, feed)) == []
    return feed


def entry_uuid(sandbox: Described, feed: Feed) -> str:
    found = root_of(send(sandbox, QUERY, get(feed.document_id), patient=LUCIE)).find(".//{*}ObjectRef")
    assert found is not None
    return found.get("id") or ""


def update(target: str, old: str, new: str, *, bare: bool = False) -> str:
    """A change of status as the official samples write it: with or without the attributes that the schema wants."""
    feed = Feed(patient=LUCIE)
    package = re.search(r"<RegistryPackage.*?</RegistryPackage>", objects(feed, b"", b""))
    assert package is not None
    said = package[0]
    if bare:
        said = re.sub(r' (classifiedObject|registryObject)="[^"]*"', "", said)
    slots = "".join(
        f'<Slot name="{name}"><ValueList><Value>{value}</Value></ValueList></Slot>'
        for name, value in (("OriginalStatus", old), ("NewStatus", new))
    )
    return (
        '<l:SubmitObjectsRequest xmlns:l="urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0" '
        'xmlns="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"><RegistryObjectList>'
        f"{said}<Association id='a1' associationType='urn:ihe:iti:2010:AssociationType:UpdateAvailabilityStatus' "
        f"sourceObject='SubmissionSet01' targetObject='{target}'>{slots}</Association>"
        "</RegistryObjectList></l:SubmitObjectsRequest>"
    )


def test_authorisation_goes_and_comes_back(sandbox: Described) -> None:
    assert status_of(sandbox, SET, authorise("SUPPRESSION"), **OTHER) == "DMPOk"
    assert [c for c, _ in errors(send(sandbox, QUERY, find(LUCIE), patient=LUCIE, **OTHER))] == [DENIED]
    assert status_of(sandbox, SET, authorise("AJOUT", "MEDECIN_TRAITANT"), **OTHER) == "DMPOk"
    assert errors(send(sandbox, QUERY, find(LUCIE), patient=LUCIE, **OTHER)) == []
    listed = root_of(
        send(
            sandbox,
            LIST,
            f'<listAuthorizationByPatient xmlns="{HABILITATIONS}"><mode>ACTIVE</mode></listAuthorizationByPatient>',
            patient=LUCIE,
        )
    )
    assert [e.text for e in listed.iterfind(".//{*}specificRight")] == ["MEDECIN_TRAITANT"]
    assert status_of(sandbox, SET, authorise("SUPPRESSION", "MEDECIN_TRAITANT"), **OTHER) == "DMPOk"


def test_blocked_professional_stays_blocked(sandbox: Described) -> None:
    said = {"patient": LUCIE.ins, "professional": LENOIR.identifier}
    control(sandbox, "POST", "/dmp/authorisation", {**said, "state": "INTERDIT"})
    try:
        assert status_of(sandbox, SET, authorise("AJOUT"), **OTHER) == DENIED
    finally:
        control(sandbox, "POST", "/dmp/authorisation", {**said, "state": "VALIDE"})


def test_list_of_ones_patients_is_the_callers(sandbox: Described) -> None:
    body = (
        '<patientList xmlns="urn:si-dmp-patients"><startDate>20200101000000</startDate>'
        "<dateType>LASTAUTORIZATION</dateType></patientList>"
    )
    status_of(sandbox, SET, authorise("AJOUT"), **OTHER)
    mine = root_of(send(sandbox, PATIENTS, body, patient=LUCIE, **OTHER))
    assert LUCIE.ins in [e.text for e in mine.iterfind(".//{*}nationalId")]


def test_nurse_reads_and_deletes_nothing_of_another(sandbox: Described, fed: Feed) -> None:
    assertion = nurse(sandbox)
    assert errors(send(sandbox, QUERY, find(LUCIE), client="petit_auth", assertion=assertion)) == []
    target = entry_uuid(sandbox, fed)
    body = update(target, APPROVED, DELETED).replace("899700000017^ROUX^Camille", "899700000033^PETIT^Andrea")
    reply = send(sandbox, UPDATE, body, client="petit_auth", assertion=nurse(sandbox))
    assert [c for c, _ in errors(reply)] == [DENIED]


def test_emergency_without_a_reason_is_a_fault(sandbox: Described, fed: Feed) -> None:
    assertion = purposed(vihf(sandbox, patient=LUCIE), "bris_de_glace")
    assert fault(send(sandbox, QUERY, find(LUCIE), assertion=assertion))[0] == "DMPInvalidVIHF"


def test_emergency_opens_a_record_that_did_not_authorise_and_tells_the_patient(sandbox: Described, fed: Feed) -> None:
    assertion = purposed(vihf(sandbox, patient=LUCIE), "bris_de_glace", "Coma")
    retrieve = rig.retrieve(fed.document_id)
    assert errors(send(sandbox, rig.RETRIEVE, retrieve, assertion=assertion)) == []
    told = control(sandbox, "GET", f"/dmp/notifications/{LUCIE.ins}")
    assert ("bris_de_glace", "Coma") in {(line["kind"], line["detail"]) for line in told}


@pytest.mark.parametrize(("kind", "purpose"), [("bris_de_glace", "bris_de_glace"), ("acces_urgence", "centre_15")])
def test_opposition_closes_the_access_that_it_names(sandbox: Described, fed: Feed, kind: str, purpose: str) -> None:
    control(sandbox, "POST", "/dmp/opposition", {"patient": LUCIE.ins, "kind": kind})
    try:
        assertion = purposed(vihf(sandbox, patient=LUCIE), purpose, "Motif")
        assert [c for c, _ in errors(send(sandbox, QUERY, find(LUCIE), assertion=assertion))] == [DENIED]
    finally:
        control(sandbox, "POST", "/dmp/opposition", {"patient": LUCIE.ins, "kind": kind, "opposed": False})


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (APPROVED, ARCHIVED, None),
        (APPROVED, DELETED, None),
        (ARCHIVED, APPROVED, "XDSMetadataUpdateOperationError"),
        (APPROVED, "urn:x", "XDSMetadataUpdateOperationError"),
        (DELETED, APPROVED, "XDSMetadataUpdateOperationError"),
    ],
)
def test_only_possible_changes_of_status_are_made(
    sandbox: Described, fed: Feed, old: str, new: str, code: str | None
) -> None:
    reply = send(sandbox, UPDATE, update(entry_uuid(sandbox, fed), old, new), patient=LUCIE)
    assert [c for c, _ in errors(reply)] == ([code] if code else [])


def test_update_without_the_attributes_of_the_schema_is_tolerated_and_written_down(
    sandbox: Described, fed: Feed
) -> None:
    body = update(entry_uuid(sandbox, fed), APPROVED, ARCHIVED, bare=True)
    assert errors(send(sandbox, UPDATE, body, patient=LUCIE)) == []
    last = [line for line in control(sandbox, "GET", "/ledger") if line["transaction"] == "TD3.3"][-1]
    assert last["violations"] == ["toléré: classifiedObject absent", "toléré: registryObject absent"]


def test_update_of_what_is_not_there_is_refused(sandbox: Described, fed: Feed) -> None:
    reply = send(sandbox, UPDATE, update(f"urn:uuid:{uuid4()}", APPROVED, DELETED), patient=LUCIE)
    assert [c for c, _ in errors(reply)] == ["XDSMetadataUpdateError"]


def test_more_than_twenty_identifiers_are_too_many(sandbox: Described) -> None:
    named = ",".join(f"'1.2.3.{n}'" for n in range(21))
    body = rig.query(rig.GET, UniqueId=f"({named})")
    assert [c for c, _ in errors(send(sandbox, QUERY, body, patient=LUCIE))] == ["XDSTooManyResults"]


def test_unknown_lever_is_refused(sandbox: Described) -> None:
    with pytest.raises(ValueError, match="400"):
        control(sandbox, "POST", "/dmp/quirks", {"on": ["nothing"]})
