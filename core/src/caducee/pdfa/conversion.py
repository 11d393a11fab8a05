"""``to_pdfa``: whatever the practice has, as PDF/A-1b."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from caducee.pdfa.document import finished
from caducee.pdfa.drawing import drawn
from caducee.pdfa.errors import FileEncrypted, FileTooLarge, FileUnreadable
from caducee.pdfa.fitness import obstacles
from caducee.pdfa.needs import need
from caducee.pdfa.pictures import POINTS, PagePicture, pages_of, picture
from caducee.pdfa.repair import repaired
from caducee.pdfa.result import How, PdfaFile

DPI = 200
MAX_BYTES = 10_000_000
_TRIES = ((1.0, 85), (1.0, 60), (0.75, 60), (0.6, 45))
_MAX_PAGES = 2000
_MAX_SIDE = 14400


def to_pdfa(content: bytes, *, title: str = "", dpi: int = DPI, max_bytes: int = MAX_BYTES) -> PdfaFile:
    """Return the file as PDF/A-1b, with the same pages, upright, and what was changed.

    A PDF that says it is PDF/A-1 comes back as it is. The text and drawings of another are kept when its fonts and
    colours allow; else its pages become pictures at ``dpi`` pixels per inch. JPEG, PNG and TIFF become pages. The same
    file gives the same bytes. A result larger than ``max_bytes`` is made again with less detail, and the notes say so.

    Raises:
        FileUnreadable: damaged, or of another kind.
        FileEncrypted: a PDF that asks for a password.
        FileTooLarge: too many pages or pixels, or more than ``max_bytes`` whatever the detail.
        CapabilityMissing: ``caducee[pdfa]`` is not installed.
    """
    if content[:1024].lstrip().startswith(b"%PDF-"):
        return _from_pdf(content, title=title, dpi=dpi, max_bytes=max_bytes)
    return _smaller(
        lambda detail, quality: pages_of(content, dpi=round(dpi * detail), quality=quality),
        title=title,
        how=How.IMAGE,
        notes=(),
        max_bytes=max_bytes,
        dpi=dpi,
    )


def _from_pdf(content: bytes, *, title: str, dpi: int, max_bytes: int) -> PdfaFile:
    pikepdf = need("pikepdf")
    try:
        pdf = pikepdf.open(io.BytesIO(content))
    except pikepdf.PasswordError:
        raise FileEncrypted("a password is asked") from None
    except pikepdf.PdfError:
        return _rasterized(content, title=title, dpi=dpi, max_bytes=max_bytes, why="le fichier est abîmé", pages=None)
    with pdf:
        pages = len(pdf.pages)
        if pages > _MAX_PAGES:
            raise FileTooLarge("too many pages")
        if pages == 0:
            raise FileUnreadable("no page")
        if _claims_pdfa(pdf) and not pdf.is_encrypted and len(content) <= max_bytes:
            return PdfaFile(content=content, pages=pages, how=How.UNCHANGED, notes=())
        why = next(obstacles(pdf), None)
        if why is None:
            notes = repaired(pdf)
            made = finished(pdf, title)
            if len(made) <= max_bytes:
                return PdfaFile(content=made, pages=pages, how=How.REPAIRED, notes=notes)
            why = "le fichier est trop volumineux"
    return _rasterized(content, title=title, dpi=dpi, max_bytes=max_bytes, why=why, pages=pages)


def _claims_pdfa(pdf: Any) -> bool:
    """Say whether the document says that it is PDF/A-1 and has what everybody sees of one."""
    metadata = pdf.Root.get("/Metadata")
    words = metadata.read_bytes() if metadata is not None else b""
    part = b"pdfaid:part>1<" in words or b'pdfaid:part="1"' in words
    return part and "/OutputIntents" in pdf.Root and next(obstacles(pdf), None) is None


def _rasterized(content: bytes, *, title: str, dpi: int, max_bytes: int, why: str, pages: int | None) -> PdfaFile:
    made = _smaller(
        lambda detail, quality: _rendered(content, dpi=round(dpi * detail), quality=quality),
        title=title,
        how=How.RASTERIZED,
        notes=(f"Les pages ont été converties en images ({dpi} points par pouce) : {why}.",),
        max_bytes=max_bytes,
        dpi=dpi,
    )
    if pages is not None and made.pages != pages:
        raise FileUnreadable("some pages cannot be drawn")
    return made


def _rendered(content: bytes, *, dpi: int, quality: int) -> Iterator[PagePicture]:
    """Yield the pages as they are seen: turned as they say, with their forms and annotations."""
    pypdfium2 = need("pypdfium2")
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError:
        raise FileUnreadable("no page can be drawn") from None
    try:
        document.init_forms()
        for page in document:
            width, height = page.get_size()
            if not 0 < max(width, height) <= _MAX_SIDE:
                raise FileTooLarge("a page larger than five metres")
            # A huge sheet is drawn with the pixels of an A3, not with its own.
            scale = min(dpi / POINTS, 6000 / max(width, height))
            image = page.render(scale=scale, may_draw_forms=True, draw_annots=True).to_pil().convert("RGB")
            page.close()
            yield picture(image, width=width, height=height, quality=quality)
    finally:
        document.close()


def _smaller(pages: Any, *, title: str, how: How, notes: tuple[str, ...], max_bytes: int, dpi: int) -> PdfaFile:
    """Make the file with as much detail as the limit allows."""
    for detail, quality in _TRIES:
        made, count = drawn(pages(detail, quality), title)
        if len(made) <= max_bytes:
            if detail < 1 or quality < _TRIES[0][1]:
                notes = (
                    *notes,
                    f"La finesse a été réduite ({round(dpi * detail)} points par pouce) : fichier trop lourd.",
                )
            return PdfaFile(content=made, pages=count, how=how, notes=notes)
    raise FileTooLarge(f"more than {max_bytes} bytes")
