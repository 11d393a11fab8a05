"""Reading the entries of an ITI-18 answer, leniently: what is missing is empty."""

from __future__ import annotations

import msgspec
from lxml import etree

from caducee.errors import ProtocolViolation
from caducee.model.codes import Code
from caducee.wire.namespaces import RIM
from caducee.wire.xds import entry as schemes
from caducee.wire.xds.reading import objects, parts_of
from caducee.wire.xml import attribute, child


class FoundEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A document as the registry describes it. No identity trait of the patient is kept.

    ``document_id`` is the OID to retrieve it by, ``entry_uuid`` and ``logical_id`` the registry's own identifiers;
    ``entry_uuid`` changes with each version of the metadata. ``sha1`` is lower-case hexadecimal, empty when the
    registry did not say; so is ``size`` ``None``. Times are UTC as received. ``status`` is the last word of its URN
    (``Approved``, ``Deprecated``, ``Archived``, ``Deleted``). ``authors`` and ``institutions`` are XCN and XON texts.
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
    comments: str = ""
    language: str = ""
    service_stop_utc: str = ""
    institutions: tuple[str, ...] = ()
    facility: Code | None = None
    setting: Code | None = None
    events: tuple[Code, ...] = ()


def read_found(response: etree._Element, *, service: str) -> tuple[FoundEntry, ...]:
    """Return the entries of an AdhocQueryResponse, in its order.

    Raises:
        ServiceRejected: the registry refused, or answered in part only.
        ProtocolViolation: another answer, or an entry without uniqueId.
    """
    return tuple(_entry(item, service=service) for item in objects(response, "ExtrinsicObject", service=service))


def read_references(response: etree._Element, *, service: str) -> tuple[str, ...]:
    """Return the registry's identifiers (entryUUID) of an answer that was asked for references only.

    Raises:
        ServiceRejected: the registry refused, or answered in part only.
        ProtocolViolation: another answer.
    """
    return tuple(attribute(item, "id") for item in objects(response, "ObjectRef", service=service))


def left_out(response: etree._Element) -> int:
    """Say how many objects the registry counts beyond those it gave (``totalResultCount``); 0 when it does not say."""
    said = attribute(response, "totalResultCount")
    listed = child(response, RIM, "RegistryObjectList")
    given = len(listed) if listed is not None else 0
    return max(0, int(said) - given) if said.isascii() and said.isdigit() and len(said) < 10 else 0


def _entry(item: etree._Element, *, service: str) -> FoundEntry:
    parts = parts_of(item)
    document_id = parts.identifiers.get(schemes.UNIQUE_ID, "")
    if not document_id:
        raise ProtocolViolation(service, "an entry without uniqueId")
    size = parts.one("size")
    return FoundEntry(
        document_id=document_id,
        entry_uuid=attribute(item, "id"),
        logical_id=attribute(item, "lid"),
        title=parts.text("Name"),
        comments=parts.text("Description"),
        status=attribute(item, "status").rpartition(":")[2],
        type=parts.code(schemes.TYPE),
        class_=parts.code(schemes.CLASS),
        format=parts.code(schemes.FORMAT),
        confidentiality=parts.codes(schemes.CONFIDENTIALITY),
        facility=parts.code(schemes.FACILITY),
        setting=parts.code(schemes.SETTING),
        events=parts.codes(schemes.EVENT),
        authors=parts.authors(schemes.AUTHOR, "authorPerson"),
        institutions=parts.authors(schemes.AUTHOR, "authorInstitution"),
        created_utc=parts.one("creationTime"),
        service_start_utc=parts.one("serviceStartTime"),
        service_stop_utc=parts.one("serviceStopTime"),
        language=parts.one("languageCode"),
        mime_type=attribute(item, "mimeType"),
        repository=parts.one("repositoryUniqueId"),
        version=parts.version,
        sha1=parts.one("hash").lower(),
        size=int(size) if size.isascii() and size.isdigit() and len(size) < 16 else None,
    )
