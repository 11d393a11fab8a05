"""The pages of an image file, upright, on white, in colours of sRGB: what they show is what was photographed."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import Any

import msgspec

from caducee.pdfa.errors import FileTooLarge, FileUnreadable
from caducee.pdfa.needs import need

POINTS = 72
_FORMATS = ("JPEG", "PNG", "TIFF")
_A4 = (595.0, 842.0)
_MAX_PIXELS = 120_000_000
_MAX_PAGES = 2000
_MIN_DPI, _MAX_DPI = 50, 1200
_ORIENTATION, _SUBFILE, _REDUCED = 0x0112, 254, 1
_SIDEWAYS = 5


class Frame(msgspec.Struct, frozen=True):
    """An image without transparency (mode ``1``, ``L`` or ``RGB``), and the size of its page in points."""

    image: Any
    width: float
    height: float


def frames_of(content: bytes) -> Iterator[Frame]:
    """Yield the pages of an image file. Of a photograph or PNG that holds several images the first is the page.

    Raises:
        FileUnreadable: not an image that is known, or a damaged one.
        FileTooLarge: too many pixels or pages.
    """
    image_module = need("PIL.Image")
    bombs = image_module.DecompressionBombError, image_module.DecompressionBombWarning
    image_module.init()
    try:
        with image_module.open(io.BytesIO(content), formats=_FORMATS) as image:
            for number, frame in enumerate(_pages(image)):
                if frame.width * frame.height > _MAX_PIXELS or number >= _MAX_PAGES:
                    raise FileTooLarge("too many pixels or pages")
                yield _frame(frame)
    except bombs:
        raise FileTooLarge("too many pixels") from None
    except (OSError, ValueError, SyntaxError, EOFError, ArithmeticError, LookupError, TypeError, struct.error, Warning):
        raise FileUnreadable("not a whole image") from None


def _pages(image: Any) -> Iterator[Any]:
    """Only a TIFF has pages; what it says to be a smaller copy of another page is none."""
    if image.format != "TIFF":
        yield image
        return
    for frame in need("PIL.ImageSequence").Iterator(image):
        if not int(frame.tag_v2.get(_SUBFILE, 0)) & _REDUCED:
            yield frame


def _frame(frame: Any) -> Frame:
    orientation = frame.getexif().get(_ORIENTATION, 1)
    across, down = _resolution(frame)
    if isinstance(orientation, int) and orientation >= _SIDEWAYS:
        across, down = down, across
    upright = _flat(_in_srgb(need("PIL.ImageOps").exif_transpose(frame)))
    return Frame(upright, upright.width * POINTS / across, upright.height * POINTS / down)


def _resolution(frame: Any) -> tuple[float, float]:
    """Return the pixels per inch of both axes, which differ in a fax: those of the file, else what fills an A4."""
    try:
        across, down = (float(one) for one in frame.info.get("dpi", (0, 0)))
    except (TypeError, ValueError, ZeroDivisionError):
        across = down = 0
    if _MIN_DPI <= across <= _MAX_DPI and _MIN_DPI <= down <= _MAX_DPI:
        return across, down
    short, long = sorted((frame.width, frame.height))
    filling = max(short * POINTS / _A4[0], long * POINTS / _A4[1])
    return filling, filling


def _in_srgb(image: Any) -> Any:
    """Return the image with the colours that its own profile means; a profile that cannot be read means nothing."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in ("RGB", "CMYK"):
        return image
    cms = need("PIL.ImageCms")
    try:
        own = cms.ImageCmsProfile(io.BytesIO(profile))
        return cms.profileToProfile(image, own, cms.createProfile("sRGB"), outputMode="RGB")
    except (cms.PyCMSError, OSError, ValueError):
        return image


def _flat(image: Any) -> Any:
    """Return the image on white, in a mode that a page can hold."""
    if image.mode in ("1", "L", "RGB") and "transparency" not in image.info:
        return image
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value / 256).convert("L")
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        coloured = image.convert("RGBA")
        white = need("PIL.Image").new("RGB", image.size, "white")
        white.paste(coloured, mask=coloured.getchannel("A"))
        return white
    return image.convert("L" if image.mode == "F" else "RGB")
