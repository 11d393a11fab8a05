"""MTOM/XOP packages (W3C XOP 1.0, RFC 2387): written strictly, read leniently, in bytes only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from os import urandom
from typing import NamedTuple
from urllib.parse import quote, unquote

import msgspec

from caducee.errors import ProtocolViolation
from caducee.wire.media_type import media_type

_ROOT_ID = "root@caducee"
_TAIL = re.compile(rb"(--)?[ \t]*(\r?\n|\Z)")
_ROOT_TYPE = 'application/xop+xml; charset=UTF-8; type="application/soap+xml"'


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes that travel in a part of their own. ``content_id`` is written without its angle brackets."""

    content_id: str
    content_type: str
    content: bytes

    @property
    def href(self) -> str:
        """The ``xop:Include/@href`` of this part (RFC 2392: percent-escaped)."""
        return _href(self.content_id)


@lru_cache(maxsize=64)
def _href(content_id: str) -> str:
    return "cid:" + quote(content_id, safe="")


class _Mark(NamedTuple):
    """A boundary line: where it starts with the line end before it, where it ends, whether it is the last."""

    start: int
    end: int
    last: bool


class Package(msgspec.Struct, frozen=True, kw_only=True):
    """A message as read: its XML and the other parts, each by its Content-ID as written.

    ``charset`` is what the transport says of the XML, empty when it says nothing.
    """

    root: bytes
    parts: tuple[tuple[str, bytes], ...] = ()
    charset: str = ""

    def resolve(self, href: str, *, service: str) -> bytes:
        """Return the part that a ``cid:`` reference names: as written first, then unescaped (RFC 2392).

        Raises:
            ProtocolViolation: no part or several; the message names the reference.
        """
        wanted = href.removeprefix("cid:")
        for same in (_as_written, _unescaped, _both_unescaped):
            found = [content for content_id, content in self.parts if same(wanted, content_id)]
            if len(found) == 1:
                return found[0]
            if found:
                raise ProtocolViolation(service, f"several parts named {wanted}")
        raise ProtocolViolation(service, f"no part named {wanted}")


def write(envelope: bytes, attachments: Sequence[Attachment], *, action: str) -> tuple[str, list[bytes]]:
    """Return the Content-Type and the chunks of a package. The attached bytes are the very objects given."""
    # Made when the parts exist, from 128 random bits: no part can hold it.
    boundary = f"caducee-{urandom(16).hex()}"
    content_type = (
        f'multipart/related; boundary="{boundary}"; type="application/xop+xml"; start="<{_ROOT_ID}>"; '
        f'start-info="application/soap+xml"; action="{action}"'
    )
    chunks = [_head(boundary, _ROOT_TYPE, _ROOT_ID, first=True), envelope]
    for item in attachments:
        chunks += [_head(boundary, item.content_type, item.content_id), item.content]
    chunks.append(f"\r\n--{boundary}--\r\n".encode("ascii"))
    return content_type, chunks


def read(content_type: str, body: bytes, *, service: str) -> Package:
    """Read a package, or a plain message when the Content-Type is not multipart.

    The root part is the one that ``start`` names, otherwise the first. A missing ``start-info``, unquoted
    parameters, LF line ends and a Content-Id of ``null`` are accepted.

    Raises:
        ProtocolViolation: no boundary, no part, or the last boundary is missing (the message was cut).
    """
    kind, parameters = media_type(content_type)
    if not kind.startswith("multipart/"):
        return Package(root=body, charset=parameters.get("charset", ""))
    parts = _split(body, parameters.get("boundary", ""), service=service)
    start = parameters.get("start", "").strip("<> ")
    index = next((i for i, part in enumerate(parts) if start and part.content_id == start), 0)
    root = parts.pop(index)
    _, parameters = media_type(root.content_type)
    others = tuple((part.content_id, part.content) for part in parts)
    return Package(root=root.content, parts=others, charset=parameters.get("charset", ""))


def _as_written(href: str, content_id: str) -> bool:
    return href == content_id


def _unescaped(href: str, content_id: str) -> bool:
    return unquote(href) == content_id


def _both_unescaped(href: str, content_id: str) -> bool:
    return unquote(href) == unquote(content_id)


def _head(boundary: str, content_type: str, content_id: str, *, first: bool = False) -> bytes:
    lead = "" if first else "\r\n"
    return (
        f"{lead}--{boundary}\r\nContent-Type: {content_type}\r\n"
        f"Content-Transfer-Encoding: binary\r\nContent-ID: <{content_id}>\r\n\r\n"
    ).encode("ascii")


def _split(body: bytes, boundary: str, *, service: str) -> list[Attachment]:
    if not boundary:
        raise ProtocolViolation(service, "a multipart answer without boundary")
    marks = list(_marks(body, b"--" + boundary.encode("utf-8")))
    if len(marks) < 2 or not marks[-1].last:
        raise ProtocolViolation(service, "the multipart answer is cut short")
    return [_part(body[a.end : b.start]) for a, b in pairwise(marks) if not a.last]


def _marks(body: bytes, delimiter: bytes) -> Iterator[_Mark]:
    """Yield the boundary lines. The first one tells how lines end: a part keeps any other line end before the next."""
    line_end = b""
    at = body.find(delimiter)
    while at >= 0:
        tail = _TAIL.match(body, at + len(delimiter))
        if tail and (at == 0 or body.endswith(line_end or b"\n", 0, at)):
            line_end = line_end or tail.group(2) or b"\n"
            yield _Mark(max(at - len(line_end), 0), tail.end(), tail.group(1) is not None)
        at = body.find(delimiter, at + len(delimiter))


def _part(raw: bytes) -> Attachment:
    bare = re.match(rb"\r?\n", raw)
    if bare:
        return Attachment(content_id="", content_type="", content=raw[bare.end() :])
    separator = re.search(rb"\r?\n\r?\n", raw)
    head, content = (raw[: separator.start()], raw[separator.end() :]) if separator else (raw, b"")
    return Attachment(
        content_id=_header(head, b"content-id").strip("<> "),
        content_type=_header(head, b"content-type"),
        content=content,
    )


def _header(head: bytes, name: bytes) -> str:
    found = re.search(rb"(?im)^" + name + rb":([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)", head)
    return found.group(1).decode("utf-8", "replace").strip() if found else ""
