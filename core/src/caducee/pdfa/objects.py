"""What the objects of a PDF hold that PDF/A-1 forbids, wherever they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from caducee.pdfa.bounds import filters_of
from caducee.pdfa.drawn import INTENTS
from caducee.pdfa.limits import beyond
from caducee.pdfa.needs import need
from caducee.pdfa.rules import Rules
from caducee.pdfa.walking import everything

FORBIDDEN_ACTIONS = frozenset(
    {
        "/Launch",
        "/Sound",
        "/Movie",
        "/ResetForm",
        "/ImportData",
        "/JavaScript",
        "/SetState",
        "/NoOp",
        "/Hide",
        "/Rendition",
        "/GoTo3DView",
        "/SetOCGState",
        "/GoToE",
    }
)
_NAMED = frozenset({"/NextPage", "/PrevPage", "/FirstPage", "/LastPage"})
_MARKUP = frozenset({"/Highlight", "/Underline", "/Squiggly", "/StrikeOut", "/Stamp", "/Ink", "/FreeText", "/Text"})
_SUBTYPES = _MARKUP | {"/Link", "/Line", "/Square", "/Circle", "/Popup", "/Widget", "/PrinterMark", "/TrapNet"}
_COMPRESSIONS = frozenset(
    {
        "/ASCIIHexDecode",
        "/ASCII85Decode",
        "/RunLengthDecode",
        "/FlateDecode",
        "/CCITTFaxDecode",
        "/JBIG2Decode",
        "/DCTDecode",
    }
)
PLAIN_BLENDS = ("/Normal", "/Compatible")
_SHOWN, _PRINTED = 0b100011, 0b100  # invisible, hidden and no view are off; print is on
_DEPTHS = (1, 2, 4, 8)


def object_faults(pdf: Any) -> Iterator[Rules]:
    """Yield what is wrong with the objects of a file."""
    pikepdf = need("pikepdf")
    for one in everything(pdf):
        if beyond(one) or any(map(_part_beyond, (one.get(name) for name in one.keys()))):  # noqa: SIM118 - not iterable
            yield Rules.LIMITS
        yield from _dictionary(one)
        if isinstance(one, pikepdf.Stream):
            yield from _stream(one)
    for page in pdf.pages:
        yield from _annotations(page)


def _part_beyond(part: Any) -> bool:
    return beyond(part) or (isinstance(part, need("pikepdf").Array) and any(map(beyond, part)))


def _dictionary(one: Any) -> Iterator[Rules]:
    if "/AA" in one or "/JS" in one or str(one.get("/S")) in FORBIDDEN_ACTIONS:
        yield Rules.ACTION
    if one.get("/S") == "/Named" and str(one.get("/N")) not in _NAMED:
        yield Rules.ACTION
    if "/EF" in one or "/EmbeddedFiles" in one:
        yield Rules.ATTACHED
    if one.get("/S") == "/Transparency" or is_see_through(one):
        yield Rules.TRANSPARENCY
    if "/TR" in one or str(one.get("/TR2", "/Default")) != "/Default":
        yield Rules.STATE
    if one.get("/Type") == "/ExtGState" and str(one.get("/RI", "/Perceptual")) not in INTENTS:
        yield Rules.STATE


def is_see_through(state: Any) -> bool:
    """Say whether a graphics state, or an image, lets what lies beneath be seen."""
    if state.get("/Type") == "/Annot":
        return False
    opaque = all(state.get(name, 1) == 1 for name in ("/CA", "/ca"))
    mask = state.get("/SMask", "/None")
    return not opaque or str(state.get("/BM", PLAIN_BLENDS[0])) not in PLAIN_BLENDS or mask != "/None"


def _stream(stream: Any) -> Iterator[Rules]:
    if any(name in stream for name in ("/F", "/FFilter", "/FDecodeParms")):
        yield Rules.EXTERNAL
    names = filters_of(stream)
    if "/JPXDecode" in names:
        yield Rules.IMAGE
    elif not _COMPRESSIONS.issuperset(names):
        yield Rules.COMPRESSION
    if stream.get("/Subtype") == "/Image":
        yield from _image(stream)
    elif stream.get("/Subtype") == "/PS" or any(name in stream for name in ("/OPI", "/PS", "/Ref")):
        yield Rules.DRAWING


def _image(image: Any) -> Iterator[Rules]:
    foreign = "/Alternates" in image or "/OPI" in image or image.get("/Interpolate", False) is True
    if foreign or image.get("/BitsPerComponent", 1) not in _DEPTHS:
        yield Rules.IMAGE
    if str(image.get("/Intent", "/Perceptual")) not in INTENTS:
        yield Rules.STATE


def _annotations(page: Any) -> Iterator[Rules]:
    for annotation in page.obj.get("/Annots", []):
        flags = int(annotation.get("/F", 0))
        known = str(annotation.get("/Subtype")) in _SUBTYPES and annotation.get("/CA", 1) == 1
        if not known or flags & _SHOWN or not flags & _PRINTED:
            yield Rules.ANNOTATION
        if annotation.get("/Subtype") == "/Widget" and ("/A" in annotation or "/AA" in annotation):
            yield Rules.FORM
