"""TD3.1 (ITI-18): FindDocuments and GetDocuments."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.sax.saxutils import quoteattr

from caducee_sandbox.dmp.ebrim import RegistryObject, read_object
from caducee_sandbox.dmp.hl7v2 import read_patient_id
from caducee_sandbox.dmp.refusals import FAILURE, SUCCESS, RegistryError, error_list
from caducee_sandbox.dmp.refusals import refuse as refusal
from caducee_sandbox.dmp.registry import Entry
from caducee_sandbox.dmp.rights import LIST, REFERENCE
from caducee_sandbox.dmp.schemes import CLASS, CONFIDENTIALITY, EVENT, FACILITY, FORMAT, PRACTICE, TYPE
from caducee_sandbox.dmp.transaction import Call, Transaction
from caducee_sandbox.mtom import Attachment
from caducee_sandbox.namespaces import QUERY, RIM
from caducee_sandbox.xml import Element, name, read_xml

FIND_DOCUMENTS = "urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d"
GET_DOCUMENTS = "urn:uuid:5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4"
PREFIX = "$XDSDocumentEntry"
CODES = {
    "ClassCode": CLASS,
    "TypeCode": TYPE,
    "FormatCode": FORMAT,
    "PracticeSettingCode": PRACTICE,
    "HealthcareFacilityTypeCode": FACILITY,
    "EventCodeList": EVENT,
    "ConfidentialityCode": CONFIDENTIALITY,
}
TIMES = {
    f"{parameter}{end}": (slot, end)
    for parameter, slot in (
        ("CreationTime", "creationTime"),
        ("ServiceStartTime", "serviceStartTime"),
        ("ServiceStopTime", "serviceStopTime"),
    )
    for end in ("From", "To")
}
Parameters = dict[str, list[str]]


def perform(call: Call, _: list[Attachment]) -> str:
    """Answer a stored query with the entries that the caller may see."""
    query = call.content.find(name(RIM, "AdhocQuery"))
    option = call.content.find(name(QUERY, "ResponseOption"))
    leaf = option is not None and option.get("returnType") == "LeafClass"
    identifier = "" if query is None else query.get("id") or ""
    parameters = _parameters(query)
    if identifier == FIND_DOCUMENTS:
        call.require(LIST)
        call.require_consent()
        found = _find(call, parameters)
    elif identifier == GET_DOCUMENTS:
        call.require(LIST if leaf else REFERENCE)
        if leaf:
            call.require_consent()
        found = _get(call, parameters)
    else:
        raise refusal("XDSUnknownStoredQuery", identifier)
    visible = [e for e in found if not e.masked or e.author == call.caller.professional]
    return _answer(SUCCESS, [entry_xml(e) if leaf else f'<ObjectRef id="{e.entry_uuid}"/>' for e in visible])


def _parameters(query: Element | None) -> Parameters:
    found: Parameters = {}
    for slot in [] if query is None else query.iterfind(name(RIM, "Slot")):
        key = (slot.get("name") or "").removeprefix(PREFIX)
        for value in slot.iterfind(f"{name(RIM, 'ValueList')}/{name(RIM, 'Value')}"):
            found.setdefault(key, []).append((value.text or "").strip())
    return found


def _list(parameters: Parameters, key: str) -> list[str]:
    """Read a parenthesised list of quoted values, which several Value elements may share."""
    values: list[str] = []
    for written in parameters.get(key, []):
        if not re.fullmatch(r"\(\s*'[^']*'(\s*,\s*'[^']*')*\s*\)", written):
            raise refusal("XDSStoredQueryParamNumber", f"{PREFIX}{key}: ('…') attendu")
        values += re.findall(r"'([^']*)'", written)
    return values


def _find(call: Call, parameters: Parameters) -> list[Entry]:
    unknown = set(parameters) - {"PatientId", "Status", *CODES, *TIMES}
    if unknown:
        raise refusal("XDSRegistryError", f"Parametre non pris en charge: {sorted(unknown)[0]}")
    if "PatientId" not in parameters or "Status" not in parameters:
        raise refusal("XDSStoredQueryMissingParam", "PatientId et Status attendus")
    quoted = re.fullmatch(r"'([^']+)'", parameters["PatientId"][0])
    patient = read_patient_id(quoted.group(1)) if quoted else None
    if patient is None or len(parameters["PatientId"]) != 1:
        raise refusal("XDSStoredQueryParamNumber", "PatientId: une valeur entre apostrophes attendue")
    if patient != call.caller.patient:
        raise refusal("XDSPatientIdDoesNotMatch", "PatientId n'est pas celui du VIHF")
    statuses = _list(parameters, "Status")
    wanted = {scheme: _list(parameters, key) for key, scheme in CODES.items() if key in parameters}
    entries = [e for e in call.registry.of_patient(str(patient)) if e.status in statuses]
    return [e for e in entries if _fits(read_object(read_xml(e.metadata)), wanted, parameters)]


def _fits(entry: RegistryObject, wanted: dict[str, list[str]], parameters: Parameters) -> bool:
    for scheme, codes in wanted.items():
        if not {f"{code}^^{system}" for code, system in entry.codes(scheme)} & set(codes):
            return False
    for key, (slot, end) in TIMES.items():
        limit = parameters.get(key, [""])[0].strip("'")
        value = entry.slot(slot)
        if limit and (not value or (value < limit if end == "From" else value >= limit)):
            return False
    return True


def _get(call: Call, parameters: Parameters) -> list[Entry]:
    if ("UniqueId" in parameters) == ("EntryUUID" in parameters):
        raise refusal("XDSStoredQueryParamNumber", "UniqueId ou EntryUUID attendu")
    if "UniqueId" in parameters:
        found = [call.registry.by_unique_id(value) for value in _list(parameters, "UniqueId")]
    else:
        found = [call.registry.by_entry_uuid(value) for value in _list(parameters, "EntryUUID")]
    return [entry for entry in found if entry is not None and entry.patient == str(call.caller.patient)]


def entry_xml(entry: Entry) -> str:
    """Return the ExtrinsicObject of an entry, with its present status."""
    head, closing, rest = entry.metadata.decode().partition(">")
    return re.sub(r' status="[^"]*"', f" status={quoteattr(entry.status)}", head) + closing + rest


def _answer(status: str, objects: list[str], errors: Sequence[RegistryError] = ()) -> str:
    return (
        f"<query:AdhocQueryResponse xmlns:query={quoteattr(QUERY)} xmlns={quoteattr(RIM)} status={quoteattr(status)}"
        f' startIndex="0" totalResultCount="{len(objects)}">{error_list(errors)}'
        f"<RegistryObjectList>{''.join(objects)}</RegistryObjectList></query:AdhocQueryResponse>"
    )


def refuse(errors: Sequence[RegistryError]) -> str:
    """Return the answer of a refusal."""
    return _answer(FAILURE, [], errors)


TRANSACTION = Transaction(
    name="TD3.1",
    service="registry",
    action="urn:ihe:iti:2007:RegistryStoredQuery",
    answer_action="urn:ihe:iti:2007:RegistryStoredQueryResponse",
    root=name(QUERY, "AdhocQueryRequest"),
    perform=perform,
    refuse=refuse,
)
