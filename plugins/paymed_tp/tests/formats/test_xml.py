from __future__ import annotations

import io

import pytest

from caducee_paymed_tp.formats.quarantine import FormatFault
from caducee_paymed_tp.formats.xml import Ended, Node, Started, read_elements

CONTAINERS = frozenset({"Root", "Box"})


def elements(data: bytes) -> list[Node]:
    return list(read_elements(io.BytesIO(data), CONTAINERS, format_name="test"))


def test_containers_start_and_end_and_the_rest_comes_whole() -> None:
    nodes = elements(b"<Root><Box><A x='1'><B> text </B></A></Box><C/></Root>")
    assert [(type(node), node.name) for node in nodes] == [
        (Started, "Root"),
        (Started, "Box"),
        (Node, "A"),
        (Ended, "Box"),
        (Node, "C"),
        (Ended, "Root"),
    ]
    assert nodes[2].text("B") == "text"
    assert nodes[2].offset == 11


@pytest.mark.parametrize("inside", ["", "<!ENTITY a 'aaaa'>", "<!ENTITY x SYSTEM 'file:///etc/passwd'>"])
def test_a_document_type_is_refused_where_it_begins(inside: str) -> None:
    with pytest.raises(FormatFault) as caught:
        elements(f"<?xml version='1.0'?><!DOCTYPE Root [{inside}]><Root>&a;</Root>".encode())
    assert caught.value.rule == "xml.doctype"
    assert 21 <= caught.value.place.offset <= 36


def test_an_entity_that_nobody_declared_is_refused() -> None:
    with pytest.raises(FormatFault, match=r"xml\.malformed"):
        elements(b"<Root><A>&a;</A></Root>")


def test_elements_nested_without_end_are_refused() -> None:
    with pytest.raises(FormatFault, match=r"xml\.oversized"):
        elements(b"<Root>" + b"<A>" * 1000)


def test_an_element_with_text_without_end_is_refused() -> None:
    with pytest.raises(FormatFault, match=r"xml\.oversized"):
        elements(b"<Root><A>" + b"x" * 9_000_000)


def test_an_element_with_children_without_end_is_refused() -> None:
    with pytest.raises(FormatFault, match=r"xml\.oversized"):
        elements(b"<Root><A>" + b"<B/>" * 300_000)


@pytest.mark.parametrize("data", [b"", b"<Root>", b"<Root></Box>", b"\x00", b"<Root>\xff</Root>", b"<Root/><Root/>"])
def test_what_is_not_well_formed_is_refused(data: bytes) -> None:
    with pytest.raises(FormatFault, match=r"xml\.malformed"):
        elements(data)


def test_another_root_is_refused() -> None:
    with pytest.raises(FormatFault, match=r"element\.value"):
        elements(b"<A/>")


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "windows-1252", "utf-16"])
def test_the_declared_charset_is_believed(encoding: str) -> None:
    data = f"<?xml version='1.0' encoding='{encoding}'?><Root><A>é</A></Root>".encode(encoding)
    assert elements(data)[1].text() == "é"
