"""TD0.2 and TD1.3a: does the record exist, is the caller authorised, what does it say of its patient."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import uuid4
from xml.sax.saxutils import escape, quoteattr

from caducee_sandbox.dmp.records import EMERGENCY, URGENCY
from caducee_sandbox.dmp.refusals import Faulted, RegistryError
from caducee_sandbox.dmp.rights import EXISTENCE
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
    reason = _reason(request)
    asked = request.find(VALUE)
    root, extension = (None, None) if asked is None else (asked.get("root"), asked.get("extension"))
    named = call.caller.patient
    if named is None or (root, extension) != (named.root, named.extension):
        raise Faulted("XDSPatientIdDoesNotMatch", "L'INS du message n'est pas celui du VIHF")
    patient = named.patient
    element = "acknowledgement_element" in call.desk.quirks
    if patient is None or patient.record == "none":
        return _message(request, reason, lines="", subject="", code="NF", element=element)
    who = call.caller.professional
    lines = _lines(call.desk.authorisation(patient, who), attending=call.desk.attending(patient, who))
    observations = _observations(call, patient, reason)
    subject = _subject(patient, root or "", observations)
    return _message(request, reason, lines=lines, subject=subject, code="OK", element=element)


def _reason(request: Element) -> str:
    process = name(HL7, "controlActProcess")
    reason = request.find(f"{process}/{name(HL7, 'reasonCode')}")
    interaction = request.find(name(HL7, "interactionId"))
    receiver = request.find(f"{name(HL7, 'receiver')}/{name(HL7, 'device')}/{name(HL7, 'id')}")
    status = request.find(f"{QUERY}/{name(HL7, 'statusCode')}")
    said = [
        None if element is None else element.get(attribute)
        for element, attribute in ((interaction, "extension"), (receiver, "root"), (status, "code"))
    ]
    why = "" if reason is None else reason.get("code") or ""
    if said != ["PRPA_IN201307UV02", DMP_DEVICE, "new"] or why not in ("TEST_EXST", "CNSLT_DATA"):
        raise Faulted("DMPInvalidMessage", "interactionId, receiver, statusCode ou reasonCode incorrect")
    if reason is None or reason.get("codeSystem") != "1.2.250.1.213.1.1.4.11":
        raise Faulted("DMPInvalidMessage", "reasonCode: nomenclature incorrecte")
    return why


def refuse(errors: Sequence[RegistryError]) -> str:
    """Refuse: this transaction has no registry error, so it is a fault."""
    raise Faulted(errors[0].code, errors[0].context)


def _message(request: Element, reason: str, *, lines: str, subject: str, code: str, element: bool) -> str:
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
        f'<acknowledgement{"><typeCode code=" if element else " typeCode="}"AA"{"/>" if element else ">"}'
        f"<targetMessage>{_same(message_id, 'id')}"
        '</targetMessage></acknowledgement><controlActProcess classCode="CACT" moodCode="EVN">'
        f'<reasonCode code="{reason}" codeSystem="1.2.250.1.213.1.1.4.11"/>{subject}'
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


def _lines(authorised: str, *, attending: bool) -> str:
    return (
        '<attentionLine><keyWordText code="AUTORISATION" codeSystem="1.2.250.1.213.4.1.2.6.1"/>'
        f'<value xsi:type="CV" code="{authorised}" codeSystem="1.2.250.1.213.4.1.2.6.2"/></attentionLine>'
        '<attentionLine><keyWordText code="STATUT_MT" codeSystem="1.2.250.1.213.4.1.2.6.3"/>'
        f'<value xsi:type="BL" value="{str(attending).lower()}"/></attentionLine>'
    )


def _observations(call: Call, patient: Patient, reason: str) -> str:
    if reason == "TEST_EXST":
        account = _observation("COMPTE_INTERNET_OUVERT", "1.2.250.1.213.4.1.2.9", said=True)
        return account + _observation("RATTACHEMENT_ENS", "1.2.250.1.213.4.1.2.3", said=True)
    return "".join(
        _observation(code, "1.2.250.1.213.4.1.2.3", said=call.desk.opposes(patient, kind))
        for code, kind in (("OPPOSITION_BRIS_DE_GLACE", EMERGENCY), ("OPPOSITION_ACCES_URGENCE", URGENCY))
    )


def _subject(patient: Patient, root: str, observations: str) -> str:
    status = "active" if patient.record == "active" else "terminated"
    given = patient.given_names.split()[0]
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


def _observation(code: str, system: str, *, said: bool) -> str:
    return (
        '<subjectOf typeCode="SBJ"><administrativeObservation classCode="OBS" moodCode="EVN">'
        f'<code code="{code}" codeSystem="{system}"/><value xsi:type="BL" value="{str(said).lower()}"/>'
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
