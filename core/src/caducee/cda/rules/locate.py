"""From an element back to the field of the model that it came from."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

import msgspec
from lxml import etree

from caducee.cda.reading.elements import attribute, child, local
from caducee.cda.reading.parsing import V3

_REFERENCES = (("text", "reference"), ("value", "originalText", "reference"), ("code", "originalText", "reference"))
_ROLES = {
    "work": "work_accident",
    "unpaid": "not_reimbursed",
    "off": "off_label",
    "label": "",
    "concern": "",
    "patient": "patient_instructions",
    "dispenser": "dispenser_instructions",
    "urgent": "urgent_reason",
}
_START = "body-"


class _Fields(msgspec.Struct, frozen=True):
    """Where the fields of the model stand."""

    header: dict[str, str]
    sections: dict[str, str]
    parts: dict[str, dict[str, str]]


@cache
def _fields() -> _Fields:
    content = files("caducee.cda.rules").joinpath("tables/fields.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(content), _Fields)


def field_of(element: etree._Element) -> str:
    """Return the field (``body.problems[0]``) whose entry holds the element; ``""`` when it leads to none.

    Entries refer to their words by identifiers that are made from the path in the model.
    """
    at: etree._Element | None = element
    part = ""
    while at is not None:
        for path in _REFERENCES:
            reference = attribute(child(at, *path), "value").removeprefix("#")
            if reference.startswith(_START):
                return _with_part(path_of(reference), part)
        holder = at.getparent()
        if holder is not None and holder.tag == f"{V3}entry":
            return _first_inside(at)
        part = local(at)
        at = holder
    return ""


def _with_part(field: str, part: str) -> str:
    """Return the part of a line that an element of its entry is, when the model tells it apart."""
    line = field.rpartition(".")[2].partition("[")[0]
    own = _fields().parts.get(line, {}).get(part)
    return f"{field}.{own}" if own else field


def place_of(element: etree._Element) -> str:
    """Return the field of the section or the part of the header that holds an element; ``""`` where there is none."""
    fields, path = _fields(), [local(element)]
    at = element
    while (holder := at.getparent()) is not None:
        if at.tag == f"{V3}section":
            for one in at.iterchildren(f"{V3}templateId"):
                if field := fields.sections.get(attribute(one, "root")):
                    return field
        if local(holder) == "ClinicalDocument":
            break
        path.append(local(holder))
        at = holder
    names = path[::-1]
    found = (fields.header.get("/".join(names[:depth])) for depth in range(len(names), 0, -1))
    return next((one for one in found if one), "")


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
