"""ITI-57 Update Document Set: another status of a document, or another version of its metadata."""

from __future__ import annotations

import msgspec
from lxml import etree

from caducee.errors import ProtocolViolation
from caducee.model.codes import Code
from caducee.rendering import Template
from caducee.wire.namespaces import RIM
from caducee.wire.xds import entry as schemes
from caducee.wire.xds.criteria import EntryStatus
from caducee.wire.xds.ebrim import RegistryPackage, Slot
from caducee.wire.xds.reading import identifiers, localized, objects, slot_values
from caducee.wire.xds.submission import HAS_MEMBER, SET, SubmissionSet, package
from caducee.wire.xml import attribute, child, children

ACTION = "urn:ihe:iti:2010:UpdateDocumentSet"
UPDATES_STATUS = "urn:ihe:iti:2010:AssociationType:UpdateAvailabilityStatus"
LEVELS = "2.16.840.1.113883.5.25"
_DOCUMENT = "Document01"


class CopiedCode(msgspec.Struct, frozen=True, array_like=True):
    """A classification as the registry gave it; ``id`` is that of this request."""

    id: str
    scheme: str
    node: str
    slots: tuple[Slot, ...]
    label: str | None = None


class CopiedIdentifier(msgspec.Struct, frozen=True, array_like=True):
    """An external identifier as the registry gave it."""

    id: str
    scheme: str
    value: str
    label: str


class CopiedEntry(msgspec.Struct, frozen=True, array_like=True):
    """A document entry copied whole from the registry, traits of the patient included: to be sent back, never shown."""

    id: str
    lid: str
    mime_type: str
    object_type: str
    status: str
    version: str
    slots: tuple[Slot, ...]
    classifications: tuple[CopiedCode, ...]
    identifiers: tuple[CopiedIdentifier, ...]
    title: str | None = None
    comments: str | None = None

    @property
    def document_id(self) -> str:
        """The OID of the document."""
        return next((e.value for e in self.identifiers if e.scheme == schemes.UNIQUE_ID), "")

    @property
    def confidentiality(self) -> tuple[Code, ...]:
        """The levels and masks of the document."""
        coded = (c for c in self.classifications if c.scheme == schemes.CONFIDENTIALITY)
        return tuple(Code(c.node, _system(c), c.label or "") for c in coded)


class SlottedLink(msgspec.Struct, frozen=True, array_like=True):
    """A link with what it says of its ends."""

    id: str
    type: str
    source: str
    target: str
    slots: tuple[Slot, ...]


class UpdateDocumentSet(msgspec.Struct, frozen=True, array_like=True):
    """The request as its template renders it."""

    package: RegistryPackage
    entries: tuple[CopiedEntry, ...]
    links: tuple[SlottedLink, ...]


class UpdateWriter:
    """Writes ITI-57 requests."""

    def __init__(self) -> None:
        self._template = Template.load(
            "caducee.wire.templates", "update_document_set.xml", UpdateDocumentSet, ("ebrim.xml",)
        )

    def status(self, submission: SubmissionSet, *, entry_uuid: str, old: EntryStatus, new: EntryStatus) -> bytes:
        """Give a document another status."""
        said = (Slot("OriginalStatus", (old,)), Slot("NewStatus", (new,)))
        link = SlottedLink("update1", UPDATES_STATUS, SET, entry_uuid, said)
        return self._template.render(UpdateDocumentSet(package(submission), (), (link,)))

    def metadata(self, submission: SubmissionSet, changed: CopiedEntry) -> bytes:
        """Give a document the next version of its metadata."""
        said = (Slot("SubmissionSetStatus", ("Original",)), Slot("PreviousVersion", (changed.version,)))
        link = SlottedLink("member1", HAS_MEMBER, SET, changed.id, said)
        return self._template.render(UpdateDocumentSet(package(submission), (changed,), (link,)))


def with_masks(entry: CopiedEntry, masks: tuple[Code, ...]) -> CopiedEntry:
    """Return an entry with its level of confidentiality (N, R or V) and exactly these masks.

    Raises:
        ValueError: the entry has not exactly one level.
    """
    kept = [c for c in entry.classifications if c.scheme != schemes.CONFIDENTIALITY or _system(c) == LEVELS]
    if sum(c.scheme == schemes.CONFIDENTIALITY for c in kept) != 1:
        raise ValueError("an entry without exactly one level of confidentiality")
    added = [
        CopiedCode(f"{entry.id}.m{n}", schemes.CONFIDENTIALITY, m.code, (Slot("codingScheme", (m.system,)),), m.display)
        for n, m in enumerate(masks, 1)
    ]
    return msgspec.structs.replace(entry, classifications=(*kept, *added))


def read_copies(response: etree._Element, *, service: str) -> tuple[CopiedEntry, ...]:
    """Return the entries of an AdhocQueryResponse, whole.

    Raises:
        ServiceRejected: the registry refused, or answered in part only.
        ProtocolViolation: another answer, an entry without uniqueId or without what an update needs.
    """
    return tuple(_copy(item, service=service) for item in objects(response, "ExtrinsicObject", service=service))


def _copy(item: etree._Element, *, service: str) -> CopiedEntry:
    lid = attribute(item, "lid")
    version = attribute(child(item, RIM, "VersionInfo"), "versionName")
    if not lid or not version or not identifiers(item).get(schemes.UNIQUE_ID):
        raise ProtocolViolation(service, "an entry without lid, version or uniqueId")
    return CopiedEntry(
        id=_DOCUMENT,
        lid=lid,
        mime_type=attribute(item, "mimeType"),
        object_type=attribute(item, "objectType"),
        status=attribute(item, "status"),
        version=version,
        slots=_slots(item),
        classifications=tuple(
            CopiedCode(
                f"{_DOCUMENT}.c{n}",
                attribute(c, "classificationScheme"),
                attribute(c, "nodeRepresentation"),
                _slots(c),
                localized(c, "Name") or None,
            )
            for n, c in enumerate(children(item, RIM, "Classification"), 1)
        ),
        identifiers=tuple(
            CopiedIdentifier(
                f"{_DOCUMENT}.e{n}", attribute(e, "identificationScheme"), attribute(e, "value"), localized(e, "Name")
            )
            for n, e in enumerate(children(item, RIM, "ExternalIdentifier"), 1)
        ),
        title=localized(item, "Name") or None,
        comments=localized(item, "Description") or None,
    )


def _slots(item: etree._Element) -> tuple[Slot, ...]:
    return tuple(Slot(attribute(s, "name"), tuple(slot_values(s))) for s in children(item, RIM, "Slot"))


def _system(classification: CopiedCode) -> str:
    return next((s.values[0] for s in classification.slots if s.name == "codingScheme" and s.values), "")
