"""The sections of a structured document: what is read, and what is coded of it."""

from __future__ import annotations

from lxml import etree

from caducee.cda.reading.elements import Oddities, attribute, child, children, code, elements, identifiers, text
from caducee.cda.reading.entries import is_statement, read_entry
from caducee.cda.reading.model import Section
from caducee.cda.reading.narrative import Narratives


def read_sections(body: etree._Element, narratives: Narratives, oddities: Oddities) -> tuple[Section, ...]:
    """Return the sections in their order."""
    return tuple(_section(one, narratives, oddities) for one in children(body, "component", "section"))


def _section(element: etree._Element, narratives: Narratives, oddities: Oddities) -> Section:
    title = child(element, "title")
    if title is None:
        oddities.add(element, "section.title", "Une section n'a pas de titre.")
    return Section(
        title=text(title) or None,
        code=code(child(element, "code")),
        templates=identifiers(element, "templateId"),
        narrative=narratives.read(child(element, "text")),
        entries=tuple(
            read_entry(statement, attribute(entry, "typeCode"), narratives, oddities)
            for entry in children(element, "entry")
            for statement in elements(entry)
            if is_statement(statement)
        ),
        sections=read_sections(element, narratives, oddities),
    )
