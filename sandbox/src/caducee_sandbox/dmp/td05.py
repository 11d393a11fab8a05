"""TD0.5: patients found by their traits, for medical regulation only, ten at most."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import uuid4
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from caducee_sandbox.dmp.records import URGENCY
from caducee_sandbox.dmp.refusals import Faulted, RegistryError
from caducee_sandbox.dmp.rights import SEARCH
from caducee_sandbox.dmp.td02 import DMP_DEVICE
from caducee_sandbox.dmp.transaction import Call, Transaction
from caducee_sandbox.mtom import Attachment
from caducee_sandbox.namespaces import HL7, XSI
from caducee_sandbox.people import PATIENTS, TEST_OID, Patient
from caducee_sandbox.xml import Element, name, text

AT_MOST = 10
QUERY = f"{name(HL7, 'controlActProcess')}/{name(HL7, 'queryByParameter')}"


def perform(call: Call, _: list[Attachment]) -> str:
    """Answer with the open records whose patient has these traits."""
    call.require(SEARCH)
    query = call.content.find(QUERY)
    parameters = None if query is None else query.find(name(HL7, "parameterList"))
    if query is None or parameters is None:
        raise Faulted("DMPInvalidMessage", "parameterList absent")
    family, given, birth, sex = _traits(parameters)
    if not family:
        raise Faulted("DMPInvalidMessage", "nom absent")
    found = [
        patient
        for patient in PATIENTS
        if patient.record == "active"
        and _same(family, patient.name)
        and (not given or _same(given, patient.given_names.split()[0]))
        and (not birth or patient.birth.replace("-", "") == birth)
        and (not sex or patient.sex == sex)
    ]
    return _message(call, query, found[:AT_MOST], len(found), exact=bool(given and birth and sex))


def _traits(parameters: Element) -> tuple[str, str, str, str]:
    value = name(HL7, "value")
    person = parameters.find(f"{name(HL7, 'livingSubjectName')}/{value}")
    family = "" if person is None else text(person.find(name(HL7, "family")))
    given = "" if person is None else text(person.find(name(HL7, "given")))
    birth = parameters.find(f"{name(HL7, 'livingSubjectBirthTime')}/{value}")
    sex = parameters.find(f"{name(HL7, 'livingSubjectAdministrativeGender')}/{value}")
    return (
        family,
        given,
        "" if birth is None else birth.get("value") or "",
        "" if sex is None else sex.get("code") or "",
    )


def _same(asked: str, held: str) -> bool:
    return _folded(asked) == _folded(held)


def _folded(value: str) -> str:
    plain = unicodedata.normalize("NFKD", value.upper()).encode("ascii", "ignore").decode()
    return plain.replace("-", " ").replace("'", " ")


def _message(call: Call, query: Element, patients: list[Patient], total: int, *, exact: bool) -> str:
    message_id, query_id = call.content.find(name(HL7, "id")), query.find(name(HL7, "queryId"))
    sender = call.content.find(f"{name(HL7, 'sender')}/{name(HL7, 'device')}/{name(HL7, 'id')}")
    now = datetime.now(UTC).strftime("%Y%m%d%H%M%S")
    percent = 100 if exact else 80
    code = "OK" if patients else "NF"
    subjects = "".join(_subject(patient, percent, opposed=call.desk.opposes(patient, URGENCY)) for patient in patients)
    return (
        f'<PRPA_IN201306UV02 xmlns="{HL7}" xmlns:xsi="{XSI}" ITSVersion="XML_1.0"><id root="{uuid4()}"/>'
        f'<creationTime value="{now}"/><interactionId root="2.16.840.1.113883.1.6" extension="PRPA_IN201306UV02"/>'
        '<processingCode code="P"/><processingModeCode code="T"/><acceptAckCode code="NE"/>'
        f'<receiver typeCode="RCV"><device classCode="DEV" determinerCode="INSTANCE">{_same_id(sender, "id")}'
        '</device></receiver><sender typeCode="SND"><device classCode="DEV" determinerCode="INSTANCE">'
        f'<id root="{DMP_DEVICE}"/></device></sender><acknowledgement><typeCode code="AA"/><targetMessage>'
        f"{_same_id(message_id, 'id')}</targetMessage></acknowledgement>"
        '<controlActProcess classCode="CACT" moodCode="EVN">'
        '<code code="PRPA_TE201306UV02" codeSystem="2.16.840.1.113883.1.6"/>'
        f'{subjects}<queryAck>{_same_id(query_id, "queryId")}<queryResponseCode code="{code}"/>'
        f'<resultTotalQuantity value="{total}"/><resultCurrentQuantity value="{len(patients)}"/>'
        f'<resultRemainingQuantity value="{total - len(patients)}"/></queryAck>{_repeated(query)}'
        "</controlActProcess></PRPA_IN201306UV02>"
    )


def _repeated(query: Element) -> str:
    written: bytes = etree.tostring(query, method="c14n", exclusive=True)
    return written.decode()


def _same_id(identifier: Element | None, tag: str) -> str:
    if identifier is None:
        return f'<{tag} nullFlavor="NI"/>'
    extension = identifier.get("extension")
    more = f" extension={quoteattr(extension)}" if extension else ""
    return f"<{tag} root={quoteattr(identifier.get('root') or '')}{more}/>"


def _subject(patient: Patient, percent: int, *, opposed: bool) -> str:
    return (
        '<subject typeCode="SUBJ"><registrationEvent classCode="REG" moodCode="EVN"><statusCode code="active"/>'
        f'<subject1 typeCode="SBJ"><patient classCode="PAT"><id root="{TEST_OID}" extension="{patient.ins}"/>'
        '<statusCode code="active"/><patientPerson classCode="PSN" determinerCode="INSTANCE"><name>'
        f'<given>{escape(patient.given_names.split()[0])}</given><family qualifier="BR">{escape(patient.name)}</family>'
        f'</name><administrativeGenderCode code="{patient.sex}"/>'
        f'<birthTime value="{patient.birth.replace("-", "")}"/></patientPerson>'
        f'<providerOrganization classCode="ORG" determinerCode="INSTANCE"><id root="{DMP_DEVICE}"/>'
        '<contactParty classCode="CON"/></providerOrganization>'
        '<subjectOf1><queryMatchObservation classCode="COND" moodCode="EVN"><code code="POURCENTAGE"/>'
        f'<value xsi:type="INT" value="{percent}"/></queryMatchObservation></subjectOf1>'
        '<subjectOf2><administrativeObservation classCode="OBS" moodCode="EVN">'
        '<code code="OPPOSITION_ACCES_URGENCE" codeSystem="1.2.250.1.213.4.1.2.3"/>'
        f'<value xsi:type="BL" value="{str(opposed).lower()}"/></administrativeObservation></subjectOf2>'
        '</patient></subject1><custodian typeCode="CST"><assignedEntity classCode="ASSIGNED">'
        f'<id root="{DMP_DEVICE}"/></assignedEntity></custodian></registrationEvent></subject>'
    )


def refuse(errors: Sequence[RegistryError]) -> str:
    """Refuse: this transaction has no registry error, so it is a fault."""
    raise Faulted(errors[0].code, errors[0].context)


TRANSACTION = Transaction(
    name="TD0.5",
    service="patientsPDQ",
    action="urn:hl7-org:v3:PRPA_IN201305UV02",
    answer_action="urn:hl7-org:v3:PRPA_IN201306UV02",
    root=name(HL7, "PRPA_IN201305UV02"),
    perform=perform,
    refuse=refuse,
    without_patient=True,
)
