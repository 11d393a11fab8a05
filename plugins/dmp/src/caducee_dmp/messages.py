"""HL7 v3 messages of the DMP: the head that all share, and how an answer refuses (DMP, 3.3 and 5.1)."""

from __future__ import annotations

from uuid import uuid4

import msgspec
from lxml import etree

from caducee.errors import ProtocolViolation, ServiceRejected
from caducee.model.environment import Environment
from caducee.wire.namespaces import HL7V3
from caducee.wire.xml import attribute, child, children, text
from caducee_dmp.config import DmpConfig
from caducee_dmp.exchange import SERVICE


class Head(msgspec.Struct, frozen=True, array_like=True):
    """Who writes to whom, and the identifiers of one message. ``created`` is UTC, ``YYYYMMDDhhmmss``."""

    message_root: str
    message_id: str
    created: str
    processing: str
    receiver: str
    sender: str
    software: str
    query_root: str
    query_id: str


class Installation:
    """Makes the heads of one installation: ``sender`` is its OID."""

    def __init__(self, *, sender: str, software: str, receiver: str, processing: str) -> None:
        self._sender, self._software = sender, software
        self._receiver, self._processing = receiver, processing

    def head(self, *, created: str) -> Head:
        """Return a fresh head."""
        return Head(
            message_root=f"{self._sender}.1.1",
            message_id=str(uuid4()),
            created=created,
            processing=self._processing,
            receiver=self._receiver,
            sender=self._sender,
            software=self._software,
            query_root=f"{self._sender}.2",
            query_id=str(uuid4()),
        )


def installation_of(config: DmpConfig, environment: Environment) -> Installation:
    """Return the installation of a configuration."""
    return Installation(
        sender=config.lps.oid,
        software=config.lps.name,
        receiver=config.receiver,
        processing=config.processing(environment),
    )


def read_response(answer: etree._Element, name: str) -> tuple[str, etree._Element | None]:
    """Return the response code of a query (``OK``, ``NF``) and the control act of its answer.

    Raises:
        ServiceRejected: the service refused, with its own code and text.
        ProtocolViolation: another answer, or another code.
    """
    if answer.tag != f"{{{HL7V3}}}{name}":
        raise ProtocolViolation(SERVICE, f"not a {name}")
    control = child(answer, HL7V3, "controlActProcess")
    response = attribute(child(control, HL7V3, "queryAck", "queryResponseCode"), "code")
    _refuse(child(answer, HL7V3, "acknowledgement"), response)
    if response not in {"OK", "NF"}:
        raise ProtocolViolation(SERVICE, "a query response that is neither OK nor NF")
    return response, control


def observation(patient: etree._Element, code: str) -> bool | None:
    """Return the truth value of an administrative observation of a patient; ``None`` when it is not said."""
    for holder in (patient, child(patient, HL7V3, "patientPerson")):
        for name in ("subjectOf", "subjectOf2"):
            for subject in children(holder, HL7V3, name):
                found = child(subject, HL7V3, "administrativeObservation")
                if attribute(child(found, HL7V3, "code"), "code") == code:
                    return boolean(child(found, HL7V3, "value"))
    return None


def boolean(value: etree._Element | None) -> bool | None:
    """Read a BL."""
    return {"true": True, "false": False}.get(attribute(value, "value"))


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
