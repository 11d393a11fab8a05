"""What some servers do otherwise: prefixes, multipart answers, plain Content-IDs, other character sets."""

from __future__ import annotations

import re

from caducee_sandbox.http import Answer
from caducee_sandbox.mtom import write_package


def disguised(answer: Answer, quirks: frozenset[str], *, action: str, registry: bool) -> Answer:
    """Return an answer in the form that the quirks ask; what it says stays the same."""
    body, content_type = answer.body, answer.content_type
    multipart = content_type.startswith("multipart/")
    if "prefixes" in quirks:
        body = _renamed(_renamed(body, b"query", b"ns2"), b"rs", b"ns4")
    if "latin1" in quirks and not multipart:
        body = body.decode().replace("encoding='UTF-8'", "encoding='ISO-8859-1'").encode("latin-1", "xmlcharrefreplace")
        content_type = content_type.replace("charset=utf-8", "charset=ISO-8859-1")
    if "mtom_registry" in quirks and registry and not multipart:
        content_type, body = write_package(body, [], action=action)
    if "plain_content_id" in quirks and multipart:
        body = body.replace(b"%40sandbox", b"@sandbox")
    return Answer(status=answer.status, content_type=content_type, body=body)


def _renamed(body: bytes, old: bytes, new: bytes) -> bytes:
    body = re.sub(rb"(</?)" + old + rb":", rb"\1" + new + rb":", body)
    return body.replace(b"xmlns:" + old + b"=", b"xmlns:" + new + b"=")
