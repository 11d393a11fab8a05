"""Keeps the text and the drawings of a PDF and takes away what PDF/A-1 forbids."""

from __future__ import annotations

import struct
from typing import Any

from caducee.pdfa.colour import grey_profile, srgb_profile
from caducee.pdfa.needs import need
from caducee.pdfa.walking import everything

_PRINT = 4
_ALLOWED = ("/URI", "/GoTo")
_ICC_HEADER, _ICC_VERSION = 128, 2


def repaired(pdf: Any) -> tuple[str, ...]:
    """Change the document in place; return what a person should know of it."""
    pikepdf = need("pikepdf")
    notes = []
    if "/EmbeddedFiles" in pdf.Root.get("/Names", {}):
        notes.append("Les fichiers joints au PDF n'ont pas été conservés.")
    for page in pdf.pages:
        _without(page, "/AA", "/Group", "/Thumb", "/PieceInfo", "/Metadata")
        for annotation in page.get("/Annots", []):
            _link(annotation)
    for one in list(everything(pdf)):
        if isinstance(one, pikepdf.Stream):
            _stream(one)
            _profile(one)
        elif isinstance(one, pikepdf.Dictionary):
            _dictionary(pikepdf, pdf, one)
    return tuple(notes)


def _dictionary(pikepdf: Any, pdf: Any, one: Any) -> None:
    if one.get("/Type") == "/Font":
        _font(pikepdf, pdf, one)
    elif one.get("/Type") != "/Annot" and any(name in one for name in ("/ca", "/CA", "/BM")):
        _without(one, "/ca", "/CA", "/BM", "/SMask")


def _without(one: Any, *names: str) -> None:
    for name in names:
        if name in one:
            del one[name]


def _link(annotation: Any) -> None:
    annotation.F = _PRINT
    _without(annotation, "/CA", "/AA")
    if "/A" in annotation and annotation.A.get("/S") not in _ALLOWED:
        del annotation["/A"]


def _profile(stream: Any) -> None:
    """PDF 1.4 knows profiles of version 2 only: what later ones say of common colours, ours say too."""
    if stream.get("/N") not in (1, 3) or "/Subtype" in stream:
        return
    data = stream.read_bytes()
    if len(data) > _ICC_HEADER and data[36:40] == b"acsp" and data[8] > _ICC_VERSION:
        stream.write(srgb_profile() if stream.N == 3 else grey_profile())


def _stream(stream: Any) -> None:
    _without(stream, "/Interpolate", "/Alternates", "/OPI", "/Ref", "/PS", "/Metadata", "/PieceInfo")
    if stream.get("/Subtype") == "/Form":
        _without(stream, "/Group")
    _without(stream, "/F", "/FFilter", "/FDecodeParms")


def _font(pikepdf: Any, pdf: Any, font: Any) -> None:
    """A subset of a composite font lists the glyphs that it has (ISO 19005-1, 6.3.5)."""
    for inner in font.get("/DescendantFonts", []):
        descriptor = inner.get("/FontDescriptor")
        if descriptor is None or "/FontFile2" not in descriptor:
            continue
        count = glyphs(descriptor.FontFile2.read_bytes())
        if count:
            bits = bytes([0xFF] * (count // 8)) + (bytes([(0xFF00 >> (count % 8)) & 0xFF]) if count % 8 else b"")
            descriptor.CIDSet = pdf.make_indirect(pikepdf.Stream(pdf, bits))
        if "/CIDToGIDMap" not in inner:
            inner.CIDToGIDMap = pikepdf.Name.Identity


def glyphs(font: bytes) -> int:
    """Return how many glyphs a TrueType font has; 0 where it cannot be said."""
    try:
        (tables,) = struct.unpack_from(">H", font, 4)
        for at in range(tables):
            name, _, offset, _ = struct.unpack_from(">4sIII", font, 12 + 16 * at)
            if name == b"maxp":
                (count,) = struct.unpack_from(">H", font, offset + 4)
                return int(count)
    except struct.error:
        return 0
    return 0
