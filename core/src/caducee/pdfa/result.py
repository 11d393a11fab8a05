"""What became of a file."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class How(StrEnum):
    """How the file was made.

    ``UNCHANGED``: it was PDF/A-1 already. ``REPAIRED``: its text and drawings were kept. ``RASTERIZED``: its pages
    became pictures. ``IMAGE``: it was made of pictures.
    """

    UNCHANGED = "unchanged"
    REPAIRED = "repaired"
    RASTERIZED = "rasterized"
    IMAGE = "image"


class PdfaFile(msgspec.Struct, frozen=True, kw_only=True):
    """A PDF/A-1b file with as many pages as the file it was made of. ``notes`` say in French what was changed."""

    content: bytes
    pages: int
    how: How
    notes: tuple[str, ...]
