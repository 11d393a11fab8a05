"""TD0.2 and TD1.3a: is there a record, may the professional open it, what does it say (HL7 v3 PRPA_IN201307UV02)."""

from __future__ import annotations

import msgspec
from lxml import etree

from caducee.errors import ProtocolViolation
from caducee.model.entry import EntryPatientId
from caducee.rendering import Template
from caducee.wire.namespaces import HL7V3
from caducee.wire.xml import attribute, child, children
from caducee_dmp.exchange import SERVICE, Call
from caducee_dmp.existence import Existence, RecordData
from caducee_dmp.messages import Head, Installation, boolean, observation, read_response
from caducee_dmp.modes import Right

ENDPOINT = "patients"
ACTION = "urn:hl7-org:v3:PRPA_IN201307UV02"
_EXISTENCE, _RECORD_DATA = "TEST_EXST", "CNSLT_DATA"


class ExistenceQuery(msgspec.Struct, frozen=True, array_like=True):
    """The request as its template renders it; ``reason`` tells the two transactions apart."""

    head: Head
    reason: str
    ins_oid: str
    ins: str


class ExistenceTest:
    """Writes the requests of one installation."""

    def __init__(self, installation: Installation) -> None:
        self._template = Template.load("caducee_dmp.templates", "td02_existence.xml", ExistenceQuery)
        self._installation = installation

    def request(self, patient: EntryPatientId, *, created: str) -> Call:
        """Ask whether there is a record."""
        return Call(
            right=Right.EXISTENCE, endpoint=ENDPOINT, action=ACTION, body=self._body(patient, created, _EXISTENCE)
        )

    def record_data(self, patient: EntryPatientId, *, created: str) -> Call:
        """Ask for what the record says beside its documents."""
        return Call(
            right=Right.RECORD_DATA, endpoint=ENDPOINT, action=ACTION, body=self._body(patient, created, _RECORD_DATA)
        )

    def _body(self, patient: EntryPatientId, created: str, reason: str) -> bytes:
        head = self._installation.head(created=created)
        return self._template.render(
            ExistenceQuery(head=head, reason=reason, ins_oid=patient.oid, ins=patient.identifier)
        )


def read_existence(answer: etree._Element) -> Existence:
    """Read the answer to TD0.2, whose acknowledgement type may be an attribute or an element.

    Raises:
        ServiceRejected: the service refused, with its own code and text.
        ProtocolViolation: another answer.
    """
    patient = _patient(answer)
    if patient is None:
        return Existence(exists=False)
    lines = {
        attribute(child(line, HL7V3, "keyWordText"), "code"): line for line in children(answer, HL7V3, "attentionLine")
    }
    return Existence(
        exists=True,
        active=attribute(child(patient, HL7V3, "statusCode"), "code") == "active",
        authorisation=attribute(child(lines.get("AUTORISATION"), HL7V3, "value"), "code"),
        attending=boolean(child(lines.get("STATUT_MT"), HL7V3, "value")),
        attached=observation(patient, "RATTACHEMENT_ENS"),
    )


def read_record_data(answer: etree._Element) -> RecordData:
    """Read the answer to TD1.3a.

    Raises:
        ServiceRejected, ProtocolViolation.
    """
    patient = _patient(answer)
    if patient is None:
        return RecordData(exists=False)
    person = child(patient, HL7V3, "patientPerson")
    return RecordData(
        exists=True,
        active=attribute(child(patient, HL7V3, "statusCode"), "code") == "active",
        break_glass_opposed=observation(patient, "OPPOSITION_BRIS_DE_GLACE"),
        regulation_opposed=observation(patient, "OPPOSITION_ACCES_URGENCE"),
        internet_account=observation(patient, "COMPTE_INTERNET_OUVERT"),
        attached=observation(patient, "RATTACHEMENT_ENS"),
        deceased=boolean(child(person, HL7V3, "deceasedInd")),
        represented=child(person, HL7V3, "personalRelationship") is not None,
    )


def _patient(answer: etree._Element) -> etree._Element | None:
    response, control = read_response(answer, "PRPA_IN201308UV02")
    if response == "NF":
        return None
    patient = child(control, HL7V3, "subject", "registrationEvent", "subject1", "patient")
    if patient is None:
        raise ProtocolViolation(SERVICE, "a record without its patient")
    return patient
