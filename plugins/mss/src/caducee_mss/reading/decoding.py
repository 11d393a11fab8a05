"""Bytes of a mail as text: character sets, encoded words, parameters (RFC 2047, 2231), as they are really written."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

# What says one thing and is another in practice, and what Python has under its own name. Nothing else is a charset:
# the registry of codecs holds compressors and worse.
_CHARSETS = {
    "us-ascii": "windows-1252",
    "ascii": "windows-1252",
    "latin1": "windows-1252",
    "latin-1": "windows-1252",
    "iso-8859-1": "windows-1252",
    "iso8859-1": "windows-1252",
    "utf8": "utf-8",
    "utf-8": "utf-8",
    "cp1252": "windows-1252",
    "utf-16": "utf-16",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "macintosh": "mac-roman",
    "koi8-r": "koi8-r",
}
_FAMILIES = re.compile(r"iso-8859-(?:[2-9]|1[0134-6])|windows-125[0-8]|ibm(?:437|850|858)")
_WORD = re.compile(r"=\?([^?\s*]{1,40})(?:\*[^?\s]{0,20})?\?([bBqQ])\?([^?]*)\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(?==\?)")
_PARAMETER = re.compile(r';\s*([^\s=;"]{1,60})\s*=\s*("(?:[^"\\]|\\.){0,4000}"|[^;]*)', re.DOTALL)
_LONGEST_FIELD = 65_536
_SECTION = re.compile(r"(.+?)(?:\*(\d{1,3}))?(\*)?")
_NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))


def decoded(content: bytes, charset: str = "") -> str:
    """Return a text: in the character set that it says, else in UTF-8, else in the one of Windows. Never fails."""
    said = charset.strip().strip("'\"").lower()
    known = _CHARSETS.get(said) or (said if _FAMILIES.fullmatch(said) else "")
    for one in (*(("utf-8",) if known in ("", "windows-1252") else ()), known, "utf-8", "windows-1252"):
        try:
            if one:
                return content.decode(one)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def base64_decoded(content: bytes) -> tuple[bytes, bool]:
    """Return what base 64 holds, and whether all of it is sound."""
    body, _, after = content.partition(b"=")
    packed = body.translate(None, _NOT_BASE64)
    strange = len(b"".join(body.split())) != len(packed) or bool(after.strip(b"= \t\r\n"))
    cut = len(packed) % 4 == 1
    packed = packed[: len(packed) - 1] if cut else packed
    missing = -len(packed) % 4
    sound = not strange and not cut and after.count(b"=") + (body != content) == missing
    return base64.b64decode(packed + b"=" * missing), sound


def words_decoded(text: str) -> str:
    """Return a field with its encoded words read; those of one character set that follow each other are joined."""
    if "=?" not in text:
        return text
    joined = _BETWEEN_WORDS.sub(r"\1", text)
    made: list[str] = []
    held, charset, end = b"", "", 0
    for found in _WORD.finditer(joined):
        if held and (found.start() > end or found[1].lower() != charset):
            made.append(decoded(held, charset))
            held = b""
        made.append(joined[end : found.start()])
        charset, end = found[1].lower(), found.end()
        held += _word(found[2], found[3])
    return "".join((*made, decoded(held, charset) if held else "", joined[end:]))


def parameters(value: str) -> dict[str, str]:
    """Return the parameters of a field; the form of RFC 2231 wins over the plain one, decoded once."""
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for found in _PARAMETER.finditer(value[:_LONGEST_FIELD]):
        section = _SECTION.fullmatch(found[1].lower())
        if section is not None:
            at = -1 if section[2] is None else int(section[2])
            pieces.setdefault(section[1], []).append((at, section[3] is not None, _unquoted(found[2])))
    return {name: _joined(parts) for name, parts in pieces.items()}


def _word(encoding: str, text: str) -> bytes:
    raw = text.encode("latin-1", "replace")
    if encoding in "bB":
        return base64_decoded(raw)[0]
    return binascii.a2b_qp(raw, header=True)


def _unquoted(value: str) -> str:
    written = value.strip()
    if len(written) > 1 and written[0] == written[-1] == '"':
        # A path of Windows is not escaped by who writes it: only what must be is read as an escape.
        return re.sub(r'\\(["\\])', r"\1", written[1:-1])
    return written.strip('"')


def _joined(parts: list[tuple[int, bool, str]]) -> str:
    whole = next((text for at, extended, text in parts if at < 0 and extended), None)
    if whole is not None:
        return _extended([(True, whole)])
    pieces = sorted({at: (extended, text) for at, extended, text in reversed(parts) if at >= 0}.items())
    if pieces and pieces[0][1][0]:
        return _extended([piece for _, piece in pieces])
    plain = "".join(text for _, (_, text) in pieces) if pieces else parts[0][2]
    return words_decoded(plain)


def _extended(pieces: list[tuple[bool, str]]) -> str:
    charset, _, rest = pieces[0][1].partition("'")
    _, quote, first = rest.partition("'")
    if not quote:
        charset, first = "", pieces[0][1]
    return decoded(b"".join(_octets([(True, first), *pieces[1:]])), charset)


def _octets(pieces: list[tuple[bool, str]]) -> Iterator[bytes]:
    for extended, text in pieces:
        raw = text.encode()
        yield unquote_to_bytes(raw) if extended else raw
