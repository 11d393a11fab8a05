"""TD0.2: does the patient have a DMP, and may the professional open it (HL7 v3 PRPA_IN201307UV02)."""

from __future__ import annotations

from uuid import uuid4

import msgspec
from lxml import etree

from caducee.errors import ProtocolViolation, ServiceRejected
from caducee.model.entry import EntryPatientId
from caducee.rendering import Template
from caducee.wire.namespaces import HL7V3
from caducee.wire.xml import attribute, child, children, text
from caducee_dmp.api import Existence
from caducee_dmp.exchange import SERVICE, Call
from caducee_dmp.modes import Right

ENDPOINT = "patients"
ACTION = "urn:hl7-org:v3:PRPA_IN201307UV02"


class ExistenceQuery(msgspec.Struct, frozen=True, array_like=True):
    """The request as its template renders it. ``created`` is UTC, ``YYYYMMDDhhmmss``."""

    message_root: str
    message_id: str
    created: str
    processing: str
    receiver: str
    sender: str
    software: str
    query_root: str
    query_id: str
    ins_oid: str
    ins: str


class ExistenceTest:
    """Writes TD0.2 requests for one installation (``sender`` is its OID) and reads their answers."""

    def __init__(self, *, sender: str, software: str, receiver: str, processing: str) -> None:
        self._template = Template.load("caducee_dmp.templates", "td02_existence.xml", ExistenceQuery)
        self._sender, self._software = sender, software
        self._receiver, self._processing = receiver, processing

    def request(self, patient: EntryPatientId, *, created: str) -> Call:
        """Ask about one patient."""
        query = ExistenceQuery(
            message_root=f"{self._sender}.1.1",
            message_id=str(uuid4()),
            created=created,
            processing=self._processing,
            receiver=self._receiver,
            sender=self._sender,
            software=self._software,
            query_root=f"{self._sender}.2",
            query_id=str(uuid4()),
            ins_oid=patient.oid,
            ins=patient.identifier,
        )
        return Call(right=Right.EXISTENCE, endpoint=ENDPOINT, action=ACTION, body=self._template.render(query))


def read_existence(answer: etree._Element) -> Existence:
    """Read a PRPA_IN201308UV02, whose acknowledgement type may be an attribute or an element.

    Raises:
        ServiceRejected: the service refused, with its own code and text.
        ProtocolViolation: another answer.
    """
    if answer.tag != f"{{{HL7V3}}}PRPA_IN201308UV02":
        raise ProtocolViolation(SERVICE, "not a PRPA_IN201308UV02")
    control = child(answer, HL7V3, "controlActProcess")
    response = attribute(child(control, HL7V3, "queryAck", "queryResponseCode"), "code")
    _refuse(child(answer, HL7V3, "acknowledgement"), response)
    if response == "NF":
        return Existence(exists=False)
    patient = child(control, HL7V3, "subject", "registrationEvent", "subject1", "patient")
    if response != "OK" or patient is None:
        raise ProtocolViolation(SERVICE, "a query response that is neither OK nor NF")
    lines = {
        attribute(child(line, HL7V3, "keyWordText"), "code"): line for line in children(answer, HL7V3, "attentionLine")
    }
    return Existence(
        exists=True,
        active=attribute(child(patient, HL7V3, "statusCode"), "code") == "active",
        authorisation=attribute(child(lines.get("AUTORISATION"), HL7V3, "value"), "code"),
        attending=_boolean(child(lines.get("STATUT_MT"), HL7V3, "value")),
        attached=_boolean(_observation(patient, "RATTACHEMENT_ENS")),
    )


def _refuse(acknowledgement: etree._Element | None, response: str) -> None:
    kind = attribute(acknowledgement, "typeCode") or attribute(child(acknowledgement, HL7V3, "typeCode"), "code")
    if kind == "AA" or (kind != "AE" and response in {"OK", "NF"}):
        return
    detail = child(acknowledgement, HL7V3, "acknowledgementDetail")
    raise ServiceRejected(
        SERVICE,
        "refused",
        service_code=attribute(child(detail, HL7V3, "code"), "code"),
        service_text=text(child(detail, HL7V3, "text")),
    )


def _observation(patient: etree._Element, code: str) -> etree._Element | None:
    for holder in (patient, child(patient, HL7V3, "patientPerson")):
        for subject in children(holder, HL7V3, "subjectOf"):
            observation = child(subject, HL7V3, "administrativeObservation")
            if attribute(child(observation, HL7V3, "code"), "code") == code:
                return child(observation, HL7V3, "value")
    return None


def _boolean(value: etree._Element | None) -> bool | None:
    return {"true": True, "false": False}.get(attribute(value, "value"))
