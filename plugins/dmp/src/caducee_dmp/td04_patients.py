"""TD0.4: the records that a professional is authorised on. Names are not kept: the software shows its own."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec
from lxml import etree

from caducee.model.entry import EntryPatientId
from caducee.rendering import Template
from caducee.wire.soap import SoapAnswer
from caducee.wire.xds.times import dtm
from caducee.wire.xml import child, children, text
from caducee_dmp.exchange import Call
from caducee_dmp.modes import Right
from caducee_dmp.status import read_output, rows

ENDPOINT = "patientsSpecific"
_NAMESPACE = "urn:si-dmp-patients"
_ACTION = f"{_NAMESPACE}:PatientSpecificEndPoint:patientList"


class Since(StrEnum):
    """Since what records are listed; the spelling is the service's."""

    AUTHORISATION = "LASTAUTORIZATION"
    DOCUMENT = "LASTDOC"


class AuthorisedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A record of the list, by the identifiers of its patient. Times are UTC as received, empty when not said."""

    identifiers: tuple[EntryPatientId, ...]
    attending: bool
    message: bool
    last_access_utc: str = ""
    last_update_utc: str = ""
    last_addition_utc: str = ""


class ListPatients(msgspec.Struct, frozen=True, array_like=True):
    """The request as its template renders it."""

    since: str
    by: str
    owner: str | None = None


class Patients:
    """Writes the request."""

    def __init__(self) -> None:
        self._template = Template.load("caducee_dmp.templates", "td04_patients.xml", ListPatients)

    def list(self, since: datetime, by: Since, *, owner: str = "") -> Call:
        """Ask for the records since a time; ``owner`` is the PS_IdNat of a colleague of the structure.

        Raises:
            DocumentInvalid: the time has no zone.
        """
        body = self._template.render(ListPatients(dtm(since, field="startDate"), by, owner or None))
        return Call(right=Right.MY_PATIENTS, endpoint=ENDPOINT, action=_ACTION, body=body)


def read(answer: SoapAnswer) -> tuple[AuthorisedRecord, ...]:
    """Return the records of the list.

    Raises:
        ServiceRejected, ProtocolViolation.
    """
    output = read_output(answer.body, _NAMESPACE, "patientListResponse")
    return tuple(_record(row) for row in rows(output, _NAMESPACE, "patientlistData"))


def _record(row: etree._Element) -> AuthorisedRecord:
    def said(name: str) -> str:
        return text(child(row, _NAMESPACE, name))

    return AuthorisedRecord(
        identifiers=tuple(
            EntryPatientId(
                identifier=text(child(item, _NAMESPACE, "nationalId")),
                oid=text(child(item, _NAMESPACE, "nationalIdType")),
            )
            for item in children(row, _NAMESPACE, "patientIdentifier")
        ),
        attending=said("MT") == "true",
        message=said("message") == "true",
        last_access_utc=said("lastAccessDate"),
        last_update_utc=said("lastUpdateDate"),
        last_addition_utc=said("lastAddDate"),
    )
