"""Reading ebRIM objects of an answer, leniently: what is missing is empty."""

from __future__ import annotations

import msgspec
from lxml import etree

from caducee.errors import ProtocolViolation
from caducee.model.codes import Code
from caducee.wire.namespaces import QUERY, RIM
from caducee.wire.xds.outcome import read_outcome
from caducee.wire.xml import attribute, child, children

Slots = dict[str, list[str]]
_SLOT, _VALUE = f"{{{RIM}}}Slot", f"{{{RIM}}}Value"
_CLASSIFICATION, _IDENTIFIER = f"{{{RIM}}}Classification", f"{{{RIM}}}ExternalIdentifier"
_VERSION, _LOCALIZED = f"{{{RIM}}}VersionInfo", f"{{{RIM}}}LocalizedString"
_TEXTS = {f"{{{RIM}}}{name}": name for name in ("Name", "Description")}


def objects(response: etree._Element, kind: str, *, service: str) -> list[etree._Element]:
    """Return the objects of one kind of an AdhocQueryResponse, in its order.

    Raises:
        ServiceRejected: the registry refused, or answered in part only.
        ProtocolViolation: another answer.
    """
    if response.tag != f"{{{QUERY}}}AdhocQueryResponse":
        raise ProtocolViolation(service, "not an AdhocQueryResponse")
    error = read_outcome(response, service=service).error(service)
    if error is not None:
        raise error
    return list(children(child(response, RIM, "RegistryObjectList"), RIM, kind))


class Parts(msgspec.Struct, frozen=True):
    """An object taken apart in one pass: a list of thousands is read in the time that parsing it takes.

    ``texts`` are its ``Name`` and ``Description``, ``classified`` its classifications by their scheme.
    """

    slots: Slots
    texts: dict[str, str]
    classified: dict[str, list[Parts]]
    identifiers: dict[str, str]
    value: str = ""
    version: str = ""

    def one(self, name: str) -> str:
        """Return the first value of a slot."""
        return next(iter(self.slots.get(name, ())), "")

    def text(self, name: str) -> str:
        """Return the text of a ``Name`` or ``Description``."""
        return self.texts.get(name, "")

    def codes(self, scheme: str) -> tuple[Code, ...]:
        """Return the codes of one classification scheme."""
        found = self.classified.get(scheme, ())
        return tuple(Code(one.value, one.one("codingScheme"), one.text("Name")) for one in found)

    def code(self, scheme: str) -> Code | None:
        """Return the first code of one classification scheme."""
        return next(iter(self.codes(scheme)), None)

    def authors(self, scheme: str, slot: str) -> tuple[str, ...]:
        """Return one attribute of every author (``authorPerson``, ``authorInstitution``…), as HL7 v2 texts."""
        return tuple(value for one in self.classified.get(scheme, ()) for value in one.slots.get(slot, ()))


def parts_of(item: etree._Element) -> Parts:
    """Take an object apart."""
    parts = Parts({}, {}, {}, {}, item.get("nodeRepresentation", ""))
    version = ""
    for inner in item:
        tag = inner.tag
        if tag == _SLOT:
            parts.slots[inner.get("name", "")] = slot_values(inner)
        elif tag == _CLASSIFICATION:
            parts.classified.setdefault(inner.get("classificationScheme", ""), []).append(parts_of(inner))
        elif tag == _IDENTIFIER:
            parts.identifiers[inner.get("identificationScheme", "")] = inner.get("value", "")
        elif tag == _VERSION:
            version = inner.get("versionName", "")
        elif tag in _TEXTS:
            said = inner.find(_LOCALIZED)
            parts.texts[_TEXTS[tag]] = said.get("value", "") if said is not None else ""
    return msgspec.structs.replace(parts, version=version) if version else parts


def slot_values(slot: etree._Element) -> list[str]:
    """Return the values of one slot."""
    return [(value.text or "").strip() for value in slot.iter(_VALUE)]


def localized(item: etree._Element, name: str) -> str:
    """Return the text of a ``Name`` or ``Description``."""
    return attribute(child(item, RIM, name, "LocalizedString"), "value")


def identifiers(item: etree._Element) -> dict[str, str]:
    """Return the external identifiers of an object by their scheme."""
    return {one.get("identificationScheme", ""): one.get("value", "") for one in item.iterchildren(_IDENTIFIER)}
