"""Reading the entries of an ITI-18 answer, leniently: what is missing is empty."""

from __future__ import annotations

import msgspec
from lxml import etree

from caducee.errors import ProtocolViolation
from caducee.model.codes import Code
from caducee.wire.namespaces import QUERY, RIM
from caducee.wire.xds import entry as schemes
from caducee.wire.xds.outcome import read_outcome
from caducee.wire.xml import attribute, child, children, text


class FoundEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A document as the registry describes it. No identity trait of the patient is kept.

    ``document_id`` is the OID to retrieve it by, ``entry_uuid`` and ``logical_id`` the registry's own identifiers;
    ``entry_uuid`` changes with each version of the metadata. ``sha1`` is lower-case hexadecimal, empty when the
    registry did not say; so is ``size`` ``None``. Times are UTC as received. ``status`` is the last word of its URN.
    """

    document_id: str
    entry_uuid: str
    title: str
    status: str
    type: Code | None
    class_: Code | None = msgspec.field(name="class", default=None)
    format: Code | None
    confidentiality: tuple[Code, ...]
    authors: tuple[str, ...]
    created_utc: str
    service_start_utc: str
    mime_type: str
    repository: str
    logical_id: str = ""
    version: str = ""
    sha1: str = ""
    size: int | None = None


def read_found(response: etree._Element, *, service: str) -> tuple[FoundEntry, ...]:
    """Return the entries of an AdhocQueryResponse, in its order.

    Raises:
        ServiceRejected: the registry refused, or answered in part only.
        ProtocolViolation: another answer, or an entry without uniqueId.
    """
    return tuple(_entry(item, service=service) for item in _objects(response, "ExtrinsicObject", service=service))


def read_references(response: etree._Element, *, service: str) -> tuple[str, ...]:
    """Return the registry's identifiers (entryUUID) of an answer that was asked for references only.

    Raises:
        ServiceRejected: the registry refused, or answered in part only.
        ProtocolViolation: another answer.
    """
    return tuple(attribute(item, "id") for item in _objects(response, "ObjectRef", service=service))


def _objects(response: etree._Element, kind: str, *, service: str) -> list[etree._Element]:
    if response.tag != f"{{{QUERY}}}AdhocQueryResponse":
        raise ProtocolViolation(service, "not an AdhocQueryResponse")
    error = read_outcome(response, service=service).error(service)
    if error is not None:
        raise error
    return list(children(child(response, RIM, "RegistryObjectList"), RIM, kind))


def _entry(item: etree._Element, *, service: str) -> FoundEntry:
    identifiers = {
        attribute(e, "identificationScheme"): attribute(e, "value") for e in _all(item, "ExternalIdentifier")
    }
    document_id = identifiers.get(schemes.UNIQUE_ID, "")
    if not document_id:
        raise ProtocolViolation(service, "an entry without uniqueId")
    slots = {attribute(slot, "name"): _values(slot) for slot in _all(item, "Slot")}
    size = _one(slots, "size")
    return FoundEntry(
        document_id=document_id,
        entry_uuid=attribute(item, "id"),
        logical_id=attribute(item, "lid"),
        title=attribute(child(item, RIM, "Name", "LocalizedString"), "value"),
        status=attribute(item, "status").rpartition(":")[2],
        type=next(iter(_codes(item, schemes.TYPE)), None),
        class_=next(iter(_codes(item, schemes.CLASS)), None),
        format=next(iter(_codes(item, schemes.FORMAT)), None),
        confidentiality=_codes(item, schemes.CONFIDENTIALITY),
        authors=_authors(item),
        created_utc=_one(slots, "creationTime"),
        service_start_utc=_one(slots, "serviceStartTime"),
        mime_type=attribute(item, "mimeType"),
        repository=_one(slots, "repositoryUniqueId"),
        version=attribute(child(item, RIM, "VersionInfo"), "versionName"),
        sha1=_one(slots, "hash").lower(),
        size=int(size) if size.isascii() and size.isdigit() else None,
    )


def _all(item: etree._Element, name: str) -> list[etree._Element]:
    return list(children(item, RIM, name))


def _values(slot: etree._Element) -> list[str]:
    return [text(value) for value in children(child(slot, RIM, "ValueList"), RIM, "Value")]


def _one(slots: dict[str, list[str]], name: str) -> str:
    return next(iter(slots.get(name, ())), "")


def _classified(item: etree._Element, scheme: str) -> list[etree._Element]:
    return [c for c in _all(item, "Classification") if attribute(c, "classificationScheme") == scheme]


def _codes(item: etree._Element, scheme: str) -> tuple[Code, ...]:
    return tuple(
        Code(
            attribute(element, "nodeRepresentation"),
            "".join(_values(slot)[0] for slot in _all(element, "Slot") if attribute(slot, "name") == "codingScheme"),
            attribute(child(element, RIM, "Name", "LocalizedString"), "value"),
        )
        for element in _classified(item, scheme)
    )


def _authors(item: etree._Element) -> tuple[str, ...]:
    return tuple(
        value
        for element in _classified(item, schemes.AUTHOR)
        for slot in _all(element, "Slot")
        if attribute(slot, "name") == "authorPerson"
        for value in _values(slot)
    )
