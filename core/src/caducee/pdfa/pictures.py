"""Pages that are pictures: from image files, from rendered pages."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from typing import Any

import msgspec

from caducee.pdfa.errors import FileTooLarge, FileUnreadable
from caducee.pdfa.needs import need

POINTS = 72
_A4 = (595.0, 842.0)
_MAX_PIXELS = 120_000_000
_MAX_PAGES = 2000
_MIN_DPI, _MAX_DPI = 50, 1200
_GREY_SPREAD = 6


class PagePicture(msgspec.Struct, frozen=True, kw_only=True):
    """A page: its size in points, its picture as a PDF holds it (``mode`` is ``1``, ``L`` or ``RGB``)."""

    width: float
    height: float
    columns: int
    rows: int
    mode: str
    filter: str
    data: bytes


def pages_of(content: bytes, *, dpi: int, quality: int) -> Iterator[PagePicture]:
    """Yield the pages of an image file, upright, on white.

    Raises:
        FileUnreadable: not an image that is known, or a damaged one.
        FileTooLarge: too many pixels or pages.
    """
    image_module = need("PIL.Image")
    sequence = need("PIL.ImageSequence")
    operations = need("PIL.ImageOps")
    try:
        with image_module.open(io.BytesIO(content)) as image:
            for number, frame in enumerate(sequence.Iterator(image)):
                if frame.width * frame.height > _MAX_PIXELS or number >= _MAX_PAGES:
                    raise FileTooLarge("too many pixels or pages")
                upright = operations.exif_transpose(frame)
                yield _page(upright, _resolution(frame, upright), dpi=dpi, quality=quality)
    except image_module.DecompressionBombError:
        raise FileTooLarge("too many pixels") from None
    except (OSError, ValueError, SyntaxError, EOFError):
        raise FileUnreadable("not a whole image") from None


def picture(image: Any, *, width: float, height: float, quality: int) -> PagePicture:
    """Return a page that shows an image without transparency: by JPEG, or whole where that is no larger."""
    if image.mode == "1":
        # In a PDF a bit that is set is white, as in Pillow.
        return _whole(image, "1", width, height)
    if image.mode == "RGB" and _is_grey(image):
        image = image.convert("L")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    whole = _whole(image, image.mode, width, height)
    if len(whole.data) <= out.tell():
        return whole
    return PagePicture(
        width=width,
        height=height,
        columns=image.width,
        rows=image.height,
        mode=image.mode,
        filter="DCTDecode",
        data=out.getvalue(),
    )


def _page(image: Any, resolution: float, *, dpi: int, quality: int) -> PagePicture:
    width, height = image.width * POINTS / resolution, image.height * POINTS / resolution
    flat = _flat(image)
    if resolution > dpi and flat.mode != "1":
        flat = flat.resize((max(1, round(width * dpi / POINTS)), max(1, round(height * dpi / POINTS))))
    return picture(flat, width=width, height=height, quality=quality)


def _resolution(frame: Any, upright: Any) -> float:
    """Return the pixels per inch: what the file says, when that is likely; else what fills a sheet of A4."""
    said = frame.info.get("dpi", (0, 0))
    try:
        known = float(said[0])
    except (TypeError, ValueError, IndexError, ZeroDivisionError):
        known = 0
    if _MIN_DPI <= known <= _MAX_DPI:
        return known
    short, long = sorted((upright.width, upright.height))
    return float(max(short * POINTS / _A4[0], long * POINTS / _A4[1]))


def _flat(image: Any) -> Any:
    """Return the image on white, in a mode that a page can hold."""
    if image.mode in ("1", "L", "RGB") and "transparency" not in image.info:
        return image
    if image.mode.startswith(("I", "F")):
        return image.point(lambda value: value / 256).convert("L") if image.mode.startswith("I") else image.convert("L")
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        coloured = image.convert("RGBA")
        white = need("PIL.Image").new("RGB", image.size, "white")
        white.paste(coloured, mask=coloured.getchannel("A"))
        return white
    return image.convert("RGB")


def _is_grey(image: Any) -> bool:
    """Say whether the colours of a small copy hardly differ from grey."""
    difference = need("PIL.ImageChops").difference
    red, green, blue = image.resize((min(200, image.width), min(200, image.height))).split()
    return all(difference(red, other).getextrema()[1] <= _GREY_SPREAD for other in (green, blue))


def _whole(image: Any, mode: str, width: float, height: float) -> PagePicture:
    return PagePicture(
        width=width,
        height=height,
        columns=image.width,
        rows=image.height,
        mode=mode,
        filter="FlateDecode",
        data=zlib.compress(image.tobytes(), 6),
    )
