"""Reading submission sets and links of an ITI-18 answer, leniently: what is missing is empty."""

from __future__ import annotations

import msgspec
from lxml import etree

from caducee.model.codes import Code
from caducee.wire.namespaces import RIM
from caducee.wire.xds import submission
from caducee.wire.xds.found import FoundEntry, read_found
from caducee.wire.xds.reading import objects, parts_of
from caducee.wire.xml import attribute, children


class FoundSet(msgspec.Struct, frozen=True, kw_only=True):
    """A submission set as the registry describes it. ``submitted_utc`` is UTC as received, ``authors`` XCN texts."""

    entry_uuid: str
    unique_id: str
    source_id: str
    submitted_utc: str
    title: str
    status: str
    content_type: Code | None
    authors: tuple[str, ...]
    institutions: tuple[str, ...] = ()


class FoundFolder(msgspec.Struct, frozen=True, kw_only=True):
    """A folder as the registry describes it."""

    entry_uuid: str
    unique_id: str
    title: str
    code: Code | None


class FoundLink(msgspec.Struct, frozen=True, kw_only=True):
    """A link between two objects of the registry, by their identifiers.

    ``type`` is the last word of its URN: ``HasMember``, ``RPLC``, ``signs``, ``UpdateAvailabilityStatus``. ``member``
    is ``Original`` when the set brought its target in, ``Reference`` when it only names it, empty for other links.
    """

    entry_uuid: str
    type: str
    source: str
    target: str
    member: str = ""
    previous_version: str = ""


class FoundContents(msgspec.Struct, frozen=True, kw_only=True):
    """Entries, submission sets, folders and links of one answer."""

    entries: tuple[FoundEntry, ...] = ()
    sets: tuple[FoundSet, ...] = ()
    folders: tuple[FoundFolder, ...] = ()
    links: tuple[FoundLink, ...] = ()


def read_contents(response: etree._Element, *, service: str) -> FoundContents:
    """Return all that an AdhocQueryResponse holds.

    Raises:
        ServiceRejected: the registry refused, or answered in part only.
        ProtocolViolation: another answer, or an entry without uniqueId.
    """
    packages = objects(response, "RegistryPackage", service=service)
    return FoundContents(
        entries=read_found(response, service=service),
        sets=tuple(_set(item) for item in packages if not _is_folder(item)),
        folders=tuple(_folder(item) for item in packages if _is_folder(item)),
        links=tuple(_link(item) for item in objects(response, "Association", service=service)),
    )


def _set(item: etree._Element) -> FoundSet:
    parts = parts_of(item)
    return FoundSet(
        entry_uuid=attribute(item, "id"),
        unique_id=parts.identifiers.get(submission.UNIQUE_ID, ""),
        source_id=parts.identifiers.get(submission.SOURCE_ID, ""),
        submitted_utc=parts.one("submissionTime"),
        title=parts.text("Name"),
        status=attribute(item, "status").rpartition(":")[2],
        content_type=parts.code(submission.CONTENT_TYPE),
        authors=parts.authors(submission.AUTHOR, "authorPerson"),
        institutions=parts.authors(submission.AUTHOR, "authorInstitution"),
    )


def _is_folder(item: etree._Element) -> bool:
    nodes = (attribute(c, "classificationNode") for c in children(item, RIM, "Classification"))
    return submission.FOLDER_MARKER in nodes


def _folder(item: etree._Element) -> FoundFolder:
    parts = parts_of(item)
    return FoundFolder(
        entry_uuid=attribute(item, "id"),
        unique_id=parts.identifiers.get(submission.FOLDER_UNIQUE_ID, ""),
        title=parts.text("Name"),
        code=parts.code(submission.FOLDER_CODE),
    )


def _link(item: etree._Element) -> FoundLink:
    parts = parts_of(item)
    return FoundLink(
        entry_uuid=attribute(item, "id"),
        type=attribute(item, "associationType").rpartition(":")[2],
        source=attribute(item, "sourceObject"),
        target=attribute(item, "targetObject"),
        member=parts.one("SubmissionSetStatus"),
        previous_version=parts.one("PreviousVersion"),
    )
