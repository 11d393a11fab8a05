"""TD0.2: does the record exist, is it active, and is the caller authorised."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import uuid4
from xml.sax.saxutils import escape, quoteattr

from caducee_sandbox.dmp.refusals import Faulted, RegistryError
from caducee_sandbox.dmp.rights import EXISTENCE, authorisation
from caducee_sandbox.dmp.transaction import Call, Transaction
from caducee_sandbox.mtom import Attachment
from caducee_sandbox.namespaces import HL7, XSI
from caducee_sandbox.people import Patient
from caducee_sandbox.xml import Element, name, text

DMP_DEVICE = "1.2.250.1.213.4.1.1.1"
QUERY = f"{name(HL7, 'controlActProcess')}/{name(HL7, 'queryByParameter')}"
VALUE = "/".join([QUERY, *(name(HL7, n) for n in ("parameterList", "patientIdentifier", "value"))])


def perform(call: Call, _: list[Attachment]) -> str:
    """Answer for the patient of the message, who must be the one of the VIHF."""
    call.require(EXISTENCE)
    request = call.content
    _check(request)
    asked = request.find(VALUE)
    root, extension = (None, None) if asked is None else (asked.get("root"), asked.get("extension"))
    if (root, extension) != (call.caller.patient.root, call.caller.patient.extension):
        raise Faulted("XDSPatientIdDoesNotMatch", "L'INS du message n'est pas celui du VIHF")
    patient = call.caller.patient.patient
    if patient is None or patient.record == "none":
        return _message(request, lines="", subject="", code="NF")
    lines = _lines(authorisation(patient, call.caller.professional))
    return _message(request, lines=lines, subject=_subject(patient, root or ""), code="OK")


def _check(request: Element) -> None:
    process = name(HL7, "controlActProcess")
    reason = request.find(f"{process}/{name(HL7, 'reasonCode')}")
    interaction = request.find(name(HL7, "interactionId"))
    receiver = request.find(f"{name(HL7, 'receiver')}/{name(HL7, 'device')}/{name(HL7, 'id')}")
    status = request.find(f"{QUERY}/{name(HL7, 'statusCode')}")
    said = [
        None if element is None else element.get(attribute)
        for element, attribute in ((interaction, "extension"), (receiver, "root"), (status, "code"), (reason, "code"))
    ]
    if said != ["PRPA_IN201307UV02", DMP_DEVICE, "new", "TEST_EXST"]:
        raise Faulted("DMPInvalidMessage", "interactionId, receiver, statusCode ou reasonCode incorrect")
    if reason is None or reason.get("codeSystem") != "1.2.250.1.213.1.1.4.11":
        raise Faulted("DMPInvalidMessage", "reasonCode: nomenclature incorrecte")


def refuse(errors: Sequence[RegistryError]) -> str:
    """Refuse: this transaction has no registry error, so it is a fault."""
    raise Faulted(errors[0].code, errors[0].context)


def _message(request: Element, *, lines: str, subject: str, code: str) -> str:
    sender = request.find(f"{name(HL7, 'sender')}/{name(HL7, 'device')}")
    device = None if sender is None else sender.find(name(HL7, "id"))
    software = "" if sender is None else text(sender.find(name(HL7, "softwareName")))
    query_id = request.find(f"{QUERY}/{name(HL7, 'queryId')}")
    message_id = request.find(name(HL7, "id"))
    now = datetime.now(UTC).strftime("%Y%m%d%H%M%S")
    return (
        f'<PRPA_IN201308UV02 xmlns="{HL7}" xmlns:xsi="{XSI}" ITSVersion="XML_1.0"><id root="{uuid4()}"/>'
        f'<creationTime value="{now}"/><interactionId root="2.16.840.1.113883.1.6" extension="PRPA_IN201308UV02"/>'
        '<processingCode code="P"/><processingModeCode code="T"/><acceptAckCode code="NE"/>'
        f'<receiver typeCode="RCV">{_device(device, software)}</receiver>'
        f'<sender typeCode="SND"><device classCode="DEV" determinerCode="INSTANCE"><id root="{DMP_DEVICE}"/>'
        f"<softwareName>DMP</softwareName></device></sender>{lines}"
        f'<acknowledgement typeCode="AA"><targetMessage>{_same(message_id, "id")}'
        '</targetMessage></acknowledgement><controlActProcess classCode="CACT" moodCode="EVN">'
        f'<reasonCode code="TEST_EXST" codeSystem="1.2.250.1.213.1.1.4.11"/>{subject}'
        f"<queryAck>{_same(query_id, 'queryId')}"
        f'<queryResponseCode code="{code}"/></queryAck></controlActProcess></PRPA_IN201308UV02>'
    )


def _device(identifier: Element | None, software: str) -> str:
    inner = f"{_same(identifier, 'id')}<softwareName>{escape(software)}</softwareName>"
    return f'<device classCode="DEV" determinerCode="INSTANCE">{inner}</device>'


def _same(identifier: Element | None, tag: str) -> str:
    """Repeat an identifier of the request."""
    if identifier is None:
        return f'<{tag} nullFlavor="NI"/>'
    extension = identifier.get("extension")
    more = f" extension={quoteattr(extension)}" if extension else ""
    return f"<{tag} root={quoteattr(identifier.get('root') or '')}{more}/>"


def _lines(authorised: str) -> str:
    return (
        '<attentionLine><keyWordText code="AUTORISATION" codeSystem="1.2.250.1.213.4.1.2.6.1"/>'
        f'<value xsi:type="CV" code="{authorised}" codeSystem="1.2.250.1.213.4.1.2.6.2"/></attentionLine>'
        '<attentionLine><keyWordText code="STATUT_MT" codeSystem="1.2.250.1.213.4.1.2.6.3"/>'
        '<value xsi:type="BL" value="false"/></attentionLine>'
    )


def _subject(patient: Patient, root: str) -> str:
    status = "active" if patient.record == "active" else "terminated"
    given = patient.given_names.split()[0]
    observations = _observation("COMPTE_INTERNET_OUVERT", "1.2.250.1.213.4.1.2.9")
    observations += _observation("RATTACHEMENT_ENS", "1.2.250.1.213.4.1.2.3")
    return (
        '<subject typeCode="SUBJ" contextConductionInd="false"><registrationEvent classCode="REG" moodCode="EVN">'
        '<statusCode code="completed"/><subject1 typeCode="SBJ"><patient classCode="PAT">'
        f'<id root="{root}" extension="{patient.ins}"/><statusCode code="{status}"/>'
        f'<patientPerson classCode="PSN" determinerCode="INSTANCE"><name><given>{given}</given>'
        f'<family qualifier="BR">{escape(patient.name)}</family></name>'
        f'<administrativeGenderCode code="{patient.sex}"/><birthTime value="{patient.birth.replace("-", "")}"/>'
        f'</patientPerson>{observations}</patient></subject1><custodian typeCode="CST">'
        f'<assignedEntity classCode="ASSIGNED"><id root="{DMP_DEVICE}"/></assignedEntity></custodian>'
        "</registrationEvent></subject>"
    )


def _observation(code: str, system: str) -> str:
    return (
        '<subjectOf typeCode="SBJ"><administrativeObservation classCode="OBS" moodCode="EVN">'
        f'<code code="{code}" codeSystem="{system}"/><value xsi:type="BL" value="true"/>'
        "</administrativeObservation></subjectOf>"
    )


TRANSACTION = Transaction(
    name="TD0.2",
    service="patients",
    action="urn:hl7-org:v3:PRPA_IN201307UV02",
    answer_action="urn:hl7-org:v3:PRPA_IN201308UV02",
    root=name(HL7, "PRPA_IN201307UV02"),
    perform=perform,
    refuse=refuse,
)
