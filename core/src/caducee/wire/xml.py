"""Reading XML that somebody else wrote.

No DTD, no entity, no network; bounded by libxml2's own limits on depth and text. What cannot be read is a
``ProtocolViolation`` whose message never quotes the content.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from caducee.errors import ProtocolViolation


def parse(data: bytes, *, service: str, charset: str = "") -> etree._Element:
    """Return the root of an XML message of ``service``.

    ``charset`` is what the transport says. It is believed only when the message cannot be read by its own declaration
    (UTF-8 without one): services are known to announce a character set that they do not use.

    Raises:
        ProtocolViolation: not well-formed, empty, or with a document type declaration (SOAP 1.2 Part 1, 5 forbids it).
    """
    root = _parsed(data, None)
    if root is None and charset:
        root = _parsed(data, charset)
    if root is None:
        raise ProtocolViolation(service, "the answer is not well-formed XML")
    if root.getroottree().docinfo.internalDTD is not None:
        raise ProtocolViolation(service, "the answer carries a document type declaration")
    return root


def _parsed(data: bytes, charset: str | None) -> etree._Element | None:
    try:
        parser = etree.XMLParser(
            encoding=charset,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            dtd_validation=False,
            huge_tree=False,
            remove_pis=True,
            remove_comments=True,
        )
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError):
        return None


def children(parent: etree._Element | None, namespace: str, name: str) -> Iterator[etree._Element]:
    """Yield the direct children of that qualified name, whatever their prefix."""
    return parent.iterchildren(f"{{{namespace}}}{name}") if parent is not None else iter(())


def child(parent: etree._Element | None, namespace: str, *path: str) -> etree._Element | None:
    """Follow a path of child names in one namespace and return the first match."""
    found = parent
    for name in path:
        found = next(children(found, namespace, name), None)
    return found


def text(element: etree._Element | None) -> str:
    """Return the text of an element with outer white space removed; empty when it is absent."""
    return (element.text or "").strip() if element is not None else ""


def attribute(element: etree._Element | None, name: str) -> str:
    """Return an attribute in no namespace; empty when it or the element is absent."""
    return element.get(name, "") if element is not None else ""
