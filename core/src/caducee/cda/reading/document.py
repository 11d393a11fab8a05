"""A received document as a whole."""

from __future__ import annotations

from caducee.cda.reading.elements import (
    Oddities,
    child,
    code,
    identifier,
    number,
    text,
)
from caducee.cda.reading.files import Files, attachments_of, body_of, media_type
from caducee.cda.reading.header import read_header
from caducee.cda.reading.model import ReadDocument
from caducee.cda.reading.narrative import Narratives
from caducee.cda.reading.parsing import clinical_document
from caducee.cda.reading.sections import read_sections


def read_document(content: bytes) -> ReadDocument:
    """Read a CDA R2, level 1 or 3, alone or inside a signature or a style sheet (self-presentable document).

    No DTD, no entity, no network. Whatever is odd in a well-formed document is a warning with its place, never an
    error: what could be read is there.

    Raises:
        DocumentUnreadable: not XML, a document type declaration, no ``ClinicalDocument``, beyond 100 MB,
            2 000 000 elements or 200 levels.
    """
    document = clinical_document(content)
    oddities = Oddities()
    found = identifier(child(document, "id"))
    if found is None:
        oddities.add(document, "header.id", "Le document n'a pas d'identifiant.")
    files = Files(oddities)
    carried = child(document, "component", "nonXMLBody", "text")
    kind = media_type(carried) if carried is not None else None
    body = files.read(carried) if carried is not None else None
    structured = child(document, "component", "structuredBody")
    header = read_header(document, oddities)
    if structured is not None:
        sections = read_sections(structured, Narratives(document, oddities), oddities)
        attachments = attachments_of(structured, files)
    else:
        sections, attachments = (), body_of(kind, body) if kind is not None and body is not None else ()
    if structured is None and body is None:
        oddities.add(document, "body.empty", "Le document n'a pas de contenu lisible.", loss=True)
    return ReadDocument(
        document_id=found or "",
        title=text(child(document, "title")) or None,
        type=code(child(document, "code")),
        series=identifier(child(document, "setId")),
        version=number(child(document, "versionNumber")),
        media_type=kind,
        body=body,
        header=header,
        sections=sections,
        attachments=attachments,
        warnings=oddities.all(),
    )
