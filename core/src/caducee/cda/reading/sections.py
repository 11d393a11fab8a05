"""The sections of a structured document: what is read, what is coded, what is joined."""

from __future__ import annotations

from lxml import etree

from caducee.cda.reading.elements import (
    XSI_TYPE,
    Oddities,
    attribute,
    child,
    children,
    code,
    decoded,
    elements,
    identifiers,
    local,
    span,
    text,
)
from caducee.cda.reading.model import PDF_MEDIA_TYPE, Attachment, Block, Entry, Section, Value
from caducee.cda.reading.parsing import V3
from caducee.model.codes import Code

COPY_SECTION = "1.2.250.1.213.1.1.2.243"
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


class Narratives:
    """The passages of all narratives, by the identifiers that entries refer to."""

    def __init__(self, document: etree._Element) -> None:
        self._passages = {
            one.get("ID"): one for block in document.iter(f"{V3}text") for one in block.iter("*") if one.get("ID")
        }

    def resolve(self, element: etree._Element | None) -> str:
        """Return the passage that an element refers to, or its own text."""
        reference = attribute(child(element, "reference"), "value")
        target = self._passages.get(reference.removeprefix("#"))
        return text(target) if target is not None else text(element)

    def knows(self, reference: str) -> bool:
        """Say whether a reference leads somewhere."""
        return reference.removeprefix("#") in self._passages


def read_sections(body: etree._Element, narratives: Narratives, oddities: Oddities) -> tuple[Section, ...]:
    """Return the sections in their order."""
    return tuple(_section(one, narratives, oddities) for one in children(body, "component", "section"))


def _section(element: etree._Element, narratives: Narratives, oddities: Oddities) -> Section:
    title = child(element, "title")
    if title is None:
        oddities.add(element, "section.title", "Une section n'a pas de titre.")
    block = child(element, "text")
    return Section(
        title=text(title) or None,
        code=code(child(element, "code")),
        templates=identifiers(element, "templateId"),
        narrative=narrative(block) if block is not None else (),
        entries=tuple(
            _entry(statement, attribute(entry, "typeCode"), narratives, oddities)
            for entry in children(element, "entry")
            for statement in elements(entry)
            if local(statement) in _STATEMENTS
        ),
        sections=read_sections(element, narratives, oddities),
    )


def narrative(element: etree._Element) -> tuple[str | Block, ...]:
    """Return what stands in a narrative element, texts as they are."""
    content: list[str | Block] = [str(element.text)] if element.text else []
    for one in element:
        if isinstance(one.tag, str):
            names = {str(name).rpartition("}")[2]: str(value) for name, value in one.attrib.items()}
            content.append(Block(local(one), names, narrative(one)))
        if one.tail:
            content.append(str(one.tail))
    return tuple(content)


def _entry(element: etree._Element, link: str, narratives: Narratives, oddities: Oddities) -> Entry:
    reference = attribute(child(element, "text", "reference"), "value")
    if reference.startswith("#") and len(reference) > 1 and not narratives.knows(reference):
        oddities.add(element, "entry.reference", "Une donnée codée renvoie à un passage qui n'existe pas.")
    material = child(element, "consumable", "manufacturedProduct", "manufacturedMaterial")
    held = [
        _entry(statement, attribute(holder, "typeCode"), narratives, oddities)
        for holder in elements(element)
        if local(holder) in _HOLDERS
        for statement in elements(holder)
        if local(statement) in _STATEMENTS
    ]
    return Entry(
        kind=local(element),
        link=link,
        mood=attribute(element, "moodCode"),
        negated=attribute(element, "negationInd") == "true",
        templates=identifiers(element, "templateId"),
        identifiers=identifiers(element),
        code=code(child(element, "code")),
        status=attribute(child(element, "statusCode"), "code"),
        text=narratives.resolve(child(element, "text")),
        times=tuple(found for one in children(element, "effectiveTime") if (found := span(one)) is not None),
        values=tuple(_value(one, narratives) for one in _values(element)),
        doses=tuple(_value(one, narratives) for one in elements(element) if local(one) in _DOSES),
        product=text(child(material, "name")) or narratives.resolve(child(material, "code", "originalText")),
        product_codes=_codes(child(material, "code")),
        entries=tuple(held),
    )


def _values(element: etree._Element) -> list[etree._Element]:
    """The file of an observationMedia is an attachment, not a value."""
    return [] if local(element) == "observationMedia" else children(element, "value")


def _codes(element: etree._Element | None) -> tuple[Code, ...]:
    found = [code(element), *(code(one) for one in children(element, "translation"))]
    return tuple(one for one in found if one is not None)


def _value(element: etree._Element, narratives: Narratives) -> Value:
    known = code(element)
    said = narratives.resolve(child(element, "originalText")) or (known.display if known else "")
    if not said:
        ends = [attribute(child(element, end), "value") for end in ("low", "high", "width", "numerator", "denominator")]
        said = attribute(element, "value") or " – ".join(filter(None, ends)) or text(element)
    unit = attribute(element, "unit") or attribute(child(element, "low"), "unit") or None
    return Value(type=(element.get(XSI_TYPE) or local(element)).rpartition(":")[2], text=said, code=known, unit=unit)


def read_attachments(body: etree._Element, oddities: Oddities) -> tuple[Attachment, ...]:
    """Return the files of a structured document: the PDF copy of it first."""
    copies = {
        media for one in body.iter(f"{V3}section") if _is_copy(one) for media in one.iter(f"{V3}observationMedia")
    }
    found = []
    for media in body.iter(f"{V3}observationMedia"):
        value = child(media, "value")
        content = decoded(value, oddities) if value is not None else None
        if value is None or content is None:
            continue
        kind = attribute(value, "mediaType") or "application/octet-stream"
        is_copy = media in copies and kind == PDF_MEDIA_TYPE
        found.append(Attachment(media_type=kind, content=content, reference=attribute(media, "ID"), is_copy=is_copy))
    return tuple(sorted(found, key=lambda one: not one.is_copy))


def _is_copy(section: etree._Element) -> bool:
    return any(attribute(one, "root") == COPY_SECTION for one in children(section, "templateId"))
