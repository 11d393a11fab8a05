"""A document, looked up by template and by name: one walk serves all rules."""

from __future__ import annotations

from lxml import etree

from caducee.cda.reading.elements import XSI_TYPE, attribute, local, xpath
from caducee.cda.reading.parsing import V3
from caducee.terminology import Terminology

__all__ = ["XSI_TYPE", "Index"]


class Index:
    """The elements of one document."""

    def __init__(self, document: etree._Element, terminology: Terminology) -> None:
        self.document = document
        self.terminology = terminology
        self._with: dict[str, list[etree._Element]] = {}
        self._named: dict[str, list[etree._Element]] = {}
        for element in document.iter(f"{V3}*"):
            name = local(element)
            self._named.setdefault(name, []).append(element)
            if name == "templateId":
                holder = element.getparent()
                if holder is not None:
                    self._with.setdefault(attribute(element, "root"), []).append(holder)

    def with_template(self, root: str) -> list[etree._Element]:
        """Return the elements that have a template, each once."""
        return list(dict.fromkeys(self._with.get(root, ())))

    def named(self, name: str) -> list[etree._Element]:
        """Return the elements of a name."""
        return self._named.get(name, [])

    def at(self, path: str) -> list[etree._Element]:
        """Return the elements at a path from the document."""
        return below(self.document, path)

    def inside(self, element: etree._Element, root: str) -> int:
        """Count the elements below one that have a template."""
        if element is self.document:
            return sum(1 for one in self.with_template(root) if one is not element)
        return sum(1 for one in self.with_template(root) if any(above is element for above in one.iterancestors()))

    def declares(self, root: str, version: str) -> bool:
        """Say whether the document itself has a template, in a version when one is asked."""
        return any(
            attribute(one, "root") == root and version in ("", attribute(one, "extension"))
            for one in self.document.iterchildren(f"{V3}templateId")
        )


def below(element: etree._Element, path: str) -> list[etree._Element]:
    """Return the elements at a path below one; ``.`` is the element itself."""
    if path == ".":
        return [element]
    return list(element.iterfind("/".join(f"{V3}{part}" for part in path.split("/"))))


def owns(element: etree._Element, root: str) -> int:
    """Count how often an element has a template itself."""
    return sum(attribute(one, "root") == root for one in element.iterchildren(f"{V3}templateId"))


def place(element: etree._Element) -> tuple[int, str]:
    """Return the line and the path of an element."""
    line: int = element.sourceline or 0  # type: ignore[assignment]  # the stubs say otherwise
    return line, xpath(element)
