"""The header of a dispensation document: whose, by whom, of which prescription."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from lxml import etree

from caducee_sandbox.erx.base import Dispensation, Prescription
from caducee_sandbox.people import BY_INS, TEST_OID

V3 = "urn:hl7-org:v3"
NUMBERS = "1.2.250.1.215.500.1.1"
LOINC = "2.16.840.1.113883.6.1"
RPPS, FINESS = "1.2.250.1.71.4.2.1", "1.2.250.1.71.4.2.2"
PHARMACIST, PHARMACY = "899700000033", "1999999999"
SEX = {"F": "Féminin", "M": "Masculin"}
TEMPLATES = (
    ("2.16.840.1.113883.2.8.2.1", ""),
    ("1.2.250.1.213.1.1.1.1", ""),
    ("1.3.6.1.4.1.19376.1.5.3.1.1.1", ""),
    ("1.3.6.1.4.1.19376.1.9.1.1.3", ""),
    ("1.2.250.1.213.1.1.1.54", "2024.01"),
)
Element = Any


def write_header(root: Element, prescription: Prescription, dispensation: Dispensation) -> None:
    """Write all that comes before the body."""
    at = hl7(dispensation.at)
    add(root, "realmCode", code="FR")
    add(root, "typeId", root="2.16.840.1.113883.1.3", extension="POCD_HD000040")
    for template, extension in TEMPLATES:
        add(root, "templateId", root=template, **({"extension": extension} if extension else {}))
    add(root, "id", root=oid(dispensation.identifier, "document"))
    add(root, "code", code="60593-1", codeSystem=LOINC, displayName="Dispensation médicamenteuse")
    add(root, "title").text = "Dispensation médicamenteuse"
    add(root, "effectiveTime", value=at)
    add(root, "confidentialityCode", code="N", codeSystem="2.16.840.1.113883.5.25", displayName="Normal")
    add(root, "languageCode", code="fr-FR")
    add(root, "setId", root=oid(dispensation.identifier, "set"))
    add(root, "versionNumber", value="1")
    _patient(add(root, "recordTarget/patientRole"), prescription)
    _people(root, dispensation, at)
    add(add(root, "inFulfillmentOf/order"), "id", root=NUMBERS, extension=prescription.number)
    event = add(root, "documentationOf/serviceEvent")
    add(event, "id", root=oid(dispensation.identifier, "event"), extension=dispensation.identifier)
    add(event, "code", code="60593-1", codeSystem=LOINC, displayName="Dispensation médicamenteuse")
    add(add(event, "effectiveTime"), "low", value=at)
    _pharmacist(add(add(event, "performer", typeCode="PRF"), "assignedEntity"), dispensation)
    _encounter(add(root, "componentOf/encompassingEncounter"), dispensation, at)


def _people(root: Element, dispensation: Dispensation, at: str) -> None:
    author = add(root, "author")
    add(author, "time", value=at)
    _pharmacist(add(author, "assignedAuthor"), dispensation)
    custodian = add(root, "custodian/assignedCustodian/representedCustodianOrganization")
    add(custodian, "id", root=FINESS, extension=PHARMACY)
    add(custodian, "name").text = dispensation.pharmacy
    signer = add(root, "legalAuthenticator")
    add(signer, "time", value=at)
    add(signer, "signatureCode", code="S")
    _pharmacist(add(signer, "assignedEntity"), dispensation)


def _encounter(encounter: Element, dispensation: Dispensation, at: str) -> None:
    add(
        encounter,
        "code",
        code="AMB",
        codeSystem="2.16.840.1.113883.5.4",
        displayName="Ambulatoire (hors établissement)",
    )
    add(add(encounter, "effectiveTime"), "high", value=at)
    place = add(encounter, "location/healthCareFacility")
    add(place, "code", code="SA33", codeSystem="1.2.250.1.71.4.2.4", displayName="Pharmacie d'officine")
    add(add(place, "location"), "name").text = dispensation.pharmacy


def _patient(role: Element, prescription: Prescription) -> None:
    matricule = prescription.content["patient"]
    person = BY_INS[matricule]
    first = person.given_names.split()[0]
    add(role, "id", root=TEST_OID, extension=matricule)
    add(role, "addr", nullFlavor="UNK")
    add(role, "telecom", nullFlavor="UNK")
    patient = add(role, "patient")
    name = add(patient, "name")
    add(name, "given").text = person.given_names
    add(name, "given", qualifier="BR").text = first
    add(name, "family", qualifier="BR").text = person.name
    sex = {"code": person.sex, "displayName": SEX[person.sex]}
    add(patient, "administrativeGenderCode", codeSystem="2.16.840.1.113883.5.1", **sex)
    add(patient, "birthTime", value=person.birth.replace("-", ""))
    add(patient, "birthplace/place/addr/county").text = person.place


def _pharmacist(element: Element, dispensation: Dispensation) -> None:
    add(element, "id", root=RPPS, extension=PHARMACIST)
    add(element, "code", code="G15_21", displayName="Pharmacien", codeSystem="1.2.250.1.213.1.1.4.5")
    add(element, "addr", nullFlavor="UNK")
    add(element, "telecom", nullFlavor="UNK")
    name = add(element, "assignedPerson/name")
    add(name, "family").text = "EXEMPLE"
    add(name, "given").text = "Pierre"
    organisation = add(element, "representedOrganization")
    add(organisation, "id", root=FINESS, extension=PHARMACY)
    add(organisation, "name").text = dispensation.pharmacy
    add(organisation, "telecom", nullFlavor="UNK")
    add(organisation, "addr", nullFlavor="UNK")
    industry = {"code": "AMBULATOIRE", "displayName": "Ambulatoire"}
    add(organisation, "standardIndustryClassCode", codeSystem="1.2.250.1.213.1.1.4.9", **industry)


def templates(element: Element, wanted: tuple[str, ...]) -> None:
    """Name the models that an element follows."""
    for template in wanted:
        add(element, "templateId", root=template)


def add(parent: Element, path: str, **attributes: str) -> Element:
    """Add elements one in the other; the last one has the attributes."""
    element = parent
    for name in path.split("/"):
        element = etree.SubElement(element, f"{{{V3}}}{name}")
    for name, value in attributes.items():
        element.set(name, value)
    return element


def oid(identifier: str, role: str) -> str:
    """Return an identifier that is the same whenever the same document is made."""
    return f"2.25.{uuid5(UUID(identifier), role).int}"


def hl7(at: str) -> str:
    """Return an ISO instant as HL7 writes it."""
    return datetime.fromisoformat(at).strftime("%Y%m%d%H%M%S%z")
