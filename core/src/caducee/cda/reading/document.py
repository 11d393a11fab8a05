"""A received document as a whole."""

from __future__ import annotations

from lxml import etree

from caducee.cda.reading.elements import (
    Oddities,
    attribute,
    child,
    code,
    decoded,
    identifier,
    number,
    text,
)
from caducee.cda.reading.header import read_header
from caducee.cda.reading.model import Attachment, ReadDocument
from caducee.cda.reading.parsing import clinical_document
from caducee.cda.reading.sections import Narratives, read_attachments, read_sections


def read_document(content: bytes) -> ReadDocument:
    """Read a CDA R2, level 1 or 3, alone or inside a signature or a style sheet (self-presentable document).

    No DTD, no entity, no network. Whatever is odd in a well-formed document is a warning with its place, never an
    error: what could be read is there.

    Raises:
        DocumentUnreadable: not XML, a document type declaration, no ``ClinicalDocument``, beyond 100 MB or 200 levels.
    """
    document = clinical_document(content)
    oddities = Oddities()
    found = identifier(child(document, "id"))
    if found is None:
        oddities.add(document, "header.id", "Le document n'a pas d'identifiant.")
    media_type, body = _file(document, oddities)
    structured = child(document, "component", "structuredBody")
    header = read_header(document, oddities)
    sections = read_sections(structured, Narratives(document), oddities) if structured is not None else ()
    if structured is None and body is None:
        oddities.add(document, "body.empty", "Le document n'a pas de contenu lisible.", loss=True)
    return ReadDocument(
        document_id=found or "",
        title=text(child(document, "title")) or None,
        type=code(child(document, "code")),
        series=identifier(child(document, "setId")),
        version=number(child(document, "versionNumber")),
        media_type=media_type,
        body=body,
        header=header,
        sections=sections,
        attachments=_attachments(structured, media_type, body, oddities),
        warnings=tuple(oddities.found),
    )


def _file(document: etree._Element, oddities: Oddities) -> tuple[str | None, bytes | None]:
    """Return the file of a level 1 document."""
    carried = child(document, "component", "nonXMLBody", "text")
    if carried is None:
        return None, None
    return attribute(carried, "mediaType") or "text/plain", decoded(carried, oddities)


def _attachments(
    structured: etree._Element | None, media_type: str | None, body: bytes | None, oddities: Oddities
) -> tuple[Attachment, ...]:
    if structured is not None:
        return read_attachments(structured, oddities)
    if body is None or media_type is None:
        return ()
    return (Attachment(media_type=media_type, content=body, is_copy=True),)
