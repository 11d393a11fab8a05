from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caducee.errors import ProtocolViolation
from caducee.wire.xml import attribute, child, parse, text

BOMB = b"<!DOCTYPE a [<!ENTITY x 'xxxxxxxx'><!ENTITY y '&x;&x;&x;&x;'>]><a>&y;</a>"
LEAK = b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><a>&x;</a>"


@pytest.mark.parametrize(
    "data", [b"", b"<a>", b"<html><body><br></body></html>", b"\xff\xfe", b"275036399900105", BOMB, LEAK]
)
def test_what_is_not_plain_xml_is_refused_without_quoting_it(data: bytes) -> None:
    with pytest.raises(ProtocolViolation) as caught:
        parse(data, service="dmp")
    assert "275036399900105" not in str(caught.value)
    assert caught.value.service == "dmp"


@given(st.binary(max_size=200))
def test_no_bytes_make_anything_else_than_a_tree_or_a_violation(data: bytes) -> None:
    with suppress(ProtocolViolation):
        assert isinstance(parse(data, service="dmp").tag, str)


@pytest.mark.parametrize("charset", ["", "utf-8", "Cp1252", "no-such-charset"])
def test_an_announced_character_set_that_is_not_used_does_no_harm(charset: str) -> None:
    assert parse("<a>é</a>".encode(), service="dmp", charset=charset).text == "é"


def test_an_announced_character_set_that_is_used_is_believed() -> None:
    assert parse("<a>é</a>".encode("cp1252"), service="dmp", charset="Cp1252").text == "é"
    with pytest.raises(ProtocolViolation):
        parse("<a>é</a>".encode("cp1252"), service="dmp", charset="no-such-charset")


def test_elements_are_found_by_namespace_whatever_their_prefix() -> None:
    root = parse(b"<n:a xmlns:n='u'><b xmlns='u'><c> t </c></b><n:c k='v'/></n:a>", service="dmp")
    assert text(child(root, "u", "b", "c")) == "t"
    assert attribute(child(root, "u", "c"), "k") == "v"


def test_what_is_absent_reads_as_empty() -> None:
    root = parse(b"<a/>", service="dmp")
    assert (text(child(root, "u", "b", "c")), attribute(child(root, "u", "b"), "k")) == ("", "")
