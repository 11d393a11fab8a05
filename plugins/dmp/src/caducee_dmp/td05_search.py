"""TD0.5: records of patients whose INS is not known, for medical regulation only (HL7 v3 PRPA_IN201305UV02)."""

from __future__ import annotations

import msgspec
from lxml import etree

from caducee.model.entry import EntryPatientId
from caducee.rendering import Template
from caducee.wire.namespaces import HL7V3
from caducee.wire.xml import attribute, child, children
from caducee_dmp.exchange import Call
from caducee_dmp.messages import Head, Installation, observation, read_response
from caducee_dmp.modes import Right

ENDPOINT = "patientsPDQ"
ACTION = "urn:hl7-org:v3:PRPA_IN201305UV02"


class SearchedTraits(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a regulation looks for. ``birth_date`` is ``YYYYMMDD``, ``sex`` is ``M`` or ``F``."""

    family_name: str
    given_name: str | None = None
    birth_date: str | None = None
    sex: str | None = None
    postal_code: str | None = None


class FoundRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A record that may be the one looked for, by its identifiers: traits of the DMP are not kept.

    ``match`` is the percentage that the service gives, ``None`` when it does not.
    """

    identifiers: tuple[EntryPatientId, ...]
    match: int | None
    regulation_opposed: bool | None


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """The records found, ten at most; ``remaining`` others fit too."""

    records: tuple[FoundRecord, ...]
    remaining: int = 0


class SearchQuery(msgspec.Struct, frozen=True, array_like=True):
    """The request as its template renders it."""

    head: Head
    family_name: str
    given_name: str | None
    birth_date: str | None
    sex: str | None
    postal_code: str | None


class PatientSearch:
    """Writes the requests of one installation."""

    def __init__(self, installation: Installation) -> None:
        self._template = Template.load("caducee_dmp.templates", "td05_search.xml", SearchQuery)
        self._installation = installation

    def request(self, traits: SearchedTraits, *, created: str) -> Call:
        """Ask for the records of patients with these traits."""
        query = SearchQuery(
            head=self._installation.head(created=created),
            family_name=traits.family_name,
            given_name=traits.given_name,
            birth_date=traits.birth_date,
            sex=traits.sex,
            postal_code=traits.postal_code,
        )
        return Call(right=Right.SEARCH, endpoint=ENDPOINT, action=ACTION, body=self._template.render(query))


def read(answer: etree._Element) -> Search:
    """Read a PRPA_IN201306UV02.

    Raises:
        ServiceRejected, ProtocolViolation.
    """
    _, control = read_response(answer, "PRPA_IN201306UV02")
    remaining = attribute(child(control, HL7V3, "queryAck", "resultRemainingQuantity"), "value")
    patients = (
        child(subject, HL7V3, "registrationEvent", "subject1", "patient")
        for subject in children(control, HL7V3, "subject")
    )
    return Search(
        records=tuple(_record(patient) for patient in patients if patient is not None),
        remaining=int(remaining) if remaining.isascii() and remaining.isdigit() else 0,
    )


def _record(patient: etree._Element) -> FoundRecord:
    match = ""
    for subject in children(patient, HL7V3, "subjectOf1"):
        match = attribute(child(subject, HL7V3, "queryMatchObservation", "value"), "value") or match
    return FoundRecord(
        identifiers=tuple(
            EntryPatientId(identifier=attribute(item, "extension"), oid=attribute(item, "root"))
            for item in children(patient, HL7V3, "id")
        ),
        match=int(match) if match.isascii() and match.isdigit() else None,
        regulation_opposed=observation(patient, "OPPOSITION_ACCES_URGENCE"),
    )
