"""Reading METADATA.XML of an archive that somebody else wrote (IHE ITI TF-3, 4.2.3; CI-SIS, secure mail).

Tolerant on form, never on meaning. Elements are found by their name in any namespace and case; slots in any case;
identifiers by their name when it is written and by their scheme otherwise: files of an old style sheet carry the
patient under the scheme of the document's identifier.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from lxml import etree

from caducee.errors import ProtocolViolation
from caducee.model.codes import Code
from caducee.model.entry import EntryPatient, EntryPatientId
from caducee.wire.xds.entry import TYPE, UNIQUE_ID
from caducee.wire.xds.hl7v2 import unescape
from caducee.wire.xds.submission import REPLACES
from caducee.wire.xml import attribute, parse, text

SERVICE = "xdm"
MAX_BYTES = 10_000_000
MAX_ELEMENTS = 100_000
MAX_ENTRIES = 1_000
_KINDS = {
    "urn:uuid:6b5aea1a-874d-4603-a4bc-96a0a7b38446": "patientid",
    "urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427": "patientid",
    "urn:uuid:554ac39e-e3fe-47fe-b233-965d2a147832": "sourceid",
    "urn:uuid:96fdda7c-d067-4183-912e-bf5ee74998a8": "uniqueid",
    UNIQUE_ID: "uniqueid",
}


class SubmittedEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A document as the metadata say it. What they leave out is empty or ``None``.

    ``uri`` is the name of its file beside the metadata, ``sha1`` lower-case hexadecimal, ``size`` in bytes. ``patient``
    is the identifier under which it is sent, ``source_patient`` that of the sender's own records. ``replaces`` are the
    registry identifiers of what it replaces; ``action`` is ``C`` (replaces a former version) or ``D`` (to be removed).
    """

    id: str
    uri: str = ""
    title: str = ""
    mime_type: str = ""
    type: Code | None = None
    document_id: str = ""
    sha1: str = ""
    size: int | None = None
    created_utc: str = ""
    patient: EntryPatientId | None = None
    source_patient: EntryPatientId | None = None
    traits: EntryPatient | None = None
    authors: tuple[str, ...] = ()
    institutions: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    action: str = ""


class Submitted(msgspec.Struct, frozen=True, kw_only=True):
    """A submission set and its documents, as the metadata say them."""

    unique_id: str = ""
    source_id: str = ""
    submission_time: str = ""
    title: str = ""
    patient: EntryPatientId | None = None
    entries: tuple[SubmittedEntry, ...] = ()


def read_submitted(content: bytes) -> Submitted:
    """Return what a METADATA.XML says.

    Raises:
        ProtocolViolation: not XML, a document type declaration, beyond 10 MB, 100 000 elements or 1 000 documents.
    """
    if len(content) > MAX_BYTES or content.count(b"<") > 2 * MAX_ELEMENTS:
        raise ProtocolViolation(SERVICE, "metadata beyond reason")
    root = parse(content, service=SERVICE)
    found = _objects(root)
    documents = found.get("extrinsicobject", [])
    if len(documents) > MAX_ENTRIES:
        raise ProtocolViolation(SERVICE, "more documents than any set has")
    packages = found.get("registrypackage", [])
    package = packages[0] if packages else None
    slots, identifiers = _slots(package), _identifiers(package)
    action = _first(slots, "action")
    replaced = _replaced(found.get("association", []))
    return Submitted(
        unique_id=identifiers.get("uniqueid", ""),
        source_id=identifiers.get("sourceid", ""),
        submission_time=_first(slots, "submissiontime"),
        title=_localized(package),
        patient=_cx(identifiers.get("patientid", "")),
        entries=tuple(_entry(one, replaced, action) for one in documents),
    )


def _objects(root: etree._Element) -> dict[str, list[etree._Element]]:
    """The objects of the request by their kind, wherever they stand in it."""
    found: dict[str, list[etree._Element]] = {}
    for element in root.iter("{*}*"):
        found.setdefault(_name(element), []).append(element)
    return found


def _entry(item: etree._Element, replaced: dict[str, list[str]], action: str) -> SubmittedEntry:
    slots, identifiers = _slots(item), _identifiers(item)
    size = _first(slots, "size")
    authors, institutions = _authors(item)
    return SubmittedEntry(
        id=attribute(item, "id"),
        uri=_first(slots, "uri"),
        title=_localized(item),
        mime_type=attribute(item, "mimeType"),
        type=_type(item),
        document_id=identifiers.get("uniqueid", ""),
        sha1=_first(slots, "hash").lower(),
        size=int(size) if size.isascii() and size.isdigit() and len(size) < 16 else None,
        created_utc=_first(slots, "creationtime"),
        patient=_cx(identifiers.get("patientid", "")),
        source_patient=_cx(_first(slots, "sourcepatientid")),
        traits=_traits(slots.get("sourcepatientinfo", [])),
        authors=authors,
        institutions=institutions,
        replaces=tuple(replaced.get(attribute(item, "id"), ())),
        action=(_first(slots, "action") or action).upper(),
    )


def _name(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _named(parent: etree._Element | None, name: str) -> Iterator[etree._Element]:
    return (one for one in parent if _name(one) == name) if parent is not None else iter(())


def _child(parent: etree._Element | None, name: str) -> etree._Element | None:
    return next(_named(parent, name), None)


def _localized(item: etree._Element | None) -> str:
    return attribute(_child(_child(item, "name"), "localizedstring"), "value")


def _slots(item: etree._Element | None) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for slot in _named(item, "slot"):
        values = [text(value) for value in _named(_child(slot, "valuelist"), "value")]
        found.setdefault(attribute(slot, "name").lower(), values)
    return found


def _first(slots: dict[str, list[str]], name: str) -> str:
    return next(iter(slots.get(name, ())), "")


def _identifiers(item: etree._Element | None) -> dict[str, str]:
    """Values by what they identify. The name is believed before the scheme."""
    found: dict[str, str] = {}
    for one in _named(item, "externalidentifier"):
        named = _localized(one).rpartition(".")[2].lower()
        kind = named if named in _KINDS.values() else _KINDS.get(attribute(one, "identificationScheme").lower(), "")
        found.setdefault(kind, attribute(one, "value"))
    return found


def _classified(item: etree._Element) -> Iterator[etree._Element]:
    return _named(item, "classification")


def _type(item: etree._Element) -> Code | None:
    for one in _classified(item):
        if attribute(one, "classificationScheme").lower() == TYPE:
            return Code(attribute(one, "nodeRepresentation"), _first(_slots(one), "codingscheme"), _localized(one))
    return None


def _authors(item: etree._Element) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The national identifiers of the authors, and those of their structures."""
    people, structures = [], []
    for one in _classified(item):
        slots = _slots(one)
        people += [value.split("^")[0] for value in slots.get("authorperson", ())]
        structures += [value.split("^")[9] for value in slots.get("authorinstitution", ()) if value.count("^") >= 9]
    return tuple(map(unescape, filter(None, people))), tuple(map(unescape, filter(None, structures)))


def _replaced(associations: list[etree._Element]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in associations:
        if attribute(one, "associationType") == REPLACES:
            found.setdefault(attribute(one, "sourceObject"), []).append(attribute(one, "targetObject"))
    return found


def _cx(value: str) -> EntryPatientId | None:
    """``identifier^^^&oid&ISO^kind``; an identifier without its authority names nobody."""
    parts = value.split("^")
    if not parts[0] or len(parts) < 4:
        return None
    authority = parts[3].split("&")
    return EntryPatientId(identifier=unescape(parts[0]), oid=authority[1] if len(authority) > 1 else "")


def _traits(values: list[str]) -> EntryPatient | None:
    fields: dict[str, list[list[str]]] = {}
    for value in values:
        name, _, rest = value.partition("|")
        fields.setdefault(name.strip().upper(), []).append([unescape(part) for part in rest.split("^")])
    names = fields.get("PID-5", [])
    birth = next((one for one in names if len(one) > 6 and one[6] == "L"), names[0] if names else None)
    if birth is None:
        return None
    return EntryPatient(
        birth_name=birth[0],
        given_name=birth[1] if len(birth) > 1 else "",
        birth_date=fields.get("PID-7", [[""]])[0][0][:8],
        sex=fields.get("PID-8", [[""]])[0][0],
    )
