"""Reading ebRIM objects of an answer, leniently: what is missing is empty."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from caducee.errors import ProtocolViolation
from caducee.model.codes import Code
from caducee.wire.namespaces import QUERY, RIM
from caducee.wire.xds.outcome import read_outcome
from caducee.wire.xml import attribute, child, children, text

Slots = dict[str, list[str]]


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


def slots_of(item: etree._Element) -> Slots:
    """Return the values of each slot of an object."""
    return {attribute(slot, "name"): slot_values(slot) for slot in children(item, RIM, "Slot")}


def slot_values(slot: etree._Element) -> list[str]:
    """Return the values of one slot."""
    return [text(value) for value in children(child(slot, RIM, "ValueList"), RIM, "Value")]


def one(slots: Slots, name: str) -> str:
    """Return the first value of a slot."""
    return next(iter(slots.get(name, ())), "")


def localized(item: etree._Element, name: str) -> str:
    """Return the text of a ``Name`` or ``Description``."""
    return attribute(child(item, RIM, name, "LocalizedString"), "value")


def identifiers(item: etree._Element) -> dict[str, str]:
    """Return the external identifiers of an object by their scheme."""
    found = children(item, RIM, "ExternalIdentifier")
    return {attribute(e, "identificationScheme"): attribute(e, "value") for e in found}


def codes_of(item: etree._Element, scheme: str) -> tuple[Code, ...]:
    """Return the codes of one classification scheme."""
    return tuple(
        Code(
            attribute(element, "nodeRepresentation"),
            one(slots_of(element), "codingScheme"),
            localized(element, "Name"),
        )
        for element in _classified(item, scheme)
    )


def code_of(item: etree._Element, scheme: str) -> Code | None:
    """Return the first code of one classification scheme."""
    return next(iter(codes_of(item, scheme)), None)


def author_texts(item: etree._Element, scheme: str, slot: str) -> tuple[str, ...]:
    """Return one attribute of every author (``authorPerson``, ``authorInstitution``…), as HL7 v2 texts."""
    found = (slots_of(element).get(slot, ()) for element in _classified(item, scheme))
    return tuple(value for values in found for value in values)


def _classified(item: etree._Element, scheme: str) -> Iterator[etree._Element]:
    return (c for c in children(item, RIM, "Classification") if attribute(c, "classificationScheme") == scheme)
