"""Names of mailboxes on the wire: modified UTF-7 (RFC 3501, 5.1.3) and quoted strings. No I/O."""

from __future__ import annotations

import base64
import re

_ENCODED = re.compile(r"&([A-Za-z0-9+,]*)-")
_OTHER = re.compile(r"[^\x20-\x7e]+|&")


def encoded_name(name: str) -> bytes:
    """Return a name as the wire has it: ``Envoyés`` is ``Envoy&AOk-s``."""
    return _OTHER.sub(_shift, name).encode("ascii")


def decoded_name(raw: bytes) -> str:
    """Return the name; one that is no modified UTF-7 is taken as UTF-8, as many servers send it."""
    try:
        return _ENCODED.sub(_unshift, raw.decode("ascii"))
    except ValueError:
        return raw.decode("utf-8", errors="replace")


def quoted(raw: bytes) -> bytes:
    """Return a quoted string.

    Raises:
        ValueError: it holds a line end or a byte that a quoted string cannot carry.
    """
    if not raw.isascii() or any(byte in raw for byte in b"\r\n\0"):
        raise ValueError("not a quoted string")
    return b'"' + raw.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def _shift(found: re.Match[str]) -> str:
    if found[0] == "&":
        return "&-"
    packed = base64.b64encode(found[0].encode("utf-16-be")).rstrip(b"=").replace(b"/", b",")
    return f"&{packed.decode()}-"


def _unshift(found: re.Match[str]) -> str:
    packed = found[1].replace(",", "/")
    if not packed:
        return "&"
    return base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True).decode("utf-16-be")
