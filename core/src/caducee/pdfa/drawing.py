"""A PDF of pictures, one a page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from caducee.pdfa.document import finished
from caducee.pdfa.needs import need
from caducee.pdfa.pictures import PagePicture

_SPACES = {"1": "/DeviceGray", "L": "/DeviceGray", "RGB": "/DeviceRGB"}


def drawn(pictures: Iterable[PagePicture], title: str) -> tuple[bytes, int]:
    """Return the file, and how many pages it has."""
    pikepdf = need("pikepdf")
    pdf = pikepdf.new()
    for picture in pictures:
        _add(pikepdf, pdf, picture)
    return finished(pdf, title), len(pdf.pages)


def _add(pikepdf: Any, pdf: Any, picture: PagePicture) -> None:
    image = pikepdf.Stream(pdf, b"")
    image.write(picture.data, filter=pikepdf.Name(f"/{picture.filter}"), decode_parms=_parameters(pikepdf, picture))
    image.Type, image.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    image.Width, image.Height = picture.columns, picture.rows
    image.ColorSpace = pikepdf.Name(_SPACES[picture.mode])
    image.BitsPerComponent = 1 if picture.mode == "1" else 8
    size = [0, 0, round(picture.width, 2), round(picture.height, 2)]
    commands = f"q {size[2]} 0 0 {size[3]} 0 0 cm /P Do Q".encode()
    page = pikepdf.Dictionary(
        Type=pikepdf.Name.Page,
        MediaBox=size,
        Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=pdf.make_indirect(image))),
        Contents=pdf.make_stream(commands),
    )
    pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))


def _parameters(pikepdf: Any, picture: PagePicture) -> Any:
    if picture.filter != "CCITTFaxDecode":
        return None
    return pikepdf.Dictionary(K=-1, Columns=picture.columns, Rows=picture.rows, BlackIs1=True)
