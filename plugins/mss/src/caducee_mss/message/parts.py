"""The parts of a message as bytes (RFC 2045, 2046): lines end with CRLF, none is longer than 76 but in a whole mail."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re

from caducee_mss.message.fields import parameter_field

_LINE_ENDS = re.compile(rb"\r\n|\r|\n")
_LONGEST = 998


def text_part(text: str, subtype: str = "plain") -> bytes:
    """Return a text in UTF-8 (MSSanté, ECO.2.2.3), quoted-printable."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").encode()
    body = binascii.b2a_qp(lines, istext=True, quotetabs=False).replace(b"\n", b"\r\n")
    head = parameter_field("Content-Type", f"text/{subtype}", (("charset", "utf-8"),))
    return head + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + body


def file_part(content: bytes, media_type: str, *, name: str, fallback: str) -> bytes:
    """Return a file, base 64.

    Its exact name is the ``filename`` of the disposition (RFC 2231); ``fallback``, in ASCII, is the ``name`` of the
    type, for readers that know no better: the same parameter twice is not well-formed.
    """
    head = parameter_field("Content-Type", media_type, (("name", fallback),))
    kept = parameter_field("Content-Disposition", "attachment", (("filename", name),))
    body = base64.encodebytes(content).replace(b"\n", b"\r\n")
    return head + b"Content-Transfer-Encoding: base64\r\n" + kept + b"\r\n" + body.removesuffix(b"\r\n")


def mail_part(mail: bytes) -> bytes:
    """Return a whole mail inside another.

    It may not be encoded (RFC 2046, 5.2.1): one with 8-bit octets is announced as such. One that no line protocol
    carries (a line beyond 998, a NUL) goes as a file instead.
    """
    whole = _LINE_ENDS.sub(b"\r\n", mail)
    if b"\0" in whole or max(map(len, whole.split(b"\r\n"))) > _LONGEST:
        return file_part(mail, "application/octet-stream", name="message.eml", fallback="message.eml")
    encoding = b"7bit" if whole.isascii() else b"8bit"
    return b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: " + encoding + b"\r\n\r\n" + whole


def multipart(subtype: str, parts: list[bytes], *, seed: str, parameters: tuple[tuple[str, str], ...] = ()) -> bytes:
    """Return parts in one. The boundary comes from ``seed``, and from nothing that a part holds."""
    boundary = _boundary(seed + subtype, parts)
    head = parameter_field("Content-Type", f"multipart/{subtype}", (*parameters, ("boundary", boundary)))
    if not all(part.isascii() for part in parts):
        head += b"Content-Transfer-Encoding: 8bit\r\n"
    line = b"\r\n--" + boundary.encode("ascii")
    inner = b"".join(line + b"\r\n" + part for part in parts)
    return head + b"\r\n" + inner.removeprefix(b"\r\n") + line + b"--\r\n"


def _boundary(seed: str, parts: list[bytes]) -> str:
    """``=_`` stands in no base 64 and in no quoted-printable; a mail inside may hold anything."""
    for turn in range(1000):
        made = f"=_{hashlib.sha256(f'{seed}{turn}'.encode()).hexdigest()[:32]}"
        if not any(made.encode("ascii") in part for part in parts):
            return made
    raise AssertionError("a boundary of 128 bits was found a thousand times")
