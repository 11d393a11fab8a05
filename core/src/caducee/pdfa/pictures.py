"""Pages that are pictures: from image files, from rendered pages."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from typing import Any

import msgspec

from caducee.pdfa.fax import group4
from caducee.pdfa.frames import POINTS, Frame, frames_of
from caducee.pdfa.needs import need

__all__ = ["POINTS", "Detail", "PagePicture", "pages_of", "picture"]

_GREY_SPREAD = 24


class Detail(msgspec.Struct, frozen=True, kw_only=True):
    """How fine pictures are: ``dpi`` in pixels per inch, ``quality`` of a JPEG from 1 to 95."""

    dpi: int
    quality: int


class PagePicture(msgspec.Struct, frozen=True, kw_only=True):
    """A page: its size in points, its picture as a PDF holds it (``mode`` is ``1``, ``L`` or ``RGB``)."""

    width: float
    height: float
    columns: int
    rows: int
    mode: str
    filter: str
    data: bytes


def pages_of(content: bytes, detail: Detail) -> Iterator[PagePicture]:
    """Yield the pages of an image file, upright, on white.

    Raises:
        FileUnreadable: not an image that is known, or a damaged one.
        FileTooLarge: too many pixels or pages.
    """
    for frame in frames_of(content):
        image = _fitted(frame, detail.dpi)
        yield picture(image, width=frame.width, height=frame.height, quality=detail.quality)


def picture(image: Any, *, width: float, height: float, quality: int) -> PagePicture:
    """Return a page that shows an image without transparency: by JPEG, or whole where that is no larger."""
    if image.mode == "RGB" and _is_grey(image):
        image = image.convert("L")
    whole = "FlateDecode", zlib.compress(image.tobytes(), 6)
    other = ("CCITTFaxDecode", group4(image)) if image.mode == "1" else ("DCTDecode", _jpeg(image, quality))
    kind, data = min(whole, other, key=lambda one: len(one[1]))
    return PagePicture(
        width=width, height=height, columns=image.width, rows=image.height, mode=image.mode, filter=kind, data=data
    )


def _jpeg(image: Any, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def _fitted(frame: Frame, dpi: int) -> Any:
    """Return the image with no more pixels than asked for. Black and white keeps its own: it would become grey."""
    image = frame.image
    columns, rows = (max(1, round(side * dpi / POINTS)) for side in (frame.width, frame.height))
    if image.mode == "1" or (columns >= image.width and rows >= image.height):
        return image
    return image.resize((min(columns, image.width), min(rows, image.height)))


def _is_grey(image: Any) -> bool:
    """Say whether no pixel has a colour that differs from grey: a small red mark on a page counts."""
    difference = need("PIL.ImageChops").difference
    red, green, blue = image.split()
    return all(difference(red, other).getextrema()[1] <= _GREY_SPREAD for other in (green, blue))
