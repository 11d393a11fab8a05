"""A dispensation as a clinical document (eDISP-MED 2024.01), linked to its prescription and to each line of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from lxml import etree

from caducee_sandbox.erx.base import Dispensation, Prescription
from caducee_sandbox.people import BY_INS, TEST_OID

V3 = "urn:hl7-org:v3"
NUMBERS = "1.2.250.1.215.500.1.1"
LOINC, CIS, CIP = "2.16.840.1.113883.6.1", "1.2.250.1.213.2.3.1", "1.2.250.1.213.2.3.2"
RPPS, FINESS = "1.2.250.1.71.4.2.1", "1.2.250.1.71.4.2.2"
TEMPLATES = (
    ("2.16.840.1.113883.2.8.2.1", ""),
    ("1.2.250.1.213.1.1.1.1", ""),
    ("1.3.6.1.4.1.19376.1.5.3.1.1.1", ""),
    ("1.3.6.1.4.1.19376.1.9.1.1.3", ""),
    ("1.2.250.1.213.1.1.1.54", "2024.01"),
)
SECTION = ("1.3.6.1.4.1.19376.1.9.1.2.3", "2.16.840.1.113883.10.20.1.8", "1.2.250.1.213.1.1.2.236")
SUPPLY = (
    "2.16.840.1.113883.10.20.1.34",
    "1.3.6.1.4.1.19376.1.5.3.1.4.7.3",
    "1.3.6.1.4.1.19376.1.9.1.3.4",
    "1.2.250.1.213.1.1.3.204",
)
PRODUCT = ("2.16.840.1.113883.10.20.1.53", "1.3.6.1.4.1.19376.1.5.3.1.4.7.2", "1.2.250.1.213.1.1.3.43")
ITEM = ("1.3.6.1.4.1.19376.1.9.1.3.11", "1.2.250.1.213.1.1.3.90")
SUBSTITUTION = ("1.3.6.1.4.1.19376.1.9.1.3.9.2", "1.2.250.1.213.1.1.3.206")
Element = Any


def edisp(prescription: Prescription, dispensation: Dispensation) -> bytes:
    """Return the document of one dispensation: the lines that were given."""
    names: dict[Any, str] = {None: V3, "xsi": "http://www.w3.org/2001/XMLSchema-instance"}
    root = etree.Element(f"{{{V3}}}ClinicalDocument", nsmap=names)
    at = _hl7(dispensation.at)
    _header(root, prescription, dispensation, at)
    body = _add(root, "component/structuredBody/component/section")
    _templates(body, SECTION)
    _add(body, "id", root=_oid(dispensation.identifier, "section"))
    _add(body, "code", code="60590-7", codeSystem=LOINC, displayName="Médicaments délivrés")
    _add(body, "title").text = "Médicaments délivrés"
    given = [one for one in dispensation.lines if one["action"] != "not_dispensed"]
    labels = {line["line"]: line for line in prescription.content["lines"]}
    text = _add(body, "text/list")
    for at_line, one in enumerate(given, 1):
        item = _add(text, "item", ID=f"l{at_line}")
        item.text = f"{one['product'] or labels[one['line']]['label']} {one['quantity']}".strip()
    for at_line, one in enumerate(given, 1):
        _supply(body, dispensation, at_line, one, labels[one["line"]])
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _header(root: Element, prescription: Prescription, dispensation: Dispensation, at: str) -> None:
    _add(root, "realmCode", code="FR")
    _add(root, "typeId", root="2.16.840.1.113883.1.3", extension="POCD_HD000040")
    for template, extension in TEMPLATES:
        _add(root, "templateId", root=template, **({"extension": extension} if extension else {}))
    _add(root, "id", root=_oid(dispensation.identifier, "document"))
    _add(root, "code", code="60593-1", codeSystem=LOINC, displayName="Dispensation médicamenteuse")
    _add(root, "title").text = "Dispensation médicamenteuse"
    _add(root, "effectiveTime", value=at)
    _add(root, "confidentialityCode", code="N", codeSystem="2.16.840.1.113883.5.25", displayName="Normal")
    _add(root, "languageCode", code="fr-FR")
    _add(root, "setId", root=_oid(dispensation.identifier, "set"))
    _add(root, "versionNumber", value="1")
    _patient(_add(root, "recordTarget/patientRole"), prescription)
    author = _add(root, "author")
    _add(author, "time", value=at)
    _pharmacist(_add(author, "assignedAuthor"), dispensation)
    custodian = _add(root, "custodian/assignedCustodian/representedCustodianOrganization")
    _add(custodian, "id", root=FINESS, extension="1999999999")
    _add(custodian, "name").text = dispensation.pharmacy
    _add(_add(root, "inFulfillmentOf/order"), "id", root=NUMBERS, extension=prescription.number)
    event = _add(root, "documentationOf/serviceEvent")
    _add(event, "id", root=_oid(dispensation.identifier, "event"), extension=dispensation.identifier)
    _add(event, "code", code="60593-1", codeSystem=LOINC, displayName="Dispensation médicamenteuse")
    _add(_add(event, "effectiveTime"), "low", value=at)


def _patient(role: Element, prescription: Prescription) -> None:
    matricule = prescription.content["patient"]
    person = BY_INS[matricule]
    _add(role, "id", root=TEST_OID, extension=matricule)
    patient = _add(role, "patient")
    name = _add(patient, "name")
    _add(name, "given").text = person.given_names.split()[0]
    _add(name, "family").text = person.name
    _add(patient, "administrativeGenderCode", code=person.sex, codeSystem="2.16.840.1.113883.5.1")
    _add(patient, "birthTime", value=person.birth.replace("-", ""))


def _pharmacist(author: Element, dispensation: Dispensation) -> None:
    _add(author, "id", root=RPPS, extension="899700000033")
    _add(author, "code", code="G15_21", displayName="Pharmacien", codeSystem="1.2.250.1.213.1.1.4.5")
    name = _add(author, "assignedPerson/name")
    _add(name, "given").text = "Pierre"
    _add(name, "family").text = "EXEMPLE"
    organisation = _add(author, "representedOrganization")
    _add(organisation, "id", root=FINESS, extension="1999999999")
    _add(organisation, "name").text = dispensation.pharmacy


def _supply(
    body: Element,
    dispensation: Dispensation,
    at: int,
    one: dict[str, Any],
    line: dict[str, Any],
) -> None:
    supply = _add(body, "entry/supply", classCode="SPLY", moodCode="EVN")
    _templates(supply, SUPPLY)
    _add(supply, "id", root=_oid(dispensation.identifier, f"supply-{at}"))
    _add(supply, "text/reference", value=f"#l{at}")
    amount, _, unit = one["quantity"].partition(" ")
    if amount.isdecimal():
        _add(supply, "quantity", value=amount, **({"unit": "30009000"} if unit.startswith("bo") else {}))
    product = _add(supply, "product/manufacturedProduct", classCode="MANU")
    _templates(product, PRODUCT)
    material = _add(product, "manufacturedMaterial", classCode="MMAT", determinerCode="KIND")
    _templates(material, ("1.3.6.1.4.1.19376.1.9.1.3.1",))
    known = {"code": line["code"], "codeSystem": line["system"]} if line.get("code") else {"nullFlavor": "NA"}
    _add(_add(material, "code", **known), "originalText/reference", value=f"#l{at}")
    _add(material, "name").text = one["product"] or line["label"]
    item = _add(supply, "entryRelationship", typeCode="REFR", inversionInd="false")
    item = _add(item, "substanceAdministration", classCode="SBADM", moodCode="INT")
    _templates(item, ITEM)
    _add(item, "id", root=NUMBERS, extension=_item(one["line"]))
    _add(item, "code", code="PREItem", codeSystem="1.3.6.1.4.1.19376.1.9.2.2", displayName="Prescription Item")
    missing = _add(item, "consumable/manufacturedProduct/manufacturedMaterial", nullFlavor="NA")
    _add(missing, "name", nullFlavor="NA")
    if one["action"] == "substituted":
        act = _add(_add(supply, "entryRelationship", typeCode="COMP"), "act", classCode="ACT", moodCode="EVN")
        _templates(act, SUBSTITUTION)
        _add(act, "code", code="G", codeSystem="2.16.840.1.113883.5.1070", displayName="Générique")
        _add(act, "statusCode", code="completed")


def _item(line: str) -> str:
    """Name a prescribed line as the prescription's document does: ``medicines[0]`` is ``body-medicines-1``."""
    kind, _, at = line.rstrip("]").partition("[")
    return f"body-{kind}-{int(at) + 1}"


def _templates(element: Element, templates: tuple[str, ...]) -> None:
    for template in templates:
        _add(element, "templateId", root=template)


def _add(parent: Element, path: str, **attributes: str) -> Element:
    element = parent
    for name in path.split("/"):
        element = etree.SubElement(element, f"{{{V3}}}{name}")
    for name, value in attributes.items():
        element.set(name, value)
    return element


def _oid(identifier: str, role: str) -> str:
    return f"2.25.{uuid5(UUID(identifier), role).int}"


def _hl7(at: str) -> str:
    return datetime.fromisoformat(at).strftime("%Y%m%d%H%M%S%z")
