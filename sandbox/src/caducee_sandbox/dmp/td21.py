"""TD2.1 (ITI-41): feed documents. Everything is checked before anything is kept; then it is kept whole."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from caducee_sandbox.dmp import cda, schemes
from caducee_sandbox.dmp.dsg import SignerRefused, set_signature_findings
from caducee_sandbox.dmp.ebrim import Association, RegistryObject, read_association, read_object
from caducee_sandbox.dmp.hl7v2 import read_patient_id, read_person, read_structure
from caducee_sandbox.dmp.keeping import keep
from caducee_sandbox.dmp.metadata import entry_findings, folder_findings, is_signature, set_findings
from caducee_sandbox.dmp.refusals import METADATA, Faulted, Refused, RegistryError, registry_response
from caducee_sandbox.dmp.registry import APPROVED
from caducee_sandbox.dmp.rights import FEED, FEED_BY_EMPLOYEE
from caducee_sandbox.dmp.transaction import Call, Transaction
from caducee_sandbox.mtom import Attachment, attached
from caducee_sandbox.namespaces import LCM, RIM, XDS
from caducee_sandbox.xml import name, read_xml

WRONG_DOCUMENT = "InvalidDocumentContent"
Errors = Iterator[RegistryError]


@dataclass(frozen=True, kw_only=True)
class Submission:
    """A feed as it was read: the set, its entries with their parts, and the links between them."""

    package: RegistryObject
    entries: tuple[RegistryObject, ...]
    associations: tuple[Association, ...]
    folders: tuple[RegistryObject, ...]
    parts: dict[str, bytes] = field(repr=False)

    @property
    def documents(self) -> tuple[RegistryObject, ...]:
        """The entries that are not the signature of the set."""
        return tuple(entry for entry in self.entries if not is_signature(entry))

    @property
    def signatures(self) -> tuple[RegistryObject, ...]:
        """The entries that are a signature of the set."""
        return tuple(entry for entry in self.entries if is_signature(entry))


def perform(call: Call, _: list[Attachment]) -> str:
    """Check a feed and keep it."""
    call.require(FEED_BY_EMPLOYEE if not call.caller.profession else FEED)
    submission = _read(call)
    for check in (_parts, _metadata, _patients, _author, _links, _duplicates, _contents, _signature):
        errors = list(check(call, submission))
        if errors:
            raise Refused(errors)
    keep(
        call.registry,
        package=submission.package,
        entries=[(entry, submission.parts[entry.id]) for entry in submission.entries],
        associations=submission.associations,
        folders=submission.folders,
    )
    for entry in submission.documents:
        call.notify("document_added", entry.identifier(schemes.ENTRY_UNIQUE_ID))
    return registry_response()


def _read(call: Call) -> Submission:
    path = f"{name(LCM, 'SubmitObjectsRequest')}/{name(RIM, 'RegistryObjectList')}"
    objects = call.content.find(path)
    packages = [] if objects is None else [read_object(p) for p in objects.iterfind(name(RIM, "RegistryPackage"))]
    folders = tuple(package for package in packages if schemes.FOLDER_MARKER in package.markers)
    packages = [package for package in packages if package not in folders]
    if objects is None or len(packages) != 1:
        raise Refused([RegistryError(METADATA, "un SubmissionSet attendu")])
    parts = {}
    for document in call.content.iterfind(name(XDS, "Document")):
        content = attached(document, call.package)
        if content is not None:
            parts[document.get("id") or ""] = content
    return Submission(
        package=packages[0],
        folders=folders,
        entries=tuple(read_object(e) for e in objects.iterfind(name(RIM, "ExtrinsicObject"))),
        associations=tuple(read_association(a) for a in objects.iterfind(name(RIM, "Association"))),
        parts=parts,
    )


def _parts(_: Call, submission: Submission) -> Errors:
    known = [entry.id for entry in submission.entries]
    if len(set(known)) != len(known) or not submission.documents:
        yield RegistryError(METADATA, "des documents d'id distincts attendus")
    for missing in [i for i in known if i not in submission.parts]:
        yield RegistryError("XDSMissingDocument", f"pas de document pour {missing}")
    for alone in [i for i in submission.parts if i not in known]:
        yield RegistryError("XDSMissingDocumentMetadata", f"pas de metadonnees pour {alone}")
    for entry in [e for e in submission.entries if e.id in submission.parts]:
        content = submission.parts[entry.id]
        if "hash" in entry.slots and entry.slot("hash") != hashlib.sha1(content).hexdigest():
            yield RegistryError("XDSNonIdenticalHash", entry.id)
        if "size" in entry.slots and entry.slot("size") != str(len(content)):
            yield RegistryError("XDSNonIdenticalSize", entry.id)


def _metadata(_: Call, submission: Submission) -> Errors:
    for finding in set_findings(submission.package):
        yield RegistryError(METADATA, finding)
    for folder in submission.folders:
        for finding in folder_findings(folder):
            yield RegistryError(METADATA, finding)
    for entry in submission.entries:
        for finding in entry_findings(entry):
            yield RegistryError(METADATA, finding)


def _patients(call: Call, submission: Submission) -> Errors:
    call.patient()
    values = [submission.package.identifier(schemes.SET_PATIENT)]
    values += [entry.identifier(schemes.ENTRY_PATIENT) for entry in submission.entries]
    values += [folder.identifier(schemes.FOLDER_PATIENT) for folder in submission.folders]
    if any(read_patient_id(value) != call.caller.patient for value in values):
        yield RegistryError("XDSPatientIdDoesNotMatch", "patientId, VIHF et lot different")


def _author(call: Call, submission: Submission) -> Errors:
    yield from author_findings(call, submission.package)


def author_findings(call: Call, package: RegistryObject) -> Errors:
    """Tell when the author of a set is not who calls, from where they call."""
    authors = package.classifications[schemes.SET_AUTHOR]
    institutions = [read_structure(value) for a in authors for value in a.slots["authorInstitution"]]
    if call.caller.structure not in institutions:
        yield RegistryError(METADATA, "Aucun AuthorInstitution ne correspond à l'utilisateur du VIHF")
    persons = [read_person(a.slots["authorPerson"][0]) for a in authors]
    if call.caller.professional not in [person.identifier for person in persons if person]:
        yield RegistryError(METADATA, "Aucun auteur du lot ne correspond à l'utilisateur du VIHF")


def _links(call: Call, submission: Submission) -> Errors:
    package = submission.package.id
    original = [a for a in submission.associations if a.slots.get("SubmissionSetStatus") == ["Original"]]
    folders = [folder.id for folder in submission.folders]
    filing = [a for a in submission.associations if a.source in folders and a.type == schemes.HAS_MEMBER]
    wanted = folders + [link.id for link in filing]
    held = [a for a in submission.associations if a.source == package and a.target in wanted]
    members = sorted(a.target for a in original if a.type == schemes.HAS_MEMBER and a.source == package)
    if members != sorted(entry.id for entry in submission.entries) or len(held) != len(wanted):
        yield RegistryError(METADATA, "HasMember: une association Original par document attendue")
    signs = [(a.source, a.target) for a in original if a.type == schemes.SIGNS]
    if len(submission.signatures) != 1 or signs != [(s.id, package) for s in submission.signatures]:
        yield RegistryError(METADATA, "une signature du lot, associee par signs, attendue")
    if len(original) != len(submission.associations) - len(filing) - len(held):
        yield RegistryError(METADATA, "SubmissionSetStatus: Original attendu")
    for association in submission.associations:
        if association.type == schemes.REPLACES:
            yield from _replacement(call, association, submission)
        elif association.type not in (schemes.HAS_MEMBER, schemes.SIGNS):
            yield RegistryError(METADATA, f"association inattendue: {association.type}")


def _replacement(call: Call, association: Association, submission: Submission) -> Errors:
    old = call.registry.by_entry_uuid(association.target)
    if old is None or not old.current or old.status != APPROVED or old.patient != str(call.caller.patient):
        yield RegistryError(METADATA, "RPLC: la cible n'est pas l'entryUUID d'un document Approved du patient")
    if association.source not in [entry.id for entry in submission.documents]:
        yield RegistryError(METADATA, "RPLC: la source n'est pas un document du lot")


def _duplicates(call: Call, submission: Submission) -> Errors:
    identifiers = [entry.identifier(schemes.ENTRY_UNIQUE_ID) for entry in submission.entries]
    identifiers.append(submission.package.identifier(schemes.SET_UNIQUE_ID))
    identifiers += [folder.identifier(schemes.FOLDER_UNIQUE_ID) for folder in submission.folders]
    if len(set(identifiers)) != len(identifiers):
        yield RegistryError("XDSRegistryDuplicateUniqueIdInMessage", "uniqueId repete dans le message")
    for known in call.registry.known(identifiers):
        yield RegistryError("XDSDuplicateUniqueIdInRegistry", known)


def _contents(call: Call, submission: Submission) -> Errors:
    for entry in submission.documents:
        try:
            document = cda.read_cda(submission.parts[entry.id])
        except cda.NotCda as error:
            yield RegistryError(WRONG_DOCUMENT, f"{entry.id}: {error}")
            continue
        for violation in call.schemas.check(document) if call.schemas else ():
            yield RegistryError(WRONG_DOCUMENT, violation)
        for finding in cda.contradictions(document, entry):
            yield RegistryError(METADATA, finding)
        for finding in cda.body_findings(document, entry):
            yield RegistryError(WRONG_DOCUMENT, finding)
        yield from _replaced_in_header(call, submission, entry, cda.replaced(document))


def _replaced_in_header(call: Call, submission: Submission, entry: RegistryObject, parents: Sequence[str]) -> Errors:
    links = [a.target for a in submission.associations if a.type == schemes.REPLACES and a.source == entry.id]
    targets = [call.registry.by_entry_uuid(target) for target in links]
    if sorted(parents) != sorted(old.unique_id for old in targets if old):
        yield RegistryError(METADATA, f"{entry.id}: relatedDocument RPLC et association RPLC different")


def _signature(call: Call, submission: Submission) -> Errors:
    documents = {e.identifier(schemes.ENTRY_UNIQUE_ID): submission.parts[e.id] for e in submission.documents}
    content = submission.parts[submission.signatures[0].id]
    set_id = submission.package.identifier(schemes.SET_UNIQUE_ID)
    try:
        findings = list(
            set_signature_findings(
                content, set_id=set_id, documents=documents, caller=call.caller, authority=call.authority
            )
        )
    except SignerRefused:
        raise Faulted("DMPInvalidCertificate", "Not a valid signature certificate") from None
    for finding in findings:
        yield RegistryError(WRONG_DOCUMENT, finding)
    for violation in call.schemas.check(read_xml(content)) if call.schemas and not findings else ():
        yield RegistryError(WRONG_DOCUMENT, violation)


def refuse(errors: Sequence[RegistryError]) -> str:
    """Return the answer of a refusal."""
    return registry_response(errors)


TRANSACTION = Transaction(
    name="TD2.1",
    service="repository",
    action="urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b",
    answer_action="urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-bResponse",
    root=name(XDS, "ProvideAndRegisterDocumentSetRequest"),
    perform=perform,
    refuse=refuse,
    takes_parts=True,
)
