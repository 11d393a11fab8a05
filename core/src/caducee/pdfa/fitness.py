"""Whether the pages of a PDF can be kept as they are in a PDF/A-1b: its fonts, its colours, its transparency."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from caducee.pdfa.needs import need
from caducee.pdfa.walking import everything

FONT = "une police n'est pas incorporée"
TRANSPARENCY = "elles utilisent la transparence"
COLOUR = "elles utilisent des couleurs d'imprimerie (CMJN) ou non décrites"
FORM = "elles contiennent un formulaire ou des annotations"
LAYERS = "elles contiennent des calques"
IMAGE = "une image est d'un type que PDF/A-1 n'accepte pas"
_PLAIN_BLENDS = ("/Normal", "/Compatible")
_CMYK = frozenset({"k", "K"})
_SPACES = frozenset({"cs", "CS"})
_BITS = 8


def obstacles(pdf: Any) -> Iterator[str]:
    """Yield why the pages cannot be kept; nothing when they can."""
    if "/OCProperties" in pdf.Root:
        yield LAYERS
    if any(_unlike_a_link(annotation) for page in pdf.pages for annotation in page.get("/Annots", [])):
        yield FORM
    for one in everything(pdf):
        yield from _object(one)
    for page in pdf.pages:
        if _printing_colours(page):
            yield COLOUR


def _unlike_a_link(annotation: Any) -> bool:
    return bool(annotation.get("/Subtype") != "/Link")


def _object(one: Any) -> Iterator[str]:
    pikepdf = need("pikepdf")
    if not isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
        return
    kind, subtype = one.get("/Type"), one.get("/Subtype")
    if kind == "/Font":
        yield from _font(one, str(subtype))
    elif isinstance(one, pikepdf.Stream) and subtype == "/Image":
        yield from _image(pikepdf, one)
    elif isinstance(one, pikepdf.Stream) and "/PatternType" in one and _is_cmyk(one.get("/ColorSpace")):
        yield COLOUR
    if any(name in one for name in ("/CA", "/ca", "/BM", "/SMask", "/TR", "/TR2", "/HT")) and kind != "/Annot":
        yield from _state(one)


def _font(font: Any, subtype: str) -> Iterator[str]:
    """Type 0 fonts are judged by their descendants, which are objects of their own or inside them."""
    if subtype == "/Type0":
        for inner in font.get("/DescendantFonts", []):
            yield from _font(inner, str(inner.get("/Subtype")))
        return
    if subtype == "/Type3":
        return
    descriptor = font.get("/FontDescriptor")
    if descriptor is None or not any(name in descriptor for name in ("/FontFile", "/FontFile2", "/FontFile3")):
        yield FONT


def _image(pikepdf: Any, image: Any) -> Iterator[str]:
    if "/SMask" in image:
        yield TRANSPARENCY
    filters = image.get("/Filter", [])
    names = [filters] if isinstance(filters, pikepdf.Name) else list(filters)
    if "/JPXDecode" in names or image.get("/BitsPerComponent", _BITS) > _BITS:
        yield IMAGE
    if _is_cmyk(image.get("/ColorSpace")):
        yield COLOUR


def _state(state: Any) -> Iterator[str]:
    """What a graphics state says: opacity, blending, masks, transfer functions."""
    opaque = all(state.get(name, 1) == 1 for name in ("/CA", "/ca"))
    blend = state.get("/BM", _PLAIN_BLENDS[0])
    if not opaque or str(blend) not in _PLAIN_BLENDS or state.get("/SMask", "/None") != "/None":
        yield TRANSPARENCY
    if "/TR" in state or "/TR2" in state or "/HT" in state:
        yield COLOUR


def _printing_colours(page: Any) -> bool:
    """Say whether the commands of a page, or of what it draws, set a colour that an RGB intent does not describe."""
    pikepdf = need("pikepdf")
    for source in _commanded(page):
        try:
            for operands, operator in pikepdf.parse_content_stream(source):
                name = str(operator)
                if name in _CMYK or (name in _SPACES and operands and str(operands[0]) == "/DeviceCMYK"):
                    return True
        except pikepdf.PdfParsingError:
            return True
    spaces = page.obj.get("/Resources", {}).get("/ColorSpace", {})
    return any(_is_cmyk(space) for space in spaces.values()) if spaces else False


def _commanded(page: Any) -> Iterator[Any]:
    yield page
    seen: set[tuple[int, int]] = set()
    waiting = [page.obj.get("/Resources", {})]
    while waiting:
        forms = waiting.pop().get("/XObject", {})
        for form in forms.values() if forms else ():
            if form.get("/Subtype") == "/Form" and form.objgen not in seen:
                seen.add(form.objgen)
                yield form
                waiting.append(form.get("/Resources", {}))


def _is_cmyk(space: Any) -> bool:
    """Say whether a colour space is that of a press, or stands on one."""
    pikepdf = need("pikepdf")
    if space is None:
        return False
    if isinstance(space, pikepdf.Name):
        return bool(space == "/DeviceCMYK")
    if not isinstance(space, pikepdf.Array) or len(space) == 0:
        return False
    name = str(space[0])
    if name == "/ICCBased":
        return bool(space[1].get("/N", 3) == 4)
    if name in ("/Separation", "/DeviceN"):
        return _is_cmyk(space[2])
    return _is_cmyk(space[1]) if name == "/Indexed" else False
