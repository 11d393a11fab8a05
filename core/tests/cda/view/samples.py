"""Documents of one narrative, and small pictures."""

from __future__ import annotations

import io

import msgspec
from PIL import Image

from caducee.cda.reading import read_document
from caducee.cda.reading.model import Attachment, Block, ReadDocument, Relation, Section

BARE = read_document(b'<ClinicalDocument xmlns="urn:hl7-org:v3"><id root="1.2"/></ClinicalDocument>')


def holding(*content: str | Block, attachments: tuple[Attachment, ...] = ()) -> ReadDocument:
    """Return a document whose only section holds this."""
    section = Section(title="T", code=None, templates=(), narrative=content, entries=(), sections=())
    return msgspec.structs.replace(BARE, sections=(section,), attachments=attachments, warnings=())


def block(name: str, *content: str | Block, **attributes: str) -> Block:
    """Return an element of a narrative."""
    return Block(name, attributes, content)


def table(*rows: tuple[str, ...], cell: str = "td") -> Block:
    """Return a table of these texts."""
    return block("table", *(block("tr", *(block(cell, one) for one in row)) for row in rows))


def picture(kind: str = "PNG", mode: str = "RGB", size: tuple[int, int] = (40, 30), **options: object) -> bytes:
    """Return a picture of one colour."""
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind, **options)
    return out.getvalue()


def related(document: ReadDocument, kind: str, version: int | None = None) -> ReadDocument:
    """Return the document, related to another."""
    relation = Relation(kind=kind, document_id="1.2.3", series=None, version=version)
    header = msgspec.structs.replace(document.header, relations=(relation,))
    return msgspec.structs.replace(document, header=header)
