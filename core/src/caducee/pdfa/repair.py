"""Keeps the text and the drawings of a PDF and takes away what PDF/A-1 forbids and nobody sees."""

from __future__ import annotations

from typing import Any

from caducee.pdfa.bounds import read
from caducee.pdfa.colour import grey_profile, srgb_profile
from caducee.pdfa.drawn import INTENTS
from caducee.pdfa.needs import need
from caducee.pdfa.objects import FORBIDDEN_ACTIONS
from caducee.pdfa.sfnt import glyphs
from caducee.pdfa.walking import everything

_PRINT = 4
_ALLOWED = ("/URI", "/GoTo")
_ICC_HEADER, _ICC_VERSION = 128, 2
_COMMON_PROFILES = {1: grey_profile, 3: srgb_profile}
_IDENTITY_TRANSFERS = ("/Identity", "/Default")


def repair(pdf: Any) -> None:
    """Change the document in place. What it cannot change stays, for the check that follows."""
    pikepdf = need("pikepdf")
    for page in pdf.pages:
        _without(page, "/AA", "/Group", "/Thumb", "/PieceInfo", "/Metadata")
        for annotation in page.get("/Annots", []):
            _link(annotation)
    for one in list(everything(pdf)):
        if isinstance(one, pikepdf.Stream):
            _stream(one)
            _profile(one)
        else:
            _dictionary(pikepdf, pdf, one)


def _without(one: Any, *names: str) -> None:
    for name in names:
        if name in one:
            del one[name]


def _dictionary(pikepdf: Any, pdf: Any, one: Any) -> None:
    _without(one, "/AA")
    if one.get("/Type") == "/Font":
        _font(pikepdf, pdf, one)
    action = one.get("/A")
    if isinstance(action, pikepdf.Dictionary) and str(action.get("/S")) in FORBIDDEN_ACTIONS:
        del one["/A"]
    if "/S" in one and one.get("/Type", "/Action") == "/Action":
        _without(one, "/Next")
    for name in ("/TR", "/TR2"):
        if str(one.get(name)) in _IDENTITY_TRANSFERS:
            del one[name]


def _link(annotation: Any) -> None:
    annotation.F = _PRINT
    _without(annotation, "/CA", "/AA", "/PA")
    if "/A" in annotation and annotation.A.get("/S") not in _ALLOWED:
        del annotation["/A"]


def _profile(stream: Any) -> None:
    """PDF 1.4 knows profiles of version 2 only: what later ones say of common colours, ours say too."""
    make = _COMMON_PROFILES.get(stream.get("/N"))
    if make is None or "/Subtype" in stream or "/Type" in stream:
        return
    data = read(stream)
    if len(data) > _ICC_HEADER and data[36:40] == b"acsp" and data[8] > _ICC_VERSION:
        stream.write(make())


def _stream(stream: Any) -> None:
    _without(stream, "/Interpolate", "/Alternates", "/OPI", "/Metadata", "/PieceInfo")
    if stream.get("/Subtype") == "/Form":
        # A group of opaque parts looks the same without being one; parts that are not opaque stay, and are found.
        _without(stream, "/Group")
    if str(stream.get("/Intent", "/Perceptual")) not in INTENTS:
        del stream["/Intent"]


def _font(pikepdf: Any, pdf: Any, font: Any) -> None:
    """A subset of a composite font lists the characters that it has (ISO 19005-1, 6.3.5)."""
    for inner in font.get("/DescendantFonts", []):
        descriptor = inner.get("/FontDescriptor")
        if descriptor is None or "/FontFile2" not in descriptor:
            continue
        if "/CIDToGIDMap" not in inner:
            inner.CIDToGIDMap = pikepdf.Name.Identity
        bits = _present(pikepdf, inner.CIDToGIDMap, glyphs(read(descriptor.FontFile2)))
        if bits:
            descriptor.CIDSet = pdf.make_indirect(pikepdf.Stream(pdf, bits))


def _present(pikepdf: Any, mapped: Any, count: int) -> bytes:
    """Return one bit a character: 1 where the font has its glyph. All of them, where characters are glyphs."""
    if not isinstance(mapped, pikepdf.Stream):
        return _bits([True] * count)
    glyph_of = read(mapped)
    return _bits(
        [at == 0 or 0 < int.from_bytes(glyph_of[2 * at : 2 * at + 2]) < count for at in range(len(glyph_of) // 2)]
    )


def _bits(flags: list[bool]) -> bytes:
    whole = flags + [False] * (-len(flags) % 8)
    return bytes(sum(1 << (7 - bit) for bit in range(8) if whole[at + bit]) for at in range(0, len(whole), 8))
