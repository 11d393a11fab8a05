"""The pages of a PDF as they are seen: turned as they say, with their forms and annotations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from caducee.pdfa.errors import FileTooLarge, FileUnreadable
from caducee.pdfa.needs import need
from caducee.pdfa.pictures import POINTS, Detail, PagePicture, picture

_MAX_SIDE = 14400
_MAX_COLUMNS = 6000


def rendered(content: bytes, detail: Detail) -> Iterator[PagePicture]:
    """Yield the pages.

    Raises:
        FileUnreadable: a page cannot be drawn.
        FileTooLarge: a page larger than five metres.
    """
    pypdfium2 = need("pypdfium2")
    need("PIL.Image")
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError:
        raise FileUnreadable("no page can be drawn") from None
    try:
        document.init_forms()
        for number in range(len(document)):
            page = document[number]
            yield _sheet(page, detail)
            page.close()
    except pypdfium2.PdfiumError:
        raise FileUnreadable("a page cannot be drawn") from None
    finally:
        document.close()


def _sheet(page: Any, detail: Detail) -> PagePicture:
    width, height = page.get_size()
    if not 0 < max(width, height) <= _MAX_SIDE:
        raise FileTooLarge("a page larger than five metres")
    # A huge sheet is drawn with the pixels of an A3, not with its own.
    scale = min(detail.dpi / POINTS, _MAX_COLUMNS / max(width, height))
    image = page.render(scale=scale, may_draw_forms=True, draw_annots=True).to_pil().convert("RGB")
    return picture(image, width=width, height=height, quality=detail.quality)
