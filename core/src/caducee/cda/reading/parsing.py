"""From bytes to the ClinicalDocument element: no DTD, no entity, no network, bounded size and depth."""

from __future__ import annotations

import re

from lxml import etree

from caducee.errors import CaduceeError

V3 = "{urn:hl7-org:v3}"
MAX_BYTES = 100_000_000
MAX_DEPTH = 200
# A megabyte of text is nothing, a megabyte of empty elements is memory a hundred times over.
MAX_TAGS = 2_000_000
MAX_ATTRIBUTES = 4_000_000
MAX_ATTRIBUTES_OF_ONE = 10_000

# In these a document type declaration is written with the bytes of ASCII. UTF-8 is what CI-SIS asks for.
_ENCODINGS = frozenset({b"utf-8", b"utf8", b"us-ascii", b"iso-8859-1", b"iso-8859-15", b"windows-1252"})
_DECLARED = re.compile(rb"""\s*<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_BOM = b"\xef\xbb\xbf"
# A document type can stand nowhere else. These words in a comment or in the texts of a style sheet declare nothing.
_PROLOG = re.compile(rb"(?:\s++|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)


class DocumentUnreadable(CaduceeError):
    """What was received is not a clinical document, or it holds no such file. The bytes were not changed."""

    code = "document.unreadable"
    sentence = "Le document reçu n'est pas lisible."
    remedy = "Redemandez-le au service ; si cela dure, prévenez l'éditeur de votre logiciel."


def clinical_document(content: bytes) -> etree._Element:
    """Return the document, wherever it stands: alone, in a signature, in a style sheet.

    Raises:
        DocumentUnreadable: not XML, a document type declaration, too large, too deep, too many elements or attributes,
            no ``ClinicalDocument``.
    """
    if len(content) > MAX_BYTES:
        raise DocumentUnreadable("larger than 100 MB")
    if content.count(b"<") > MAX_TAGS or content.count(b"=") > MAX_ATTRIBUTES:
        raise DocumentUnreadable("more elements or attributes than any document has")
    _refuse_declarations(content)
    # A body of 25 MB is one text node: libxml2 refuses it without huge_tree, which also lifts its limits on entities.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise DocumentUnreadable("not well-formed XML") from None
    found: etree._Element | None = next(root.iter(f"{V3}ClinicalDocument"), None)
    if found is None:
        raise DocumentUnreadable("no ClinicalDocument")
    _refuse_excess(found, crowded=content.count(b"=") > MAX_ATTRIBUTES_OF_ONE)
    return found


def _refuse_declarations(content: bytes) -> None:
    """No document type, hence no entity: seen before anything is parsed."""
    written = content.removeprefix(_BOM)
    if not written.lstrip().startswith(b"<") or b"\0" in content:
        raise DocumentUnreadable("not XML")
    declared = _DECLARED.match(written)
    if declared is not None and declared[1].lower() not in _ENCODINGS:
        raise DocumentUnreadable("an encoding that is not read here")
    prolog = _PROLOG.match(written)
    if prolog is not None and written.startswith(b"<!DOCTYPE", prolog.end()):
        raise DocumentUnreadable("a document type declaration")


def _refuse_excess(document: etree._Element, *, crowded: bool) -> None:
    """What reads the tree goes down by recursion: a document made to be deep must not end it.

    Attributes are counted only where there are enough for one element to hold too many.
    """
    depth = 0
    for event, element in etree.iterwalk(document, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MAX_DEPTH or (crowded and len(element.attrib) > MAX_ATTRIBUTES_OF_ONE):
            raise DocumentUnreadable("nested beyond reason, or more attributes than any element has")
