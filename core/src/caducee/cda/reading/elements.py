"""Small readings that every part of a document needs, and the warnings met on the way."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from caducee.cda.reading.model import ReadWarning, Span
from caducee.cda.reading.parsing import V3
from caducee.model.codes import Code

XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_MOST_WARNINGS = 100
_MOST_DIGITS = 9


class Oddities:
    """The warnings of one document, in the order they were met. What goes on and on is said once more, then no more."""

    def __init__(self) -> None:
        self._found: list[ReadWarning] = []
        self._unsaid = 0
        self._unsaid_loss = False

    def add(self, element: etree._Element, code: str, message: str, *, loss: bool = False) -> None:
        """Note one, at its place."""
        if len(self._found) >= _MOST_WARNINGS:
            self._unsaid += 1
            self._unsaid_loss = self._unsaid_loss or loss
            return
        line: int = element.sourceline or 0  # type: ignore[assignment]  # the stubs say otherwise
        self._found.append(ReadWarning(code=code, message=message, line=line, xpath=xpath(element), loss=loss))

    def all(self) -> tuple[ReadWarning, ...]:
        """Return them; the last one says how many more there are, if any."""
        if not self._unsaid:
            return tuple(self._found)
        message = f"Le document présente {self._unsaid} autres anomalies, qui ne sont pas détaillées."
        more = ReadWarning(code="reading.more", message=message, line=0, xpath="/", loss=self._unsaid_loss)
        return (*self._found, more)


def xpath(element: etree._Element) -> str:
    """Return the path of an element in its document, without prefixes: ``/ClinicalDocument/author[2]/time``."""
    parts = []
    at: etree._Element | None = element
    while at is not None:
        name = local(at)
        before = sum(1 for _ in at.itersiblings(at.tag, preceding=True))
        alone = before == 0 and next(at.itersiblings(at.tag), None) is None
        parts.append(name if alone else f"{name}[{before + 1}]")
        at = at.getparent() if name != "ClinicalDocument" else None
    return "/" + "/".join(reversed(parts))


def local(element: etree._Element) -> str:
    """Return the name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def child(element: etree._Element | None, *path: str) -> etree._Element | None:
    """Return the first element at a path of the HL7 namespace."""
    if element is None:
        return None
    found: etree._Element | None = element.find("/".join(f"{V3}{name}" for name in path))
    return found


def children(element: etree._Element | None, *path: str) -> list[etree._Element]:
    """Return the elements at a path of the HL7 namespace."""
    return [] if element is None else list(element.iterfind("/".join(f"{V3}{name}" for name in path)))


def elements(element: etree._Element) -> Iterator[etree._Element]:
    """Yield the child elements: comments and instructions are passed over."""
    return (one for one in element if isinstance(one.tag, str))


def attribute(element: etree._Element | None, name: str) -> str:
    """Return an attribute, empty when it is not there."""
    return element.get(name, "") if element is not None else ""


def text(element: etree._Element | None) -> str:
    """Return all the text in an element, its blanks run together."""
    return " ".join("".join(map(str, element.itertext())).split()) if element is not None else ""


def code(element: etree._Element | None) -> Code | None:
    """Return a code; ``None`` where there is none."""
    value = attribute(element, "code")
    return Code(value, attribute(element, "codeSystem"), attribute(element, "displayName")) if value else None


def identifier(element: etree._Element | None) -> str | None:
    """Return ``root`` or ``root^extension``; ``None`` without root."""
    root, extension = attribute(element, "root"), attribute(element, "extension")
    if not root:
        return None
    return f"{root}^{extension}" if extension else root


def identifiers(element: etree._Element | None, name: str = "id") -> tuple[str, ...]:
    """Return the identifiers of an element."""
    return tuple(found for one in children(element, name) if (found := identifier(one)) is not None)


def number(element: etree._Element | None) -> int | None:
    """Return a whole number of at most nine digits; ``None`` for anything else."""
    value = attribute(element, "value")
    return int(value) if value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS else None


def span(element: etree._Element | None) -> Span | None:
    """Return the two ends of a time, or its instant twice."""
    if element is None:
        return None
    if value := attribute(element, "value"):
        return Span(value, value)
    low, high = (attribute(child(element, end), "value") or None for end in ("low", "high"))
    return Span(low, high) if low or high else None
