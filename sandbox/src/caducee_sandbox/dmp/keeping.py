"""From an accepted submission to what is held: registry identifiers given, hash, size and repository added."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

from lxml import etree

from caducee_sandbox.dmp import schemes
from caducee_sandbox.dmp.ebrim import Association, RegistryObject
from caducee_sandbox.dmp.hl7v2 import read_patient_id, read_person, read_structure
from caducee_sandbox.dmp.registry import APPROVED, DEPRECATED, Entry, HeldFolder, Link, Registry, Submission
from caducee_sandbox.dmp.td32 import REPOSITORY
from caducee_sandbox.namespaces import RIM
from caducee_sandbox.xml import Element, name


def keep(
    registry: Registry,
    *,
    package: RegistryObject,
    entries: Sequence[tuple[RegistryObject, bytes]],
    associations: Sequence[Association],
    folders: Sequence[RegistryObject] = (),
) -> None:
    """Commit a feed. Each entry gets a new entryUUID, its ``lid`` and version 1; what it replaces is deprecated."""
    made = {entry.id: new_entry(entry, content) for entry, content in entries}
    symbols = {symbol: entry.entry_uuid for symbol, entry in made.items()}
    opened = {folder.id: f"urn:uuid:{uuid4()}" for folder in folders}
    symbols |= opened
    symbols |= {a.id: f"urn:uuid:{uuid4()}" for a in associations if a.source in opened}
    replaced = tuple((a.target, DEPRECATED) for a in associations if a.type == schemes.REPLACES)
    submission = submission_of(package, associations, symbols)
    kept = tuple(
        HeldFolder(
            uuid=opened[folder.id],
            unique_id=folder.identifier(schemes.FOLDER_UNIQUE_ID),
            package=registered(folder.element, opened[folder.id], {}),
        )
        for folder in folders
    )
    registry.commit(replace(submission, entries=tuple(made.values()), statuses=replaced, folders=kept))


def submission_of(package: RegistryObject, associations: Sequence[Association], symbols: dict[str, str]) -> Submission:
    """Return a set with its links, the symbols of the request replaced by registry identifiers."""
    set_uuid = f"urn:uuid:{uuid4()}"
    known = {**symbols, package.id: set_uuid}
    return Submission(
        unique_id=package.identifier(schemes.SET_UNIQUE_ID),
        entry_uuid=set_uuid,
        patient=_patient(package.identifier(schemes.SET_PATIENT)),
        author=_author(package, schemes.SET_AUTHOR),
        submitted=datetime.now(UTC).strftime("%Y%m%d%H%M%S"),
        package=registered(package.element, set_uuid, {}),
        links=tuple(_link(association, known) for association in associations),
    )


def new_entry(entry: RegistryObject, content: bytes) -> Entry:
    """Return a document that is new to the registry."""
    entry_uuid = f"urn:uuid:{uuid4()}"
    digest = hashlib.sha1(content).hexdigest()
    added = {"hash": digest, "size": str(len(content)), "repositoryUniqueId": REPOSITORY}
    return Entry(
        entry_uuid=entry_uuid,
        lid=entry_uuid,
        unique_id=entry.identifier(schemes.ENTRY_UNIQUE_ID),
        patient=_patient(entry.identifier(schemes.ENTRY_PATIENT)),
        author=_author(entry, schemes.AUTHOR),
        structure=_structure(entry),
        masked=is_masked(entry),
        patients_own=("90", schemes.CLASSES) in entry.codes(schemes.CLASS),
        mime_type=entry.mime_type,
        hash=digest,
        size=len(content),
        metadata=registered(entry.element, entry_uuid, added),
        content=content,
    )


def new_version(old: Entry, entry: RegistryObject) -> Entry:
    """Return the next version of a document's metadata: another entryUUID, the same ``lid``."""
    entry_uuid = f"urn:uuid:{uuid4()}"
    added = {"hash": old.hash, "size": str(old.size), "repositoryUniqueId": REPOSITORY}
    version = old.version + 1
    return replace(
        old,
        entry_uuid=entry_uuid,
        version=version,
        masked=is_masked(entry),
        metadata=registered(entry.element, entry_uuid, added, lid=old.lid, version=version),
    )


def is_masked(entry: RegistryObject) -> bool:
    """Say whether an entry is masked to professionals."""
    return ("MASQUE_PS", schemes.MASKS) in entry.codes(schemes.CONFIDENTIALITY)


def registered(submitted: Element, uuid: str, added: dict[str, str], *, lid: str = "", version: int = 1) -> bytes:
    """Return an object as the registry describes it."""
    element = deepcopy(submitted)
    element.attrib.update({"id": uuid, "lid": lid or uuid, "status": APPROVED})
    if added:
        element.set("isOpaque", "false")
    for slot in [s for s in element.iterfind(name(RIM, "Slot")) if s.get("name") in added]:
        element.remove(slot)
    for position, (key, value) in enumerate(added.items()):
        element.insert(position, _slot(key, value))
    for child in element:
        for attribute in ("classifiedObject", "registryObject"):
            if child.get(attribute):
                child.set(attribute, uuid)
    _version(element, version)
    return etree.tostring(element, method="c14n", exclusive=True)


def _slot(key: str, value: str) -> Element:
    slot = etree.Element(name(RIM, "Slot"), {"name": key})
    values = etree.SubElement(slot, name(RIM, "ValueList"))
    etree.SubElement(values, name(RIM, "Value")).text = value
    return slot


def _version(element: Element, version: int) -> None:
    """Put VersionInfo where the schema wants it: after the name and the description."""
    for old in element.findall(name(RIM, "VersionInfo")):
        element.remove(old)
    before = [name(RIM, local) for local in ("Slot", "Name", "Description")]
    position = sum(1 for child in element if child.tag in before)
    element.insert(position, etree.Element(name(RIM, "VersionInfo"), {"versionName": str(version)}))


def _link(association: Association, known: dict[str, str]) -> Link:
    return Link(
        uuid=known.get(association.id) or f"urn:uuid:{uuid4()}",
        type=association.type,
        source=known.get(association.source, association.source),
        target=known.get(association.target, association.target),
        slots=association.slots,
    )


def _patient(value: str) -> str:
    return str(read_patient_id(value))


def _author(found: RegistryObject, scheme: str) -> str:
    person = read_person(found.classifications[scheme][0].slots["authorPerson"][0])
    return "" if person is None else person.identifier


def _structure(found: RegistryObject) -> str:
    return next(map(read_structure, found.classifications[schemes.AUTHOR][0].slots["authorInstitution"]), "")
