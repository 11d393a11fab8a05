"""The type built like the built-in ones, by code that knows nothing of it but its entry point."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from caducee import Code, Document, DocumentInvalid
from caducee.cda.file import DocumentFile, build
from caducee.cda.reading import read_document
from caducee.clinical import OtherBody
from caducee.testing.letters import AUTHOR, invented_letter

SIGNS = Code("29274-8", "2.16.840.1.113883.6.1", "Mesures de signes vitaux")


def document(content: bytes, kind: str = "growth") -> DocumentFile:
    """Return a document of the type, about an invented patient."""
    fields = {name: getattr(invented_letter(), name) for name in Document.__struct_fields__}
    fields |= {"type": SIGNS, "title": "Croissance", "body": OtherBody(kind=kind, content=content)}
    return DocumentFile(**fields, practitioners={"roux": AUTHOR}, oid_root="1.2.250.1.999.7")


def test_its_json_becomes_a_sealed_document() -> None:
    sealed = build(document(b'{"height_cm": "88.0"}'))
    assert b'unit="cm" value="88.0"' in sealed.document
    assert read_document(sealed.document).title == "Croissance"
    assert b"urn:example:growth:2026" in sealed.entry


@pytest.mark.parametrize(
    ("made", "field"),
    [
        (lambda: document(b'{"height_cm": "8800"}'), "body.measurements[0].value.value"),
        (lambda: document(b'{"heigth_cm": "88"}'), "body.content"),
        (lambda: document(b"{}", kind="nobody's"), "body.kind"),
    ],
)
def test_what_is_wrong_is_said_with_its_field(made: Callable[[], DocumentFile], field: str) -> None:
    with pytest.raises(DocumentInvalid) as refused:
        build(made())
    assert [finding.field for finding in refused.value.findings] == [field]
