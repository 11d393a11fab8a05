"""From an accepted feed to what is held: registry identifiers given, hash, size and repository added."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from copy import deepcopy
from uuid import uuid4

from lxml import etree

from caducee_sandbox.dmp import schemes
from caducee_sandbox.dmp.ebrim import RegistryObject
from caducee_sandbox.dmp.hl7v2 import read_patient_id, read_person
from caducee_sandbox.dmp.registry import APPROVED, Entry, Registry, Submission
from caducee_sandbox.dmp.td32 import REPOSITORY
from caducee_sandbox.namespaces import RIM
from caducee_sandbox.xml import Element, name


def keep(
    registry: Registry,
    *,
    package: RegistryObject,
    entries: Sequence[tuple[RegistryObject, bytes]],
    replaces: tuple[str, ...],
) -> None:
    """Commit a feed. Each entry gets a new entryUUID, its ``lid`` and version 1."""
    submission = Submission(
        unique_id=package.identifier(schemes.SET_UNIQUE_ID),
        patient=_patient(package.identifier(schemes.SET_PATIENT)),
        author=_author(package, schemes.SET_AUTHOR),
        package=etree.tostring(package.element, method="c14n", exclusive=True),
        entries=tuple(_entry(entry, content) for entry, content in entries),
        replaces=replaces,
    )
    registry.commit(submission)


def _entry(entry: RegistryObject, content: bytes) -> Entry:
    entry_uuid = f"urn:uuid:{uuid4()}"
    digest = hashlib.sha1(content).hexdigest()
    added = {"hash": digest, "size": str(len(content)), "repositoryUniqueId": REPOSITORY}
    return Entry(
        entry_uuid=entry_uuid,
        lid=entry_uuid,
        unique_id=entry.identifier(schemes.ENTRY_UNIQUE_ID),
        patient=_patient(entry.identifier(schemes.ENTRY_PATIENT)),
        author=_author(entry, schemes.AUTHOR),
        masked=("MASQUE_PS", schemes.MASKS) in entry.codes(schemes.CONFIDENTIALITY),
        mime_type=entry.mime_type,
        hash=digest,
        size=len(content),
        metadata=_registered(entry.element, entry_uuid, added),
        content=content,
    )


def _registered(submitted: Element, entry_uuid: str, added: dict[str, str]) -> bytes:
    element = deepcopy(submitted)
    element.attrib.update({"id": entry_uuid, "lid": entry_uuid, "isOpaque": "false", "status": APPROVED})
    for slot in [s for s in element.iterfind(name(RIM, "Slot")) if s.get("name") in added]:
        element.remove(slot)
    for position, (key, value) in enumerate(added.items()):
        element.insert(position, _slot(key, value))
    for child in element:
        for attribute in ("classifiedObject", "registryObject"):
            if child.get(attribute):
                child.set(attribute, entry_uuid)
    _version(element)
    return etree.tostring(element, method="c14n", exclusive=True)


def _slot(key: str, value: str) -> Element:
    slot = etree.Element(name(RIM, "Slot"), {"name": key})
    values = etree.SubElement(slot, name(RIM, "ValueList"))
    etree.SubElement(values, name(RIM, "Value")).text = value
    return slot


def _version(element: Element) -> None:
    """Put VersionInfo where the schema wants it: after the name and the description."""
    before = [name(RIM, local) for local in ("Slot", "Name", "Description")]
    position = sum(1 for child in element if child.tag in before)
    element.insert(position, etree.Element(name(RIM, "VersionInfo"), {"versionName": "1"}))


def _patient(value: str) -> str:
    return str(read_patient_id(value))


def _author(found: RegistryObject, scheme: str) -> str:
    person = read_person(found.classifications[scheme][0].slots["authorPerson"][0])
    return "" if person is None else person.identifier
