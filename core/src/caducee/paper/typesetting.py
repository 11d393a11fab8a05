"""A typst page and the words beside it, set as pages: the one place that knows typst."""

from __future__ import annotations

from typing import Any

import msgspec

from caducee.errors import CapabilityMissing, Finding


class NotLaidOut(Exception):
    """typst could not set the page. Its own text is dropped: it quotes the words of the document."""


def typeset(source: bytes, **words: object) -> bytes:
    """Return the page as PDF/A-1b. Each of ``words`` reaches it as JSON, in ``sys.inputs``.

    Only the fonts that typst carries are used, so all machines print alike.

    Raises:
        NotLaidOut: the page cannot be set.
        CapabilityMissing: typst is not installed (``caducee[paper]``).
    """
    return compiled(source, words, format="pdf", pdf_standards=["a-1b"])


def compiled(source: bytes, words: dict[str, object], **how: Any) -> bytes:
    """Return the page in another way that typst knows; of a picture, the first page."""
    try:
        import typst
    except ImportError:
        raise CapabilityMissing("typst is not installed: caducee[paper]") from None
    inputs = {name: msgspec.json.encode(value).decode() for name, value in words.items()}
    try:
        made = typst.compile(source, sys_inputs=inputs, ignore_system_fonts=True, **how)
    except typst.TypstError:
        raise NotLaidOut from None
    pages: list[bytes | None] = made if isinstance(made, list) else [made]
    first = pages[0]
    assert first is not None  # it is when typst writes a file
    return first


def layout_finding(field: str) -> Finding:
    """Say that what a field holds does not fit on pages."""
    return Finding(field=field, rule="paper.layout", message="La page ne peut pas être composée.")
