"""A document, looked up by template and by name: one walk serves all rules."""

from __future__ import annotations

from functools import cache

from lxml import etree

from caducee.cda.reading.elements import XSI_TYPE, attribute, xpath
from caducee.cda.reading.parsing import V3
from caducee.terminology import Terminology

__all__ = ["XSI_TYPE", "Index"]


class Index:
    """The elements of one document."""

    def __init__(self, document: etree._Element, terminology: Terminology) -> None:
        self.document = document
        self.terminology = terminology
        self._with: dict[str, list[etree._Element]] = {}
        self._named: dict[object, list[etree._Element]] = {}
        self._owned: dict[etree._Element, list[str]] = {}
        self._children: dict[etree._Element, dict[object, list[etree._Element]]] = {}
        named = self._named
        for element in document.iter(_ANY):
            tag = element.tag
            if tag in named:
                named[tag].append(element)
            else:
                named[tag] = [element]
        for element in self.named("templateId"):
            holder = element.getparent()
            if holder is not None:
                root = attribute(element, "root")
                self._with.setdefault(root, []).append(holder)
                self._owned.setdefault(holder, []).append(root)

    def with_template(self, root: str) -> list[etree._Element]:
        """Return the elements that have a template, each once."""
        return list(dict.fromkeys(self._with.get(root, ())))

    def owns(self, element: etree._Element, root: str) -> int:
        """Count how often an element has a template itself."""
        return self._owned.get(element, _NONE).count(root)

    def named(self, name: str) -> list[etree._Element]:
        """Return the elements of a name."""
        return self._named.get(V3 + name, [])

    def at(self, path: str) -> list[etree._Element]:
        """Return the elements at a path from the document."""
        return self.reached(self.document, path)

    def reached(self, element: etree._Element, path: str) -> list[etree._Element]:
        """Return the elements at a path below one, as ``below`` does; the children of an element are read once."""
        steps = _steps(path)
        if steps is None:
            return below(element, path)
        if not steps:
            return [element]
        found = self._held(element).get(steps[0], _NOTHING)
        for tag in steps[1:]:
            found = [one for held in found for one in self._held(held).get(tag, _NOTHING)]
        return found

    def _held(self, element: etree._Element) -> dict[object, list[etree._Element]]:
        held = self._children.get(element)
        if held is None:
            held = self._children[element] = {}
            for one in element:
                held.setdefault(one.tag, []).append(one)
        return held

    def inside(self, element: etree._Element, root: str) -> int:
        """Count the elements below one that have a template."""
        if element is self.document:
            return sum(1 for one in self.with_template(root) if one is not element)
        return sum(1 for one in self.with_template(root) if any(above is element for above in one.iterancestors()))

    def declares(self, root: str, version: str) -> bool:
        """Say whether the document itself has a template, in a version when one is asked."""
        if not version:
            return self.owns(self.document, root) > 0
        return any(
            attribute(one, "root") == root and version == attribute(one, "extension")
            for one in self.document.iterchildren(f"{V3}templateId")
        )


_ANY = f"{V3}*"
_NONE: list[str] = []
_NOTHING: list[etree._Element] = []


@cache
def _steps(path: str) -> tuple[str, ...] | None:
    """Return the tags of a path; ``None`` for one that counts."""
    if path == ".":
        return ()
    return None if "[" in path else tuple(f"{V3}{part}" for part in path.split("/"))


def below(element: etree._Element, path: str) -> list[etree._Element]:
    """Return the elements at a path below one; ``.`` is the element itself."""
    if path == ".":
        return [element]
    return list(element.iterfind("/".join(f"{V3}{part}" for part in path.split("/"))))


def place(element: etree._Element) -> tuple[int, str]:
    """Return the line and the path of an element."""
    line: int = element.sourceline or 0  # type: ignore[assignment]  # the stubs say otherwise
    return line, xpath(element)
