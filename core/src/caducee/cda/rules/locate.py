"""From an element back to the field of the model that it came from."""

from __future__ import annotations

from lxml import etree

from caducee.cda.reading.elements import attribute, child
from caducee.cda.reading.parsing import V3

_REFERENCES = (("text", "reference"), ("value", "originalText", "reference"), ("code", "originalText", "reference"))
_ROLES = {"work": "work_accident", "unpaid": "not_reimbursed", "off": "off_label", "label": "", "concern": ""}
_START = "body-"


def field_of(element: etree._Element) -> str:
    """Return the field (``body.problems[0]``) whose entry holds the element; ``""`` when it leads to none.

    Entries refer to their words by identifiers that are made from the path in the model.
    """
    at: etree._Element | None = element
    while at is not None:
        for path in _REFERENCES:
            reference = attribute(child(at, *path), "value").removeprefix("#")
            if reference.startswith(_START):
                return path_of(reference)
        holder = at.getparent()
        if holder is not None and holder.tag == f"{V3}entry":
            return _first_inside(at)
        at = holder
    return ""


def _first_inside(statement: etree._Element) -> str:
    """An entry that has no words of its own is that of the first words in it."""
    for one in statement.iter(f"{V3}reference"):
        reference = attribute(one, "value").removeprefix("#")
        if reference.startswith(_START):
            return path_of(reference)
    return ""


def path_of(reference: str) -> str:
    """Return the path that an identifier was made from: ``body-problems-1`` is ``body.problems[0]``."""
    path = ""
    for part in reference.split("-"):
        if part.isdigit():
            path += f"[{int(part) - 1}]"
        elif name := _ROLES.get(part, part):
            path += f".{name}" if path else name
    return path
