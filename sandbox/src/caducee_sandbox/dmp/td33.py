"""TD3.3 (ITI-57): masks and visibility by a new version of the metadata, deletion and archiving by a new status."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from caducee_sandbox.dmp import rights, schemes
from caducee_sandbox.dmp.ebrim import Association, RegistryObject, read_association, read_object
from caducee_sandbox.dmp.hl7v2 import read_patient_id
from caducee_sandbox.dmp.keeping import new_version, submission_of
from caducee_sandbox.dmp.metadata import set_findings
from caducee_sandbox.dmp.refusals import DENIED, METADATA, Refused, RegistryError, refuse, registry_response
from caducee_sandbox.dmp.registry import APPROVED, ARCHIVED, DELETED, Entry
from caducee_sandbox.dmp.td21 import author_findings
from caducee_sandbox.dmp.transaction import Call, Transaction
from caducee_sandbox.mtom import Attachment
from caducee_sandbox.namespaces import LCM, RIM
from caducee_sandbox.xml import Element, name, read_xml

UPDATES_STATUS = "urn:ihe:iti:2010:AssociationType:UpdateAvailabilityStatus"
OPERATION, VERSION, UPDATE = "XDSMetadataUpdateOperationError", "XDSMetadataVersionError", "XDSMetadataUpdateError"
ALLOWED = {
    (APPROVED, DELETED): rights.DELETE,
    (ARCHIVED, DELETED): rights.DELETE,
    (APPROVED, ARCHIVED): rights.ARCHIVE,
    (ARCHIVED, APPROVED): rights.ARCHIVE,
}
TELLS = {rights.DELETE: "document_deleted", rights.ARCHIVE: "document_archived"}


def perform(call: Call, _: list[Attachment]) -> str:
    """Check an update and keep it whole."""
    call.patient()
    objects = call.content.find(name(RIM, "RegistryObjectList"))
    packages = [] if objects is None else objects.findall(name(RIM, "RegistryPackage"))
    if objects is None or len(packages) != 1:
        raise refuse(METADATA, "un SubmissionSet attendu")
    package = read_object(packages[0])
    call.remarks.extend(_tolerated(objects))
    errors = list(_set_errors(call, package))
    if errors:
        raise Refused(errors)
    entries = {e.id: e for e in map(read_object, objects.iterfind(name(RIM, "ExtrinsicObject")))}
    links = [read_association(a) for a in objects.iterfind(name(RIM, "Association"))]
    if not links:
        raise refuse(UPDATE, "rien à mettre à jour")
    statuses = [_status(call, link) for link in links if link.type == UPDATES_STATUS]
    versions = {link.target: _version(call, link, entries) for link in links if link.type == schemes.HAS_MEMBER}
    if len(statuses) + len(versions) != len(links) or set(versions) != set(entries):
        raise refuse(UPDATE, "association ou document inattendu")
    submission = submission_of(package, links, {symbol: new.entry_uuid for symbol, (_, new) in versions.items()})
    call.registry.commit(
        replace(
            submission,
            entries=tuple(new for _, new in versions.values()),
            superseded=tuple(old.entry_uuid for old, _ in versions.values()),
            statuses=tuple(statuses),
        )
    )
    call.notify("document_updated", ", ".join(old.unique_id for old, _ in versions.values()))
    return registry_response()


def _tolerated(objects: Element) -> Iterator[str]:
    """Tell which attributes are missing that the schema demands and the real server does not."""
    for local, attribute in (("Classification", "classifiedObject"), ("ExternalIdentifier", "registryObject")):
        if any(found.get(attribute) is None for found in objects.iter(name(RIM, local))):
            yield f"toléré: {attribute} absent"


def _set_errors(call: Call, package: RegistryObject) -> Iterator[RegistryError]:
    for finding in set_findings(package):
        yield RegistryError(METADATA, finding)
        return
    if read_patient_id(package.identifier(schemes.SET_PATIENT)) != call.caller.patient:
        yield RegistryError("XDSPatientIdDoesNotMatch", "patientId et VIHF different")
    yield from author_findings(call, package)
    for known in call.registry.known([package.identifier(schemes.SET_UNIQUE_ID)]):
        yield RegistryError("XDSDuplicateUniqueIdInRegistry", known)


def _current(call: Call, entry_uuid: str) -> Entry:
    entry = call.registry.by_entry_uuid(entry_uuid)
    if entry is None or not entry.current or entry.patient != str(call.caller.patient) or not call.sees(entry):
        raise refuse(UPDATE, "la cible n'est pas l'entryUUID actuel d'un document du patient")
    return entry


def _status(call: Call, link: Association) -> tuple[str, str]:
    entry = _current(call, link.target)
    asked = tuple(link.slots.get(key, [""])[0] for key in ("OriginalStatus", "NewStatus"))
    right = ALLOWED.get((asked[0], asked[1]))
    if right is None or asked[0] != entry.status:
        raise refuse(OPERATION, "changement d'état impossible")
    _require(call, right, entry)
    call.notify(TELLS[right], entry.unique_id)
    return entry.entry_uuid, asked[1]


def _version(call: Call, link: Association, entries: dict[str, RegistryObject]) -> tuple[Entry, Entry]:
    submitted = entries.get(link.target)
    lid = "" if submitted is None else submitted.element.get("lid") or ""
    held = next((e for e in call.registry.of_patient(str(call.caller.patient)) if e.lid == lid), None)
    if submitted is None or held is None or not call.sees(held):
        raise refuse(UPDATE, "lid inconnu")
    if link.slots.get("PreviousVersion") != [str(held.version)]:
        raise refuse(VERSION, f"PreviousVersion: {held.version} attendu")
    before = read_object(read_xml(held.metadata))
    if _unchangeable(before) != _unchangeable(submitted):
        raise refuse(UPDATE, "seule confidentialityCode peut changer")
    old, new = set(before.codes(schemes.CONFIDENTIALITY)), set(submitted.codes(schemes.CONFIDENTIALITY))
    if {c for c in old if c[1] != schemes.MASKS} != {c for c in new if c[1] != schemes.MASKS}:
        raise refuse(UPDATE, "le niveau de confidentialité ne change pas")
    for right in _rights({c for c, _ in old - new}, {c for c, _ in new - old}):
        _require(call, right, held)
    return held, new_version(held, submitted)


def _rights(lifted: set[str], added: set[str]) -> Iterator[str]:
    if added - {"MASQUE_PS"}:
        raise refuse(UPDATE, "une visibilité ne se retire pas")
    if "MASQUE_PS" in added:
        yield rights.MASK
    if "MASQUE_PS" in lifted:
        yield rights.UNMASK
    if lifted - {"MASQUE_PS"}:
        yield rights.SHOW


def _unchangeable(entry: RegistryObject) -> object:
    given_by_registry = ("hash", "size", "repositoryUniqueId")
    slots = {key: values for key, values in entry.slots.items() if key not in given_by_registry}
    schemed = {s: [(c.node, c.system, c.slots) for c in found] for s, found in entry.classifications.items()}
    schemed.pop(schemes.CONFIDENTIALITY, None)
    return slots, entry.title, schemed, entry.identifiers, entry.mime_type


def _require(call: Call, right: str, entry: Entry) -> None:
    """Apply the sheet; a document of the patient changes status by the attending doctor only."""
    call.require_on(right, entry)
    if entry.patients_own and right in TELLS and not call.desk.attending(call.patient(), call.caller.professional):
        raise refuse(DENIED, "document du patient")
    if entry.author != call.caller.professional and right != rights.DELETE:
        call.require_consent()


def refuse_all(errors: Sequence[RegistryError]) -> str:
    """Return the answer of a refusal."""
    return registry_response(errors)


TRANSACTION = Transaction(
    name="TD3.3",
    service="registry",
    action="urn:ihe:iti:2010:UpdateDocumentSet",
    answer_action="urn:ihe:iti:2010:UpdateDocumentSet-Response",
    root=name(LCM, "SubmitObjectsRequest"),
    perform=perform,
    refuse=refuse_all,
)
