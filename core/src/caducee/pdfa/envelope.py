"""What the bytes of a PDF say before any object is read: where it begins, where it ends, how it is laid out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from caducee.pdfa.rules import Rules

_SEARCHED = 1024
_END = b"%%EOF"
_MODERN = re.compile(rb"/Type\s*/(?:ObjStm|XRef)\b")
_HEADER = re.compile(rb"%PDF-1\.[0-7]\s")


def from_header(content: bytes) -> bytes | None:
    """Return the file from its header on, which mail gateways sometimes precede; ``None`` where there is none."""
    at = content[:_SEARCHED].find(b"%PDF-")
    return content[at:] if at >= 0 else None


def has_end(content: bytes) -> bool:
    """Say whether the end of the file is there; what follows it may be filling."""
    return _END in content.rstrip(b"\0 \t\r\n\x1a")[-_SEARCHED:]


def layout_faults(content: bytes) -> Iterator[Rules]:
    """Yield what the layout of the file has that PDF/A-1 forbids."""
    if _HEADER.match(content) is None:
        yield Rules.HEADER
    if not content.rstrip(b"\r\n").endswith(_END):
        yield Rules.TRAILER
    if _MODERN.search(content):
        yield Rules.STRUCTURE
