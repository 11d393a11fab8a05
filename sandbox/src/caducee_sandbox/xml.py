"""Reading foreign XML without DTD, entity or network, and small questions asked of its elements."""

from __future__ import annotations

from lxml import etree

Element = etree._Element


class NotXml(Exception):
    """The bytes are not well-formed XML, or carry a DTD."""


def read_xml(content: bytes) -> Element:
    """Parse a message.

    Raises:
        NotXml: it is not well-formed, or it has a DTD.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise NotXml(str(error)) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise NotXml("a DTD is not allowed")
    return root


def name(namespace: str, local: str) -> str:
    """Return the Clark name of an element."""
    return f"{{{namespace}}}{local}"


def children(element: Element) -> list[Element]:
    """Return the child elements, comments and instructions left aside."""
    return [child for child in element if isinstance(child.tag, str)]


def text(element: Element | None) -> str:
    """Return the text of an element, stripped; empty when there is none."""
    return "" if element is None else (element.text or "").strip()


def tags(element: Element) -> list[str]:
    """Return the Clark names of the child elements, in order."""
    return [str(child.tag) for child in children(element)]
