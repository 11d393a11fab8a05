"""What a PDF says of itself: that it is PDF/A-1, its title and dates, what its colours mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from caducee.pdfa.bounds import filters_of, read
from caducee.pdfa.errors import FileUnreadable
from caducee.pdfa.rules import Rules
from caducee.pdfa.spaces import DESCRIBED, sound_profile

_SAME = {
    "/Title": "dc:title",
    "/Author": "dc:creator",
    "/Subject": "dc:description",
    "/Keywords": "pdf:Keywords",
    "/Creator": "xmp:CreatorTool",
    "/Producer": "pdf:Producer",
}
_SAME_DATES = {"/CreationDate": "xmp:CreateDate", "/ModDate": "xmp:ModifyDate"}
_CLAIMS = ("1A", "1B")
_MAX_METADATA = 4_000_000


def catalog_faults(pdf: Any) -> Iterator[Rules]:
    """Yield what is wrong with what the file says of itself."""
    if pdf.is_encrypted:
        yield Rules.ENCRYPTED
    if "/ID" not in pdf.trailer:
        yield Rules.TRAILER
    if "/OCProperties" in pdf.Root:
        yield Rules.LAYERS
    form = pdf.Root.get("/AcroForm", {})
    if form.get("/NeedAppearances", False) is True or "/XFA" in form:
        yield Rules.FORM
    yield from _metadata(pdf)


def described_devices(pdf: Any) -> tuple[frozenset[str], bool]:
    """Return the devices whose colours the output intent describes, and whether its profile is sound."""
    for intent in pdf.Root.get("/OutputIntents", []):
        profile = intent.get("/DestOutputProfile")
        if intent.get("/S") == "/GTS_PDFA1" and profile is not None:
            return DESCRIBED.get(int(profile.get("/N", 0)), frozenset()), sound_profile(profile)
    return frozenset(), True


def _metadata(pdf: Any) -> Iterator[Rules]:
    stream = pdf.Root.get("/Metadata")
    if stream is None:
        yield Rules.CLAIM
        return
    if filters_of(stream):
        yield Rules.METADATA
    try:
        read(stream, _MAX_METADATA)
        said = pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False, strict=True)
        if said.pdfa_status not in _CLAIMS:
            yield Rules.CLAIM
        if not _agree(pdf.trailer.get("/Info", {}), said):
            yield Rules.METADATA
    except (FileUnreadable, ValueError, KeyError, SyntaxError):
        yield Rules.METADATA


def _agree(info: Any, said: Any) -> bool:
    """Say whether the two places that name the title, the author and the dates say the same (6.7.3)."""
    texts = all(_text(said.get(there)) == str(info[here]) for here, there in _SAME.items() if here in info)
    return texts and all(
        _digits(said.get(there)) == _digits(str(info[here])) for here, there in _SAME_DATES.items() if here in info
    )


def _text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple | set) else str(value or "")


def _digits(date: Any) -> str:
    return re.sub(r"\D", "", str(date or ""))[:14]
