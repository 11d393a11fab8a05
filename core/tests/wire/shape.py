"""The shape of a message: its elements by path, with the attributes and names that tell them apart."""

from __future__ import annotations

import os
from pathlib import Path

from lxml import etree

_TELLING = ("name", "classificationScheme", "classificationNode", "identificationScheme", "Name", "Algorithm", "URI")


def shape(root: etree._Element) -> set[str]:
    """Return one line per element: its path and, where that matters, what it is the element of."""
    return {_path(item) for item in root.iter("*")}


def skeleton(name: str) -> etree._Element:
    """Read a skeleton of the kit, comments dropped."""
    parser = etree.XMLParser(remove_comments=True)
    return etree.parse(Path(os.environ["KIT"]) / "spec/skeletons/dmp" / name, parser).getroot()


def schema(name: str) -> etree.XMLSchema:
    """Load a schema of the kit."""
    return etree.XMLSchema(etree.parse(Path(os.environ["KIT"]) / "xsd" / name))


def _path(item: etree._Element) -> str:
    line = [item, *item.iterancestors()]
    return "/".join(_step(element) for element in reversed(line))


def _step(element: etree._Element) -> str:
    told = [value for name in _TELLING if (value := element.get(name)) and not value.startswith(("{", "urn:oid:"))]
    return element.tag + (f"[{told[0]}]" if told else "") + "@" + ",".join(sorted(map(str, element.attrib)))
