from __future__ import annotations

import email
import email.policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caducee.errors import ProtocolViolation
from caducee.wire import mtom
from caducee.wire.mtom import Attachment, Package

identifiers = st.text("abcdefghijklmnopqrstuvwxyz0123456789.-_%+", min_size=1, max_size=20)
contents = st.one_of(
    st.binary(max_size=300), st.sampled_from([b"\r\n", b"\n", b"--", b"\r", b"", b"\r\n--b\r\n", b"a\r\n\r\n--"])
)


def attach(name: str, content: bytes) -> Attachment:
    return Attachment(content_id=name, content_type="text/xml", content=content)


@given(st.dictionaries(identifiers, contents, max_size=4), contents)
def test_what_is_written_is_read_back_to_the_byte(documents: dict[str, bytes], envelope: bytes) -> None:
    attachments = [attach(f"{name}@caducee", content) for name, content in documents.items()]
    content_type, chunks = mtom.write(envelope, attachments, action="urn:a")
    package = mtom.read(content_type, b"".join(chunks), service="dmp")
    assert package.root == envelope
    assert [package.resolve(item.href, service="dmp") for item in attachments] == list(documents.values())


def test_another_reader_finds_the_same_parts() -> None:
    content_type, chunks = mtom.write(b"<e/>", [attach("d@x", b"\xff\r\n--")], action="urn:a")
    message = email.message_from_bytes(
        f"Content-Type: {content_type}\r\n\r\n".encode() + b"".join(chunks), policy=email.policy.HTTP
    )
    root, document = message.iter_parts()
    assert (root["Content-ID"], root.get_payload(decode=True)) == ("<root@caducee>", b"<e/>")
    assert (document["Content-ID"], document.get_payload(decode=True)) == ("<d@x>", b"\xff\r\n--")


def test_the_attached_bytes_are_not_copied() -> None:
    content = bytes(1000)
    _, chunks = mtom.write(b"<e/>", [attach("d@x", content)], action="urn:a")
    assert any(chunk is content for chunk in chunks)


def test_a_boundary_never_occurs_in_what_is_sent() -> None:
    _, chunks = mtom.write(b"<e/>", [attach("d@x", b"--caducee-")], action="urn:a")
    delimiter = chunks[0].split(b"\r\n")[0]
    assert b"".join(chunks).count(delimiter) == 3


PLAIN = b"--b\r\nContent-ID: <r>\r\n\r\n<e/>\r\n--b\r\ncontent-id: <d>\r\n\r\ndata\r\n--b--\r\n"


@pytest.mark.parametrize(
    "content_type",
    [
        'multipart/related; boundary="b"; start="<r>"',
        "multipart/related; boundary=b; start=r",
        "Multipart/Related;BOUNDARY=b",
        'multipart/related; type="application/xop+xml"; boundary=b ; start-info="text/xml"',
    ],
)
def test_parameters_are_read_leniently(content_type: str) -> None:
    package = mtom.read(content_type, PLAIN, service="dmp")
    assert package == Package(root=b"<e/>", parts=(("d", b"data"),))


def test_line_feeds_alone_separate_lines_too() -> None:
    package = mtom.read("multipart/related; boundary=b", PLAIN.replace(b"\r\n", b"\n"), service="dmp")
    assert package.root == b"<e/>"


def test_a_preamble_and_a_longer_line_are_no_boundaries() -> None:
    body = b"hello\r\n--b\r\n\r\n<e/>\r\n--bb\r\n--b--"
    assert mtom.read("multipart/related; boundary=b", body, service="dmp").root == b"<e/>\r\n--bb"


def test_folded_headers_and_the_charset_of_the_root_are_read() -> None:
    body = b"--b\r\nContent-Type: text/xml;\r\n charset=Cp1252\r\nContent-ID:\r\n <r>\r\n\r\n<e/>\r\n--b--"
    package = mtom.read("multipart/related; boundary=b; start=r", body, service="dmp")
    assert package == Package(root=b"<e/>", charset="Cp1252")


def test_a_message_that_is_not_multipart_is_its_own_root() -> None:
    assert mtom.read("application/soap+xml", b"<e/>", service="dmp") == Package(root=b"<e/>")


@pytest.mark.parametrize("body", [b"", b"--b\r\n", PLAIN[:-8], b"<html/>"])
def test_a_cut_package_is_a_violation(body: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        mtom.read("multipart/related; boundary=b", body, service="dmp")


def test_a_package_without_boundary_is_a_violation() -> None:
    with pytest.raises(ProtocolViolation):
        mtom.read("multipart/related", PLAIN, service="dmp")


@pytest.mark.requirement("RFC2392-cid")
@pytest.mark.parametrize(
    ("href", "content_id"),
    [("cid:a%40b", "a@b"), ("cid:a@b", "a@b"), ("cid:a%25b", "a%25b"), ("cid:a%25b", "a%b"), ("cid:a@b", "a%40b")],
)
def test_a_reference_is_matched_as_written_then_unescaped(href: str, content_id: str) -> None:
    assert Package(root=b"", parts=((content_id, b"x"), ("other", b"y"))).resolve(href, service="dmp") == b"x"


@pytest.mark.parametrize("parts", [(), (("d", b"1"), ("d", b"2"))])
def test_no_part_or_several_is_a_violation_that_names_the_reference(parts: tuple[tuple[str, bytes], ...]) -> None:
    with pytest.raises(ProtocolViolation, match="named d"):
        Package(root=b"", parts=parts).resolve("cid:d", service="dmp")
