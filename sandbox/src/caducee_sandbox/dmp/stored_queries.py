"""The six stored queries of TD3.1: their parameters checked, their objects found."""

from __future__ import annotations

import re
from dataclasses import dataclass

from caducee_sandbox.dmp.ebrim import RegistryObject, read_object
from caducee_sandbox.dmp.hl7v2 import read_patient_id
from caducee_sandbox.dmp.refusals import refuse
from caducee_sandbox.dmp.registry import APPROVED, Entry, HeldFolder, HeldSet, Link
from caducee_sandbox.dmp.schemes import AUTHOR, CLASS, CONFIDENTIALITY, EVENT, FACILITY, FORMAT, PRACTICE, TYPE
from caducee_sandbox.dmp.transaction import Call
from caducee_sandbox.namespaces import RIM
from caducee_sandbox.xml import Element, name, read_xml

FIND_DOCUMENTS = "urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d"
FIND_SETS = "urn:uuid:f26abbcb-ac74-4422-8a30-edb644bbc1a9"
GET_DOCUMENTS = "urn:uuid:5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4"
GET_ASSOCIATIONS = "urn:uuid:a7ae438b-4bc2-4642-93e9-be891f7bb155"
GET_DOCUMENTS_AND_ASSOCIATIONS = "urn:uuid:bab9529a-4a10-40b3-a01f-f68a615d247a"
GET_SET_AND_CONTENTS = "urn:uuid:e8e3cb2c-e39c-46b9-99e4-c12f57260b83"
DOCUMENT, SET = "$XDSDocumentEntry", "$XDSSubmissionSet"
BATCH = 20
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


@dataclass(frozen=True)
class Found:
    """The objects that a query found, before rights."""

    entries: tuple[Entry, ...] = ()
    sets: tuple[HeldSet, ...] = ()
    folders: tuple[HeldFolder, ...] = ()
    links: tuple[Link, ...] = ()


def parameters_of(query: Element | None) -> Parameters:
    """Return the values of each parameter, as written."""
    found: Parameters = {}
    for slot in [] if query is None else query.iterfind(name(RIM, "Slot")):
        for value in slot.iterfind(f"{name(RIM, 'ValueList')}/{name(RIM, 'Value')}"):
            found.setdefault(slot.get("name") or "", []).append((value.text or "").strip())
    return found


def find_documents(call: Call, parameters: Parameters) -> Found:
    """Find the documents of a record."""
    asked = {key.removeprefix(DOCUMENT): values for key, values in parameters.items() if key.startswith(DOCUMENT)}
    unknown = set(asked) - {"PatientId", "Status", "AuthorPerson", *CODES, *TIMES}
    if unknown or len(asked) != len(parameters):
        raise refuse("XDSRegistryError", f"Parametre non pris en charge: {sorted(unknown or parameters)[0]}")
    patient = _record(call, asked)
    statuses = _list(asked, "Status")
    wanted = {scheme: _list(asked, key) for key, scheme in CODES.items() if key in asked}
    authors = _list(asked, "AuthorPerson") if "AuthorPerson" in asked else []
    entries = [e for e in call.registry.of_patient(patient) if e.status in statuses]
    return Found(tuple(e for e in entries if _fits(read_object(read_xml(e.metadata)), wanted, asked, authors)))


def find_sets(call: Call, parameters: Parameters) -> Found:
    """Find the submission sets of a record."""
    asked = {key.removeprefix(SET): values for key, values in parameters.items() if key.startswith(SET)}
    unknown = set(asked) - {"PatientId", "Status", "SubmissionTimeFrom", "SubmissionTimeTo"}
    if unknown or len(asked) != len(parameters):
        raise refuse("XDSRegistryError", f"Parametre non pris en charge: {sorted(unknown or parameters)[0]}")
    patient = _record(call, asked)
    if APPROVED not in _list(asked, "Status"):
        return Found()
    since, until = (asked.get(f"SubmissionTime{end}", [""])[0].strip("'") for end in ("From", "To"))
    held = call.registry.sets_of_patient(patient)
    return Found(sets=tuple(s for s in held if s.submitted >= since and (not until or s.submitted < until)))


def get_documents(call: Call, parameters: Parameters) -> Found:
    """Find documents by OIDs or by registry identifiers."""
    return Found(_named(call, parameters))


def get_associations(call: Call, parameters: Parameters) -> Found:
    """Find the links of objects."""
    if set(parameters) != {"$uuid"}:
        raise refuse("XDSStoredQueryMissingParam", "$uuid attendu")
    links = call.registry.links_of(_batch(_list(parameters, "$uuid")))
    return Found(links=tuple(link for link in links if _is_of(call, link)))


def get_documents_and_associations(call: Call, parameters: Parameters) -> Found:
    """Find documents and their links."""
    entries = _named(call, parameters)
    return Found(entries, links=tuple(call.registry.links_of(e.entry_uuid for e in entries)))


def get_set_and_contents(call: Call, parameters: Parameters) -> Found:
    """Find one submission set, its documents and its links."""
    asked = [parameters[key] for key in (f"{SET}EntryUUID", f"{SET}UniqueId") if key in parameters]
    quoted = re.fullmatch(r"'([^']+)'", asked[0][0]) if len(asked) == 1 else None
    if quoted is None:
        raise refuse("XDSStoredQueryParamNumber", "EntryUUID ou UniqueId du lot attendu, entre apostrophes")
    held = call.registry.set_by(quoted.group(1))
    if held is None or held.patient != str(call.caller.patient):
        return Found()
    links = call.registry.links_of([held.entry_uuid])
    targets = [link.target for link in links if link.source == held.entry_uuid]
    entries = [entry for uuid in targets if (entry := call.registry.by_entry_uuid(uuid)) is not None]
    folders = [folder for uuid in targets if (folder := call.registry.folder(uuid)) is not None]
    inside = call.registry.links_of(folder.uuid for folder in folders)
    links += [link for link in inside if link.source in [folder.uuid for folder in folders]]
    return Found(tuple(entries), (held,), tuple(folders), tuple(links))


QUERIES = {
    FIND_DOCUMENTS: find_documents,
    FIND_SETS: find_sets,
    GET_DOCUMENTS: get_documents,
    GET_ASSOCIATIONS: get_associations,
    GET_DOCUMENTS_AND_ASSOCIATIONS: get_documents_and_associations,
    GET_SET_AND_CONTENTS: get_set_and_contents,
}


def _record(call: Call, asked: Parameters) -> str:
    if "PatientId" not in asked or "Status" not in asked:
        raise refuse("XDSStoredQueryMissingParam", "PatientId et Status attendus")
    quoted = re.fullmatch(r"'([^']+)'", asked["PatientId"][0])
    patient = read_patient_id(quoted.group(1)) if quoted else None
    if patient is None or len(asked["PatientId"]) != 1:
        raise refuse("XDSStoredQueryParamNumber", "PatientId: une valeur entre apostrophes attendue")
    if patient != call.caller.patient:
        raise refuse("XDSPatientIdDoesNotMatch", "PatientId n'est pas celui du VIHF")
    return str(patient)


def _list(parameters: Parameters, key: str) -> list[str]:
    """Read a parenthesised list of quoted values, which several Value elements may share."""
    values: list[str] = []
    for written in parameters.get(key, []):
        if not re.fullmatch(r"\(\s*'([^']|'')*'(\s*,\s*'([^']|'')*')*\s*\)", written):
            raise refuse("XDSStoredQueryParamNumber", f"{key}: ('…') attendu")
        values += [v.replace("''", "'") for v in re.findall(r"'((?:[^']|'')*)'", written)]
    return values


def _fits(entry: RegistryObject, wanted: dict[str, list[str]], asked: Parameters, authors: list[str]) -> bool:
    for scheme, codes in wanted.items():
        if not {f"{code}^^{system}" for code, system in entry.codes(scheme)} & set(codes):
            return False
    for key, (slot, end) in TIMES.items():
        limit = asked.get(key, [""])[0].strip("'")
        value = entry.slot(slot)
        if limit and (not value or (value < limit if end == "From" else value >= limit)):
            return False
    persons = [v for a in entry.classifications.get(AUTHOR, []) for v in a.slots.get("authorPerson", [])]
    return not authors or any(_like(person, pattern) for person in persons for pattern in authors)


def _like(value: str, pattern: str) -> bool:
    written = "".join({"%": ".*", "_": "."}.get(letter, re.escape(letter)) for letter in pattern)
    return re.fullmatch(written, value) is not None


def _named(call: Call, parameters: Parameters) -> tuple[Entry, ...]:
    by_id, by_uuid = f"{DOCUMENT}UniqueId", f"{DOCUMENT}EntryUUID"
    if (by_id in parameters) == (by_uuid in parameters):
        raise refuse("XDSStoredQueryParamNumber", "UniqueId ou EntryUUID attendu")
    if by_id in parameters:
        found = [call.registry.by_unique_id(value) for value in _batch(_list(parameters, by_id))]
    else:
        found = [call.registry.by_entry_uuid(value) for value in _batch(_list(parameters, by_uuid))]
    return tuple(entry for entry in found if entry is not None and entry.patient == str(call.caller.patient))


def _batch(values: list[str]) -> list[str]:
    if len(values) > BATCH:
        raise refuse("XDSTooManyResults", f"{BATCH} identifiants au plus")
    return values


def _is_of(call: Call, link: Link) -> bool:
    patient = str(call.caller.patient)
    ends = [call.registry.by_entry_uuid(end) or call.registry.set_by(end) for end in (link.source, link.target)]
    return all(end is None or end.patient == patient for end in ends)
