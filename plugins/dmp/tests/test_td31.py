from __future__ import annotations

from caducee.model.codes import Code
from caducee.wire.xds.found import FoundEntry
from caducee_dmp.td31_find import for_the_desk

XMLDSIG = Code("http://www.w3.org/2000/09/xmldsig#", "URN", "Default Signature Style")


def found(name: str, created: str, format_: Code | None = None) -> FoundEntry:
    return FoundEntry(
        document_id=name,
        entry_uuid="",
        title=name,
        status="Approved",
        type=None,
        format=format_,
        confidentiality=(),
        authors=(),
        created_utc=created,
        service_start_utc="",
        mime_type="text/xml",
        repository="",
    )


def test_the_newest_document_comes_first() -> None:
    entries = (found("old", "20240101000000"), found("new", "20260101000000"), found("undated", ""))
    assert [entry.title for entry in for_the_desk(entries)] == ["new", "old", "undated"]


def test_signatures_of_sets_are_not_shown() -> None:
    entries = (found("signature", "20260101000000", XMLDSIG), found("letter", "20250101000000"))
    assert [entry.title for entry in for_the_desk(entries)] == ["letter"]
