from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from lxml import etree

from caducee.errors import PartlyDone
from caducee.model.codes import Code
from caducee.wire.mtom import Package
from caducee.wire.soap import SoapAnswer
from caducee.wire.xds.found import FoundEntry
from caducee_dmp import td31_find
from caducee_dmp.errors import TooMany
from caducee_dmp.td31_find import batches, for_the_desk, refuse_a_hole

from .scripted_dmp import listed

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


def answered(body: bytes) -> SoapAnswer:
    return SoapAnswer(body=etree.fromstring(body), package=Package(root=body))


@pytest.mark.parametrize("read", [td31_find.read, td31_find.references, td31_find.contents])
def test_a_list_of_which_the_registry_gives_a_part_is_no_list(read: Callable[[SoapAnswer], object]) -> None:
    cut = listed(("1.2.3", "", 0)).replace(b" status=", b' totalResultCount="3" status=', 1)
    with pytest.raises(TooMany, match="2 objects") as caught:
        read(answered(cut))
    assert "partie" in caught.value.explain().sentence


def test_a_partial_success_of_the_registry_is_no_list() -> None:
    part = listed(("1.2.3", "", 0)).replace(b"ResponseStatusType:Success", b"ResponseStatusType:PartialSuccess")
    with pytest.raises(PartlyDone):
        td31_find.read(answered(part))


def test_a_page_that_lacks_what_the_registry_has_just_named_is_refused() -> None:
    page = (msgspec.structs.replace(found("letter", ""), entry_uuid="urn:uuid:1"),)
    refuse_a_hole(("urn:uuid:1",), page)
    with pytest.raises(TooMany, match="1 entries"):
        refuse_a_hole(("urn:uuid:1", "urn:uuid:2"), page)


def test_what_one_query_may_name_is_a_group_and_the_last_one_is_shorter() -> None:
    assert list(batches("abcde", 2)) == [("a", "b"), ("c", "d"), ("e",)]
