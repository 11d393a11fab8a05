"""A CDA document held against the entry that announces it, and its PDF body."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from datetime import UTC, datetime

from caducee_sandbox.dmp import schemes
from caducee_sandbox.dmp.ebrim import RegistryObject
from caducee_sandbox.dmp.hl7v2 import (
    Person,
    read_patient_id,
    read_patient_info,
    read_person,
    read_structure,
    unescaped,
)
from caducee_sandbox.namespaces import HL7
from caducee_sandbox.people import PERSONS_OID
from caducee_sandbox.xml import Element, NotXml, name, read_xml, text


class NotCda(Exception):
    """The part is not a CDA document."""


def read_cda(content: bytes) -> Element:
    """Parse a CDA document.

    Raises:
        NotCda: not XML, or another document.
    """
    try:
        root = read_xml(content)
    except NotXml as error:
        raise NotCda(str(error)) from None
    if root.tag != name(HL7, "ClinicalDocument"):
        raise NotCda("the root is not ClinicalDocument")
    return root


def contradictions(document: Element, entry: RegistryObject) -> Iterator[str]:
    """Tell which attributes of the entry do not say what the header says."""
    for what, in_header, in_entry in _pairs(document, entry):
        if in_header != in_entry:
            yield f"{entry.id}: {what} contredit l'en-tete du CDA"
    yield from (f"{entry.id}: {finding}" for finding in _people(document, entry))
    yield from (f"{entry.id}: {finding}" for finding in _patient(document, entry))


def _pairs(document: Element, entry: RegistryObject) -> Iterator[tuple[str, str, str]]:
    identifier = _at(document, "id")
    extension = "" if identifier is None else identifier.get("extension") or ""
    yield "uniqueId", _attribute(document, "id", "root") + extension, entry.identifier(schemes.ENTRY_UNIQUE_ID)
    yield "typeCode", _coded(document, "code"), "/".join(entry.codes(schemes.TYPE)[0])
    yield "title", text(_at(document, "title")), entry.title
    levels = [code for code, system in entry.codes(schemes.CONFIDENTIALITY) if system == schemes.LEVELS]
    yield "confidentialityCode", _attribute(document, "confidentialityCode", "code"), levels[0]
    yield "languageCode", _attribute(document, "languageCode", "code"), entry.slot("languageCode")
    facility = "componentOf/encompassingEncounter/location/healthCareFacility/code"
    yield "healthcareFacilityTypeCode", _attribute(document, facility, "code"), entry.codes(schemes.FACILITY)[0][0]
    setting = "performer/assignedEntity/representedOrganization/standardIndustryClassCode"
    setting = f"documentationOf/serviceEvent/{setting}"
    yield "practiceSettingCode", _attribute(document, setting, "code"), entry.codes(schemes.PRACTICE)[0][0]
    yield "creationTime", *_times(document, "effectiveTime", entry.slot("creationTime"))
    period = "documentationOf/serviceEvent/effectiveTime"
    yield "serviceStartTime", *_times(document, f"{period}/low", entry.slot("serviceStartTime"))
    if _at(document, f"{period}/high") is not None or "serviceStopTime" in entry.slots:
        yield "serviceStopTime", *_times(document, f"{period}/high", entry.slot("serviceStopTime"))


def _people(document: Element, entry: RegistryObject) -> Iterator[str]:
    author = entry.classifications[schemes.AUTHOR][0]
    said = read_person(author.slots["authorPerson"][0])
    assigned = _at(document, "author/assignedAuthor")
    if not _same_person(assigned, said):
        yield "authorPerson contredit l'en-tete du CDA"
    structure = _attribute(document, "author/assignedAuthor/representedOrganization/id", "extension")
    if structure not in [read_structure(value) for value in author.slots["authorInstitution"]]:
        yield "authorInstitution contredit l'en-tete du CDA"
    specialty = _attribute(document, "author/assignedAuthor/code", "code")
    if specialty != unescaped(author.slots["authorSpecialty"][0].split("^")[0]):
        yield "authorSpecialty contredit l'en-tete du CDA"
    legal = _at(document, "legalAuthenticator/assignedEntity")
    if not _same_person(legal, read_person(entry.slot("legalAuthenticator"))):
        yield "legalAuthenticator contredit l'en-tete du CDA"


def _same_person(element: Element | None, said: Person | None) -> bool:
    if element is None or said is None:
        return False
    identifiers = [(i.get("root"), i.get("extension")) for i in element.iterfind(name(HL7, "id"))]
    person = f"{name(HL7, 'assignedPerson')}/{name(HL7, 'name')}"
    family = text(element.find(f"{person}/{name(HL7, 'family')}"))
    given = text(element.find(f"{person}/{name(HL7, 'given')}"))
    return (PERSONS_OID, said.identifier) in identifiers and (family, given) == (said.family, said.given)


def _patient(document: Element, entry: RegistryObject) -> Iterator[str]:
    role = _at(document, "recordTarget/patientRole")
    identifiers = [] if role is None else [(i.get("root"), i.get("extension")) for i in role.iterfind(name(HL7, "id"))]
    for what, value in (
        ("patientId", entry.identifier(schemes.ENTRY_PATIENT)),
        ("sourcePatientId", entry.slot("sourcePatientId")),
    ):
        said = read_patient_id(value)
        if said is None or (said.root, said.extension) not in identifiers:
            yield f"{what} contredit l'en-tete du CDA"
    yield from _traits(document, read_patient_info(entry.slots.get("sourcePatientInfo", [])))


def _traits(document: Element, info: dict[str, list[str]]) -> Iterator[str]:
    person = "recordTarget/patientRole/patient"
    families = {text(found) for found in document.iterfind(_path(f"{person}/name/family"))}
    if not {unescaped(value.split("^")[0]) for value in info.get("PID-5", [])} <= families:
        yield "sourcePatientInfo PID-5 contredit l'en-tete du CDA"
    if info.get("PID-7") != [_attribute(document, f"{person}/birthTime", "value")[:8]]:
        yield "sourcePatientInfo PID-7 contredit l'en-tete du CDA"
    if info.get("PID-8") != [_attribute(document, f"{person}/administrativeGenderCode", "code")]:
        yield "sourcePatientInfo PID-8 contredit l'en-tete du CDA"


def body_findings(document: Element, entry: RegistryObject) -> Iterator[str]:
    """Tell what is wrong with an unstructured PDF body; other formats are not looked at."""
    if entry.codes(schemes.FORMAT)[0][0] != schemes.PDF_FORMAT:
        return
    body = _at(document, "component/nonXMLBody/text")
    if body is None or body.get("mediaType") != "application/pdf" or body.get("representation") != "B64":
        yield f"{entry.id}: nonXMLBody/text application/pdf B64 attendu"
        return
    try:
        content = base64.b64decode("".join((body.text or "").split()), validate=True)
    except binascii.Error:
        content = b""
    if not content.startswith(b"%PDF-"):
        yield f"{entry.id}: le corps n'est pas un PDF"


def replaced(document: Element) -> list[str]:
    """Return the uniqueIds that the header says this document replaces."""
    related = [r for r in document.iterfind(_path("relatedDocument")) if r.get("typeCode") == "RPLC"]
    return [
        identifier.get("root") or ""
        for r in related
        for identifier in r.iterfind(f"{name(HL7, 'parentDocument')}/{name(HL7, 'id')}")
    ]


def _times(document: Element, path: str, in_entry: str) -> tuple[str, str]:
    """Return the header's time in UTC beside the entry's; a day alone is compared as a day."""
    value = _attribute(document, path, "value")
    found = re.fullmatch(r"(\d{14})(?:\.\d+)?([+-]\d{4})?", value)
    if found is None:
        return value, in_entry[: len(value)] if value else in_entry
    try:
        moment = datetime.strptime(found.group(1) + (found.group(2) or "+0000"), "%Y%m%d%H%M%S%z")
    except ValueError:
        return "", in_entry
    return moment.astimezone(UTC).strftime("%Y%m%d%H%M%S"), in_entry


def _path(path: str) -> str:
    return "/".join(name(HL7, step) for step in path.split("/"))


def _at(document: Element, path: str) -> Element | None:
    return document.find(_path(path))


def _attribute(document: Element, path: str, attribute: str) -> str:
    found = _at(document, path)
    return "" if found is None else found.get(attribute) or ""


def _coded(document: Element, path: str) -> str:
    return f"{_attribute(document, path, 'code')}/{_attribute(document, path, 'codeSystem')}"
