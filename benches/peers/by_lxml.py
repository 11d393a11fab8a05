"""The report as a tree of lxml elements, serialised."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from lxml import etree

from benches.document.model import Observation, Report, Section
from caducee.cda.header import N1, Organisation, Period, Professional
from caducee.rendering import CD, II, PQ, TEL

_V3 = "{urn:hl7-org:v3}"
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_NAMES = {None: "urn:hl7-org:v3", "xsi": "http://www.w3.org/2001/XMLSchema-instance"}
_sub = etree.SubElement


def build(report: Report) -> bytes:
    """Return the document."""
    root = _header(report, _NAMES)
    body = _sub(_sub(root, _V3 + "component"), _V3 + "structuredBody")
    for number, section in enumerate(report.sections, start=1):
        _section(_sub(_sub(body, _V3 + "component"), _V3 + "section"), section, number)
    return etree.tostring(root, encoding="UTF-8")


def build_letter(letter: N1) -> bytes:
    """Return a document of level 1."""
    root = _header(letter, {None: "urn:hl7-org:v3"}, "1.3.6.1.4.1.19376.1.2.20")
    body = _sub(_sub(root, _V3 + "component"), _V3 + "nonXMLBody")
    text = base64.b64encode(letter.body).decode()
    _text(body, "text", text, mediaType="application/pdf", representation="B64")
    return etree.tostring(root, encoding="UTF-8")


def _header(model: Report | N1, names: dict[str | None, str], *templates: str) -> etree._Element:
    root = etree.Element(_V3 + "ClinicalDocument", nsmap=names)
    _sub(root, _V3 + "realmCode", code="FR")
    _sub(root, _V3 + "typeId", root="2.16.840.1.113883.1.3", extension="POCD_HD000040")
    for template in ("2.16.840.1.113883.2.8.2.1", "1.2.250.1.213.1.1.1.1", *templates):
        _sub(root, _V3 + "templateId", root=template)
    _head(root, model)
    _patient(root, model)
    _participants(root, model)
    return root


def _text(parent: etree._Element, name: str, text: str, **attributes: str) -> etree._Element:
    child = _sub(parent, _V3 + name, attributes)
    child.text = text
    return child


def _ii(parent: etree._Element, value: II, name: str = "id") -> None:
    child = _sub(parent, _V3 + name, root=value.root)
    if value.extension:
        child.set("extension", value.extension)


def _cd(parent: etree._Element, name: str, value: CD) -> None:
    child = _sub(parent, _V3 + name, code=value.code, codeSystem=value.system)
    if value.display:
        child.set("displayName", value.display)


def _pq(parent: etree._Element, name: str, value: PQ) -> etree._Element:
    return _sub(parent, _V3 + name, value=value.value, unit=value.unit or "")


def _tel(parent: etree._Element, values: Sequence[TEL]) -> None:
    for value in values:
        child = _sub(parent, _V3 + "telecom", value=value.value)
        if value.use:
            child.set("use", value.use)


def _addr(parent: etree._Element, lines: Sequence[str]) -> None:
    if lines:
        address = _sub(parent, _V3 + "addr")
        for line in lines:
            _text(address, "streetAddressLine", line)


def _head(root: etree._Element, report: Report | N1) -> None:
    _ii(root, report.id)
    _cd(root, "code", report.type)
    _text(root, "title", report.title)
    _sub(root, _V3 + "effectiveTime", value=report.created)
    _cd(root, "confidentialityCode", report.confidentiality)
    _sub(root, _V3 + "languageCode", code=report.language)
    _ii(root, report.series, "setId")
    _sub(root, _V3 + "versionNumber", value=str(report.version))


def _patient(root: etree._Element, report: Report | N1) -> None:
    patient = report.patient
    role = _sub(_sub(root, _V3 + "recordTarget"), _V3 + "patientRole")
    for identifier in patient.ids:
        _ii(role, identifier)
    _addr(role, patient.address)
    _tel(role, patient.telecom)
    person = _sub(role, _V3 + "patient")
    name = _sub(person, _V3 + "name")
    _text(name, "family", patient.birth_name, qualifier="BR")
    _text(name, "given", patient.given_names)
    _text(name, "given", patient.first_given_name, qualifier="BR")
    if patient.used_name:
        _text(name, "family", patient.used_name, qualifier="CL")
    if patient.used_given_name:
        _text(name, "given", patient.used_given_name, qualifier="CL")
    _cd(person, "administrativeGenderCode", patient.gender)
    _sub(person, _V3 + "birthTime", value=patient.birth_time)
    if patient.birth_place:
        place = _sub(_sub(person, _V3 + "birthplace"), _V3 + "place")
        _text(_sub(place, _V3 + "addr"), "county", patient.birth_place)


def _professional(parent: etree._Element, author: Professional) -> None:
    _ii(parent, author.id)
    _cd(parent, "code", author.specialty)
    _addr(parent, author.organisation.address)
    _tel(parent, author.organisation.telecom)
    name = _sub(_sub(parent, _V3 + "assignedPerson"), _V3 + "name")
    if author.prefix:
        _text(name, "prefix", author.prefix)
    _text(name, "given", author.given)
    _text(name, "family", author.family)
    if author.suffix:
        _text(name, "suffix", author.suffix)


def _organisation(parent: etree._Element, organisation: Organisation) -> None:
    _ii(parent, organisation.id)
    _text(parent, "name", organisation.name)
    _tel(parent, organisation.telecom)
    _addr(parent, organisation.address)


def _period(parent: etree._Element, period: Period) -> None:
    time = _sub(parent, _V3 + "effectiveTime")
    _sub(time, _V3 + "low", value=period.low)
    if period.high:
        _sub(time, _V3 + "high", value=period.high)


def _participants(root: etree._Element, report: Report | N1) -> None:
    author, organisation = report.author, report.author.organisation
    writing = _sub(root, _V3 + "author")
    _sub(writing, _V3 + "time", value=report.created)
    assigned = _sub(writing, _V3 + "assignedAuthor")
    _professional(assigned, author)
    _organisation(_sub(assigned, _V3 + "representedOrganization"), organisation)
    custodian = _sub(_sub(root, _V3 + "custodian"), _V3 + "assignedCustodian")
    _organisation(_sub(custodian, _V3 + "representedCustodianOrganization"), organisation)
    legal = _sub(root, _V3 + "legalAuthenticator")
    _sub(legal, _V3 + "time", value=report.created)
    _sub(legal, _V3 + "signatureCode", code="S")
    entity = _sub(legal, _V3 + "assignedEntity")
    _professional(entity, author)
    _organisation(_sub(entity, _V3 + "representedOrganization"), organisation)
    event = _sub(_sub(root, _V3 + "documentationOf"), _V3 + "serviceEvent")
    _period(event, report.service)
    entity = _sub(_sub(event, _V3 + "performer", typeCode="PRF"), _V3 + "assignedEntity")
    _professional(entity, author)
    represented = _sub(entity, _V3 + "representedOrganization")
    _organisation(represented, organisation)
    _cd(represented, "standardIndustryClassCode", organisation.setting)
    encounter = _sub(_sub(root, _V3 + "componentOf"), _V3 + "encompassingEncounter")
    _period(encounter, report.service)
    facility = _sub(_sub(encounter, _V3 + "location"), _V3 + "healthCareFacility")
    _ii(facility, organisation.id)
    _cd(facility, "code", organisation.sector)


def _section(parent: etree._Element, section: Section, number: int) -> None:
    _ii(parent, section.id)
    _cd(parent, "code", section.code)
    _text(parent, "title", section.title)
    table = _sub(_sub(parent, _V3 + "text"), _V3 + "table", border="1")
    head = _sub(_sub(table, _V3 + "thead"), _V3 + "tr")
    for title in ("Examen", "Résultat", "Intervalle", "Technique"):
        _text(head, "th", title)
    body = _sub(table, _V3 + "tbody")
    for at, one in enumerate(section.observations, start=1):
        row = _sub(body, _V3 + "tr", ID=f"r{number}-{at}")
        _text(row, "td", one.code.display or "")
        _text(row, "td", f"{one.value.value} {one.value.unit}")
        _text(row, "td", f"{one.low.value} - {one.high.value}")
        _text(row, "td", one.method or "")
    for at, one in enumerate(section.observations, start=1):
        _observation(_sub(parent, _V3 + "entry", typeCode="DRIV"), one, f"#r{number}-{at}")


def _observation(entry: etree._Element, one: Observation, reference: str) -> None:
    parent = _sub(entry, _V3 + "observation", classCode="OBS", moodCode="EVN")
    _sub(parent, _V3 + "templateId", root="1.3.6.1.4.1.19376.1.3.1.6")
    _ii(parent, one.id)
    _cd(parent, "code", one.code)
    _sub(_sub(parent, _V3 + "text"), _V3 + "reference", value=reference)
    _sub(parent, _V3 + "statusCode", code="completed")
    _sub(parent, _V3 + "effectiveTime", value=one.at)
    _pq(parent, "value", one.value).set(_TYPE, "PQ")
    _cd(parent, "interpretationCode", one.interpretation)
    if one.method:
        _text(_sub(parent, _V3 + "methodCode"), "originalText", one.method)
    outer = _sub(parent, _V3 + "referenceRange", typeCode="REFV")
    within = _sub(outer, _V3 + "observationRange", classCode="OBS", moodCode="EVN.CRT")
    value = _sub(within, _V3 + "value", {_TYPE: "IVL_PQ"})
    _pq(value, "low", one.low)
    _pq(value, "high", one.high)
    _sub(within, _V3 + "interpretationCode", code="N", codeSystem="2.16.840.1.113883.5.83")
