"""MTOM: multipart messages with XOP, read as bytes and written."""

from __future__ import annotations

import base64
import binascii
import re
from copy import deepcopy
from dataclasses import dataclass, field
from email.message import Message
from functools import lru_cache
from urllib.parse import unquote
from uuid import uuid4

from caducee_sandbox.namespaces import XOP
from caducee_sandbox.xml import Element, name

XOP_TYPE = "application/xop+xml"
SOAP_TYPE = "application/soap+xml"


class NotMtom(Exception):
    """The body is not a multipart message as MTOM wants it."""


@dataclass(frozen=True, kw_only=True)
class Package:
    """A multipart message: its root part, and the others by Content-ID (without brackets, percent-decoded)."""

    root: bytes = field(repr=False)
    parts: dict[str, bytes] = field(repr=False)
    action: str = ""


@dataclass(frozen=True)
class Attachment:
    """A document to send back in a part of its own."""

    content_id: str
    media_type: str
    content: bytes = field(repr=False)


def is_multipart(content_type: str) -> bool:
    """Say whether a content type announces a multipart message."""
    return content_type.strip().lower().startswith("multipart/")


def action_of(content_type: str) -> str:
    """Return the ``action`` parameter of a content type; empty when absent."""
    return _declared(content_type)[1].get("action", "")


def read_package(content_type: str, body: bytes) -> Package:
    """Read a multipart/related message.

    Raises:
        NotMtom: a parameter is missing, the closing boundary is absent, or a part is repeated or has no header.
    """
    kind, parameters = _declared(content_type)
    boundary = parameters.get("boundary", "")
    if kind != "multipart/related" or parameters.get("type") != XOP_TYPE or not boundary:
        raise NotMtom("multipart/related of type application/xop+xml with a boundary expected")
    parts = _split(body, boundary.encode("latin-1"))
    start = _content_id(parameters.get("start", "")) or next(iter(parts))
    if start not in parts:
        raise NotMtom("the start part is missing")
    root = parts.pop(start)
    return Package(root=root, parts=parts, action=parameters.get("action", ""))


@lru_cache(maxsize=16)
def _declared(content_type: str) -> tuple[str, dict[str, str]]:
    """Return the media type and its parameters, the first of each name; a request is asked for them several times."""
    message = Message()
    message["content-type"] = content_type
    parameters: dict[str, str] = {}
    for key, value in message.get_params([])[1:]:
        parameters.setdefault(key.lower(), str(value))
    return message.get_content_type(), parameters


def _split(body: bytes, boundary: bytes) -> dict[str, bytes]:
    pieces = _pieces(body, b"--" + boundary)
    if len(pieces) < 3 or not pieces[-1].startswith(b"--"):
        raise NotMtom("the closing boundary is missing")
    parts: dict[str, bytes] = {}
    for piece in pieces[1:-1]:
        head, separator, content = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        found = re.search(rb"(?im)^content-id:\s*(<[^>]+>)\s*$", head)
        if not separator or found is None:
            raise NotMtom("a part has no Content-ID")
        key = _content_id(found.group(1).decode("latin-1"))
        if key in parts:
            raise NotMtom("two parts have the same Content-ID")
        parts[key] = content
    return parts


def _pieces(body: bytes, delimiter: bytes) -> list[bytes]:
    """Cut at each line that begins with the delimiter and goes on with its end or with ``--``."""
    pieces, begun, at = [], 0, body.find(delimiter)
    while at >= 0:
        after = at + len(delimiter)
        opens = at == 0 or (at - 2 >= begun and body.startswith(b"\r\n", at - 2))
        if opens and body.startswith((b"\r\n", b"--"), after):
            pieces.append(body[begun : max(at - 2, 0)])
            begun = after
            at = body.find(delimiter, after)
        else:
            at = body.find(delimiter, at + 1)
    return [*pieces, body[begun:]]


def _content_id(value: str) -> str:
    return unquote(value.strip().removeprefix("<").removesuffix(">"))


def attached(element: Element, package: Package) -> bytes | None:
    """Return the bytes of an element that includes a part, or holds base64; None when there are none."""
    include = element.find(name(XOP, "Include"))
    if include is None:
        return _decoded(element.text or "")
    href = include.get("href") or ""
    return package.parts.get(unquote(href.removeprefix("cid:"))) if href.startswith("cid:") else None


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except binascii.Error:
        return None


def inlined(root: Element, package: Package) -> Element:
    """Copy a message with each included part as base64, as the schemas want it."""
    copy = deepcopy(root)
    for include in list(copy.iter(name(XOP, "Include"))):
        parent = include.getparent()
        if parent is None:
            continue
        content = attached(parent, package)
        parent.remove(include)
        parent.text = base64.b64encode(content or b"").decode()
    return copy


def write_package(envelope: bytes, attachments: list[Attachment], *, action: str) -> tuple[str, bytes]:
    """Return the content type and the body of a multipart answer."""
    boundary = f"part-{uuid4()}"
    root = f'{XOP_TYPE}; charset=UTF-8; type="{SOAP_TYPE}"'
    pieces = [Attachment("root@sandbox", root, envelope), *attachments]
    body = b"".join(_part(boundary, piece) for piece in pieces) + f"--{boundary}--\r\n".encode()
    content_type = (
        f'multipart/related; type="{XOP_TYPE}"; start="<root@sandbox>"; start-info="{SOAP_TYPE}"; '
        f'action="{action}"; boundary="{boundary}"'
    )
    return content_type, body


def _part(boundary: str, part: Attachment) -> bytes:
    head = (
        f"--{boundary}\r\nContent-Type: {part.media_type}\r\nContent-Transfer-Encoding: binary\r\n"
        f"Content-ID: <{part.content_id}>\r\n\r\n"
    )
    return head.encode() + part.content + b"\r\n"
