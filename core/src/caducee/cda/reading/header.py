"""The header of a received document."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from lxml import etree

from caducee.cda.reading.elements import (
    Oddities,
    attribute,
    child,
    children,
    code,
    elements,
    identifier,
    identifiers,
    local,
    number,
    span,
    text,
)
from caducee.cda.reading.model import Event, Party, ReadEncounter, ReadHeader, ReadPatient, Relation

_ROLES = (
    "assignedAuthor",
    "assignedEntity",
    "relatedEntity",
    "associatedEntity",
    "intendedRecipient",
    "assignedCustodian",
    "participantRole",
    "specimenRole",
    "relatedSubject",
)
_PEOPLE = (
    "assignedPerson",
    "relatedPerson",
    "associatedPerson",
    "informationRecipient",
    "guardianPerson",
    "subject",
)
_ORGANISATIONS = (
    "representedOrganization",
    "scopingOrganization",
    "receivedOrganization",
    "representedCustodianOrganization",
    "guardianOrganization",
)
_ENTITIES = ("playingEntity", "playingDevice", "specimenPlayingEntity")
_CHOSEN = ("BR", "CL", "SP")


def read_header(document: etree._Element, oddities: Oddities) -> ReadHeader:
    """Return the header; a missing patient is odd, and empty."""
    targets = children(document, "recordTarget", "patientRole")
    role = targets[0] if targets else None
    if len(targets) > 1:
        oddities.add(
            targets[1], "header.patients", "Le document parle de plusieurs patients ; un seul est repris.", loss=True
        )
    if role is None:
        oddities.add(document, "header.patient", "Le document ne dit pas de quel patient il parle.", loss=True)
    return ReadHeader(
        patient=_patient(role),
        created=attribute(child(document, "effectiveTime"), "value") or None,
        confidentiality=code(child(document, "confidentialityCode")),
        language=attribute(child(document, "languageCode"), "code") or None,
        templates=identifiers(document, "templateId"),
        authors=_parties(document, "author"),
        secretary=_one(document, "dataEnterer"),
        informants=_parties(document, "informant"),
        custodian=_one(document, "custodian"),
        recipients=_parties(document, "informationRecipient"),
        legal_authenticator=_one(document, "legalAuthenticator"),
        authenticators=_parties(document, "authenticator"),
        participants=_parties(document, "participant"),
        orders=tuple(found for one in children(document, "inFulfillmentOf", "order") for found in identifiers(one)),
        events=tuple(map(_event, children(document, "documentationOf", "serviceEvent"))),
        relations=tuple(map(_relation, children(document, "relatedDocument"))),
        encounter=_encounter(child(document, "componentOf", "encompassingEncounter")),
    )


def _patient(role: etree._Element | None) -> ReadPatient:
    person = child(role, "patient")
    name = child(person, "name")
    place = child(person, "birthplace", "place")
    return ReadPatient(
        identifiers=identifiers(role),
        birth_name=_part(name, "family", "BR") or _part(name, "family", ""),
        given_names=_part(name, "given", ""),
        first_given_name=_part(name, "given", "BR"),
        used_name=_part(name, "family", "CL"),
        used_given_name=_part(name, "given", "CL"),
        sex=code(child(person, "administrativeGenderCode")),
        birth_time=attribute(child(person, "birthTime"), "value") or None,
        birth_place=text(child(place, "addr", "county")) or None,
        birth_town=text(child(place, "addr", "city")) or text(child(place, "name")),
        address=_address(role),
        telecom=_telecom(role),
        guardians=tuple(_party(one, one) for one in children(person, "guardian")),
    )


def _part(name: etree._Element | None, part: str, qualifier: str) -> str:
    """Return the parts of a name with this qualifier; without one, those that have none."""
    found = [
        text(one)
        for one in children(name, part)
        if (qualifier in one.get("qualifier", "").split() if qualifier else one.get("qualifier") not in _CHOSEN)
    ]
    return " ".join(filter(None, found))


def _parties(document: etree._Element, name: str) -> tuple[Party, ...]:
    return tuple(participation(one) for one in children(document, name))


def _one(document: etree._Element, name: str) -> Party | None:
    found = child(document, name)
    return participation(found) if found is not None else None


def participation(element: etree._Element, *, kind: str = "", name_of: Callable[[etree._Element], str] = text) -> Party:
    """Return who takes part. ``kind`` is the part when the element says none, ``name_of`` reads the name of a thing."""
    role = next((one for one in elements(element) if local(one) in _ROLES), element)
    party = _party(element, role)
    played = next((one for one in elements(role) if local(one) in _ENTITIES), None)
    said = child(played, "code", "originalText")
    return msgspec.structs.replace(
        party,
        kind=attribute(element, "typeCode") or kind or party.kind,
        family_name=party.family_name or text(child(played, "name")) or ("" if said is None else name_of(said)),
        device=party.device or text(child(played, "manufacturerModelName")),
        entity=code(child(played, "code")),
    )


def _party(element: etree._Element, role: etree._Element) -> Party:
    person = next((one for one in elements(role) if local(one) in _PEOPLE), None)
    organisation = next((one for one in elements(role) if local(one) in _ORGANISATIONS), None)
    name = child(person, "name")
    time = span(child(element, "time"))
    return Party(
        kind=attribute(element, "typeCode") or attribute(role, "classCode"),
        identifiers=identifiers(role),
        family_name=_joined(name, "family") or ("" if name is None or len(name) else text(name)),
        given_name=_joined(name, "given"),
        prefix=_joined(name, "prefix"),
        suffix=_joined(name, "suffix"),
        code=code(child(role, "code")),
        function=code(child(element, "functionCode")),
        time=(time.low or time.high) if time else None,
        organisation=text(child(organisation, "name")),
        organisation_identifiers=identifiers(organisation),
        setting=code(child(organisation, "standardIndustryClassCode")),
        address=_address(role) or _address(organisation),
        telecom=_telecom(role) or _telecom(organisation),
        device=_device(child(role, "assignedAuthoringDevice")),
    )


def _device(element: etree._Element | None) -> str:
    return " ".join(filter(None, (text(child(element, name)) for name in ("manufacturerModelName", "softwareName"))))


def _joined(name: etree._Element | None, part: str) -> str:
    return " ".join(filter(None, map(text, children(name, part))))


def _address(element: etree._Element | None) -> tuple[str, ...]:
    """Return the lines of the first address; its structured parts make a street, a town, a country."""
    address = child(element, "addr")
    if address is None:
        return ()
    lines = [text(one) for one in children(address, "streetAddressLine")]
    if not lines:
        street = ("houseNumber", "houseNumberNumeric", "streetNameType", "streetName", "additionalLocator", "unitID")
        town = ("postBox", "precinct", "postalCode", "city", "state")
        lines = [" ".join(filter(None, (text(child(address, part)) for part in parts))) for parts in (street, town)]
        lines.append(text(child(address, "country")))
    else:
        lines.append(" ".join(filter(None, (text(child(address, part)) for part in ("postalCode", "city")))))
        lines.append(text(child(address, "country")))
    kept = tuple(filter(None, lines))
    return kept or tuple(filter(None, [text(address)]))


def _telecom(element: etree._Element | None) -> tuple[str, ...]:
    return tuple(filter(None, (attribute(one, "value") for one in children(element, "telecom"))))


def _event(element: etree._Element) -> Event:
    return Event(
        identifiers=identifiers(element),
        code=code(child(element, "code")),
        time=span(child(element, "effectiveTime")),
        performers=_parties(element, "performer"),
    )


def _encounter(element: etree._Element | None) -> ReadEncounter | None:
    if element is None:
        return None
    facility = child(element, "location", "healthCareFacility")
    place = child(facility, "location")
    responsible = child(element, "responsibleParty")
    return ReadEncounter(
        identifiers=identifiers(element),
        code=code(child(element, "code")),
        time=span(child(element, "effectiveTime")),
        facility=code(child(facility, "code")),
        place=text(child(place, "name")),
        address=_address(place),
        responsible=participation(responsible) if responsible is not None else None,
        participants=_parties(element, "encounterParticipant"),
    )


def _relation(element: etree._Element) -> Relation:
    parent = child(element, "parentDocument")
    return Relation(
        kind=attribute(element, "typeCode"),
        document_id=identifier(child(parent, "id")) or "",
        series=identifier(child(parent, "setId")),
        version=number(child(parent, "versionNumber")),
    )
