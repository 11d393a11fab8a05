"""Reading a received CDA: what it is, and the file it carries. Unknown elements are left alone."""

from __future__ import annotations

import base64
import binascii
import re

import msgspec
from lxml import etree

from caducee.errors import CaduceeError
from caducee.model.codes import Code

_V3 = "{urn:hl7-org:v3}"

# In these a document type declaration is written with the bytes of ASCII. UTF-8 is what CI-SIS asks for.
_ENCODINGS = frozenset({b"utf-8", b"utf8", b"us-ascii", b"iso-8859-1", b"iso-8859-15", b"windows-1252"})
_DECLARED = re.compile(rb"""\s*<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_BOM = b"\xef\xbb\xbf"


class DocumentUnreadable(CaduceeError):
    """What was received is not a clinical document, or its body cannot be read. The bytes were not changed."""

    code = "document.unreadable"
    sentence = "Le document reçu n'est pas lisible."
    remedy = "Redemandez-le au service ; si cela dure, prévenez l'éditeur de votre logiciel."


class ReadDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A received document. What it leaves blank is ``None``.

    ``document_id`` and ``series`` are ``root`` or ``root^extension`` of ``id`` and ``setId``. ``body`` is the decoded
    file of a level 1 document with its ``media_type``; both are absent in a structured one.
    """

    document_id: str
    title: str | None
    type: Code | None
    series: str | None
    version: int | None
    media_type: str | None
    body: bytes | None

    @property
    def pdf(self) -> bytes:
        """The PDF file that the document carries.

        Raises:
            DocumentUnreadable: it carries none.
        """
        if self.body is None or self.media_type != "application/pdf":
            raise DocumentUnreadable("no PDF in this document")
        return self.body


def read_document(content: bytes) -> ReadDocument:
    """Read a CDA R2, alone or inside a signature or a style sheet (self-presentable document).

    No DTD, no entity, no network.

    Raises:
        DocumentUnreadable: not XML, no ``ClinicalDocument``, no identifier, a body that is not base 64.
    """
    document = _clinical_document(content)
    identifier = _identifier(document.find(f"{_V3}id"))
    if identifier is None:
        raise DocumentUnreadable("no identifier")
    media_type, body = _body(document)
    version = _attribute(document.find(f"{_V3}versionNumber"), "value")
    return ReadDocument(
        document_id=identifier,
        title=(document.findtext(f"{_V3}title") or "").strip() or None,
        type=_code(document.find(f"{_V3}code")),
        series=_identifier(document.find(f"{_V3}setId")),
        version=int(version) if version.isascii() and version.isdigit() else None,
        media_type=media_type,
        body=body,
    )


def _clinical_document(content: bytes) -> etree._Element:
    _refuse_declarations(content)
    # A body of 25 MB is one text node: libxml2 refuses it without huge_tree, which also lifts its limits on entities.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise DocumentUnreadable("not well-formed XML") from None
    found: etree._Element | None = next(root.iter(f"{_V3}ClinicalDocument"), None)
    if found is None:
        raise DocumentUnreadable("no ClinicalDocument")
    return found


def _refuse_declarations(content: bytes) -> None:
    """No document type, hence no entity: seen before anything is parsed."""
    if not content.removeprefix(_BOM).lstrip().startswith(b"<"):
        raise DocumentUnreadable("not XML")
    declared = _DECLARED.match(content.removeprefix(_BOM))
    if declared is not None and declared[1].lower() not in _ENCODINGS:
        raise DocumentUnreadable("an encoding that is not read here")
    if b"<!DOCTYPE" in content:
        raise DocumentUnreadable("a document type declaration")


def _body(document: etree._Element) -> tuple[str | None, bytes | None]:
    text = document.find(f"{_V3}component/{_V3}nonXMLBody/{_V3}text")
    if text is None:
        return None, None
    media_type = text.get("mediaType", "text/plain")
    if text.get("representation", "TXT") != "B64":
        return media_type, (text.text or "").encode()
    try:
        return media_type, base64.b64decode("".join((text.text or "").split()), validate=True)
    except (binascii.Error, ValueError):
        raise DocumentUnreadable("a body that is not base 64") from None


def _code(element: etree._Element | None) -> Code | None:
    code = _attribute(element, "code")
    return Code(code, _attribute(element, "codeSystem"), _attribute(element, "displayName")) if code else None


def _identifier(element: etree._Element | None) -> str | None:
    root, extension = _attribute(element, "root"), _attribute(element, "extension")
    if not root:
        return None
    return f"{root}^{extension}" if extension else root


def _attribute(element: etree._Element | None, name: str) -> str:
    return element.get(name, "") if element is not None else ""
