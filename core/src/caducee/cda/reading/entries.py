"""The coded entries, whatever their template: what a program can use of them."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from caducee.cda.reading.elements import (
    Oddities,
    attribute,
    child,
    children,
    code,
    elements,
    identifier,
    identifiers,
    local,
    text,
)
from caducee.cda.reading.header import participation
from caducee.cda.reading.model import Entry, Party
from caducee.cda.reading.narrative import Narratives
from caducee.cda.reading.values import read_timings, read_value
from caducee.model.codes import Code

_STATEMENTS = frozenset(
    {
        "act",
        "encounter",
        "observation",
        "observationMedia",
        "organizer",
        "procedure",
        "regionOfInterest",
        "substanceAdministration",
        "supply",
    }
)
_HOLDERS = ("entryRelationship", "component")
_DOSES = ("doseQuantity", "rateQuantity", "maxDoseQuantity", "quantity", "repeatNumber", "expectedUseTime")
_DETAILS = (
    "administrationUnitCode",
    "approachSiteCode",
    "interpretationCode",
    "methodCode",
    "priorityCode",
    "routeCode",
    "targetSiteCode",
)
_PRODUCTS = ("consumable", "product")
_MATERIALS = ("manufacturedMaterial", "manufacturedLabeledDrug")
_TAKES_PART = {
    "author": "AUT",
    "informant": "INF",
    "participant": "",
    "performer": "PRF",
    "specimen": "SPC",
    "subject": "SBJ",
}
_ELSEWHERE = ("externalAct", "externalDocument", "externalObservation", "externalProcedure")


def is_statement(element: etree._Element) -> bool:
    """Say whether an element is a clinical statement."""
    return local(element) in _STATEMENTS


def read_entry(element: etree._Element, link: str, narratives: Narratives, oddities: Oddities) -> Entry:
    """Return a statement and those it holds; a reference to nothing is odd."""
    reference = attribute(child(element, "text", "reference"), "value")
    if reference.startswith("#") and len(reference) > 1 and not narratives.knows(reference):
        oddities.add(element, "entry.reference", "Une donnée codée renvoie à un passage qui n'existe pas.")
    material = _material(element)
    return Entry(
        kind=local(element),
        link=link,
        class_code=attribute(element, "classCode"),
        mood=attribute(element, "moodCode"),
        negated=attribute(element, "negationInd") in ("true", "1"),
        templates=identifiers(element, "templateId"),
        identifiers=identifiers(element),
        code=code(child(element, "code")),
        status=attribute(child(element, "statusCode"), "code"),
        text=narratives.resolve(child(element, "text")),
        times=tuple(read_timings(children(element, "effectiveTime"))),
        values=tuple(read_value(one, narratives) for one in _values(element)),
        doses=tuple(read_value(one, narratives) for one in elements(element) if local(one) in _DOSES),
        details={name: found for name in _DETAILS if (found := _codes(element, name))},
        ranges=tuple(
            read_value(one, narratives) for one in children(element, "referenceRange", "observationRange", "value")
        ),
        conditions=tuple(_conditions(element, narratives)),
        product=text(child(material, "name")) or narratives.resolve(child(material, "code", "originalText")),
        product_codes=_product_codes(child(material, "code")),
        participants=tuple(_participants(element, narratives)),
        documents=tuple(_documents(element)),
        entries=tuple(
            read_entry(statement, attribute(holder, "typeCode"), narratives, oddities)
            for holder in elements(element)
            if local(holder) in _HOLDERS
            for statement in elements(holder)
            if is_statement(statement)
        ),
    )


def _values(element: etree._Element) -> list[etree._Element]:
    """The file of an observationMedia is an attachment, not a value."""
    return [] if local(element) == "observationMedia" else children(element, "value")


def _material(element: etree._Element) -> etree._Element | None:
    made = (child(element, holder, "manufacturedProduct", name) for holder in _PRODUCTS for name in _MATERIALS)
    return next((one for one in made if one is not None), None)


def _codes(element: etree._Element, name: str) -> tuple[Code, ...]:
    return tuple(found for one in children(element, name) if (found := code(one)) is not None)


def _product_codes(element: etree._Element | None) -> tuple[Code, ...]:
    found = [code(element), *(code(one) for one in children(element, "translation"))]
    return tuple(one for one in found if one is not None)


def _conditions(element: etree._Element, narratives: Narratives) -> Iterator[str]:
    for criterion in children(element, "precondition", "criterion"):
        if said := narratives.resolve(child(criterion, "text")) or text(child(criterion, "value")):
            yield said


def _participants(element: etree._Element, narratives: Narratives) -> Iterator[Party]:
    for one in elements(element):
        if local(one) in _TAKES_PART:
            yield participation(one, kind=_TAKES_PART[local(one)], name_of=narratives.resolve)


def _documents(element: etree._Element) -> Iterator[str]:
    for reference in children(element, "reference"):
        for name in _ELSEWHERE:
            for one in children(reference, name, "id"):
                if (found := identifier(one)) is not None:
                    yield found
