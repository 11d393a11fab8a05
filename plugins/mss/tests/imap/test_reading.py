"""Bytes of an IMAP server: cut, read, bounded; compared with another reader."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from imapclient.imap_utf7 import decode as other_decode
from imapclient.imap_utf7 import encode as other_encode
from imapclient.response_parser import parse_response

from caducee_mss.imap.commands import date_time, flag_list, uid_set
from caducee_mss.imap.framing import BadResponse, ResponseCutter
from caducee_mss.imap.names import decoded_name, encoded_name, quoted
from caducee_mss.imap.responses import Continuation, Data, Status, fetched_of, response_of
from caducee_mss.imap.values import Atom, values_of


def cut(content: bytes, *, size: int = 10_000, literal: int = 10_000, pieces: int = 0) -> list[list[bytes]]:
    cutter = ResponseCutter(largest_literal=literal, largest_response=size)
    found = []
    for start in range(0, len(content), pieces or len(content)):
        cutter.feed(content[start : start + (pieces or len(content))])
        while (response := cutter.next()) is not None:
            found.append(response)
    return found


ATOMS = st.text("abcXYZ019.$-_", min_size=1, max_size=8).filter(lambda a: a.upper() != "NIL" and not a.isdecimal())
STRINGS = st.binary(max_size=20)
VALUES = st.recursive(
    st.none() | ATOMS.map(Atom) | STRINGS, lambda inner: st.lists(inner, max_size=4).map(tuple), max_leaves=12
)


def wire(value: object, *, literals: bool) -> bytes:
    """Write a value as a server may."""
    if value is None:
        return b"NIL"
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, tuple):
        return b"(" + b" ".join(wire(v, literals=literals) for v in value) + b")"
    assert isinstance(value, bytes)
    if literals or any(b in value for b in b'\r\n\0"\\') or not value.isascii():
        return b"{%d}\r\n" % len(value) + value
    return b'"' + value + b'"'


@given(st.lists(VALUES, max_size=5), st.booleans(), st.integers(1, 7))
def test_what_a_server_writes_is_read_again_however_it_arrives(values, literals, pieces) -> None:
    line = b" ".join([b"* LIST", *(wire(v, literals=literals) for v in values)]) + b"\r\n"
    [response] = cut(line, pieces=pieces)
    assert response_of(response) == Data("LIST", values=tuple(values))


@given(st.lists(VALUES, min_size=1, max_size=4))
def test_another_reader_reads_the_same(values) -> None:
    line = b" ".join(wire(v, literals=False) for v in values) + b"\r\n"
    [pieces] = cut(line)
    theirs = []
    for place in range(0, len(pieces), 2):  # theirs wants the text with its mark and the literal together
        literal = pieces[place + 1] if place + 1 < len(pieces) else None
        theirs.append(pieces[place] if literal is None else (pieces[place] + b"{%d}" % len(literal), literal))
    assert plain(values_of(pieces)) == plain(parse_response(theirs))


def plain(value: object) -> object:
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, int):
        return str(value).encode()
    return tuple(plain(v) for v in value) if isinstance(value, tuple | list) else value


@given(st.binary(max_size=300))
def test_whatever_arrives_is_read_or_refused(content) -> None:
    try:
        for pieces in cut(content + b"\r\n"):
            response_of(pieces)
    except BadResponse:
        pass


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20))
def test_names_of_boxes_are_those_of_another_writer(name) -> None:
    assert encoded_name(name) == other_encode(name)
    assert decoded_name(encoded_name(name)) == name == other_decode(other_encode(name))


def test_a_name_that_servers_send_in_utf_8_is_read() -> None:
    assert decoded_name("Envoyés".encode()) == "Envoyés"


@pytest.mark.parametrize(
    "content",
    [b"* FETCH {10001}\r\n", b"* 1 FETCH (" + b"x" * 11_000, b"* OK " + b"y" * 11_000 + b"\r\n"],
    ids=["literal", "line without end", "line"],
)
def test_what_is_too_large_is_refused_before_it_is_kept(content) -> None:
    with pytest.raises(BadResponse):
        cut(content)


@pytest.mark.parametrize(
    "line",
    [b"* (", b"* LIST )", b'* LIST "abc', b"* " + b"(" * 50 + b")" * 50, b"* BODY[HEADER", b"*", b"A1 FETCH", b"* 5"],
)
def test_what_is_no_response_is_refused(line) -> None:
    [pieces] = cut(line + b"\r\n")
    with pytest.raises(BadResponse):
        response_of(pieces)


def test_a_status_has_its_code_and_never_a_literal() -> None:
    [pieces, following] = cut(b"* OK [UIDVALIDITY 17] words {3}\r\nA1 NO [AUTHENTICATIONFAILED] non\r\n")
    assert response_of(pieces) == Status("*", "OK", "UIDVALIDITY", "17", "words {3}")
    assert response_of(following) == Status("A1", "NO", "AUTHENTICATIONFAILED", "", "non")


@pytest.mark.parametrize(("line", "text"), [(b"+ bm9u\r\n", b"bm9u"), (b"+ \r\n", b""), (b"+\r\n", b"")])
def test_a_continuation_is_told(line, text) -> None:
    assert response_of(cut(line)[0]) == Continuation(text)


def test_a_message_is_read_whatever_the_order_of_its_items() -> None:
    [pieces] = cut(
        b"* 3 FETCH (BODY[HEADER.FIELDS (MESSAGE-ID)] {5}\r\n(x)\r\n FLAGS (\\Seen $A) RFC822.SIZE 12 UID 41 "
        b'INTERNALDATE " 3-Feb-2026 04:05:06 +0100")\r\n'
    )
    data = response_of(pieces)
    assert isinstance(data, Data)
    found = fetched_of(data)
    assert found is not None
    assert (found.uid, found.size, found.flags, found.body) == (41, 12, {"\\Seen", "$A"}, b"(x)\r\n")
    assert found.received == datetime(2026, 2, 3, 3, 5, 6, tzinfo=UTC)


def test_a_change_of_flags_without_number_is_nobodys_message() -> None:
    data = response_of(cut(b"* 3 FETCH (FLAGS (\\Seen))\r\n")[0])
    assert isinstance(data, Data)
    assert fetched_of(data) is None


@given(st.sets(st.integers(1, 60), min_size=1))
def test_a_set_names_its_numbers_and_no_other(uids) -> None:
    named = set()
    for part in uid_set(uids).decode().split(","):
        low, _, high = part.partition(":")
        named |= set(range(int(low), int(high or low) + 1))
    assert named == uids


@pytest.mark.parametrize("uids", [[], [0], [-1, 5]])
def test_what_is_no_set_is_refused(uids) -> None:
    with pytest.raises(ValueError):
        uid_set(uids)


@pytest.mark.parametrize("flag", ["", "a b", "a\r\nA9 LOGOUT", "(x)", "\\"])
def test_a_flag_cannot_bring_a_command(flag) -> None:
    with pytest.raises(ValueError):
        flag_list([flag])


@pytest.mark.parametrize("raw", [b"a\r\nb", b"\0", "é".encode()])
def test_a_quoted_string_cannot_bring_a_command(raw) -> None:
    with pytest.raises(ValueError):
        quoted(raw)


def test_a_date_is_english_whatever_the_desk_speaks() -> None:
    assert date_time(datetime(2026, 8, 9, 1, 2, 3, tzinfo=UTC)) == b'"09-Aug-2026 01:02:03 +0000"'
