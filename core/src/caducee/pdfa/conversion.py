"""``to_pdfa``: whatever the practice has, as PDF/A-1b."""

from __future__ import annotations

import io
from typing import Any

from caducee.pdfa.check import broken_rules
from caducee.pdfa.document import finished, title_of
from caducee.pdfa.envelope import from_header, has_end
from caducee.pdfa.errors import FileEncrypted, FileTooLarge, FileUnreadable
from caducee.pdfa.fitness import complete, obstacles
from caducee.pdfa.losses import losses
from caducee.pdfa.needs import malformed, need
from caducee.pdfa.pictures import pages_of
from caducee.pdfa.repair import repair
from caducee.pdfa.result import How, PdfaFile
from caducee.pdfa.rules import Rules
from caducee.pdfa.sheets import rendered
from caducee.pdfa.sizing import Wanted, within

DPI = 200
MAX_BYTES = 10_000_000
_MAX_PAGES = 2000
_CLAIM = b"pdfaid"


def to_pdfa(content: bytes, *, title: str = "", dpi: int = DPI, max_bytes: int = MAX_BYTES) -> PdfaFile:
    """Return the file as PDF/A-1b, with the same pages, upright, and what was changed.

    A PDF that says it is PDF/A-1, and in which ``check_pdfa`` finds nothing, comes back as it is. The text and drawings
    of another are kept when its fonts and colours allow; else its pages become pictures at ``dpi`` pixels per inch.
    JPEG, PNG and TIFF become pages. The same file gives the same bytes. A result larger than ``max_bytes`` is made
    again with less detail, and the notes say so. ``title`` is kept in what is made; without it, the title of the PDF.

    Raises:
        FileUnreadable: damaged so that pages may be missing, or of another kind.
        FileEncrypted: a PDF that asks for a password.
        FileTooLarge: too many pages or pixels, or more than ``max_bytes`` whatever the detail.
        FormNotDrawn: a dynamic form, without pages of its own.
        CapabilityMissing: ``caducee[pdfa]`` is not installed.
    """
    wanted = Wanted(title=title, dpi=dpi, max_bytes=max_bytes)
    pdf = from_header(content)
    if pdf is not None:
        return _from_pdf(pdf, wanted)
    return within(wanted, lambda detail: pages_of(content, detail), how=How.IMAGE, notes=())


def _from_pdf(content: bytes, wanted: Wanted) -> PdfaFile:
    pikepdf = need("pikepdf")
    if not has_end(content):
        raise FileUnreadable("the end of the file is missing")
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            return _from_open(pdf, content, wanted)
    except pikepdf.PasswordError:
        raise FileEncrypted("a password is asked") from None
    except malformed():
        raise FileUnreadable("not a whole PDF") from None


def _from_open(pdf: Any, content: bytes, wanted: Wanted) -> PdfaFile:
    warnings = [str(one) for one in pdf.get_warnings()]
    damaged = bool(warnings)
    if damaged:
        if any(map(_left_out, warnings)) or not complete(pdf, int(pdf.Root.Pages.get("/Count", 0))):
            raise FileUnreadable("some pages, or parts of them, are missing")
        content = _saved(pdf)
    pages = len(pdf.pages)
    if pages > _MAX_PAGES:
        raise FileTooLarge("too many pages")
    if pages == 0:
        raise FileUnreadable("no page")
    fits = not damaged and len(content) <= wanted.max_bytes
    if fits and _CLAIM in content and not broken_rules(content):
        return PdfaFile(content=content, pages=pages, how=How.UNCHANGED, notes=())
    wanted = wanted.titled(title_of(pdf))
    why = next(obstacles(pdf), None)
    notes = tuple(losses(pdf, rasterized=why is not None, damaged=damaged))
    if why is None:
        made, why = _repaired(pdf, wanted)
        if why is None and len(made) <= wanted.max_bytes:
            return PdfaFile(content=made, pages=pages, how=How.REPAIRED, notes=notes)
    return _rasterized(content, wanted, pages, why.value.why if why else "le fichier est trop volumineux", notes)


def _left_out(warning: str) -> bool:
    """Say whether a page was passed over when the file was read: its count was put right at the same time."""
    return "Pages tree" in warning and "ignoring" in warning


def _saved(pdf: Any) -> bytes:
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True, encryption=False)
    return out.getvalue()


def _repaired(pdf: Any, wanted: Wanted) -> tuple[bytes, Rules | None]:
    """Return the repaired file, and the first rule that it still breaks."""
    try:
        repair(pdf)
        made = finished(pdf, wanted.title)
    except malformed():
        return b"", Rules.UNREADABLE
    return made, next(iter(broken_rules(made)), None)


def _rasterized(content: bytes, wanted: Wanted, pages: int, why: str, notes: tuple[str, ...]) -> PdfaFile:
    said = f"Les pages ont été converties en images ({wanted.dpi} points par pouce) : {why}."
    made = within(wanted, lambda detail: rendered(content, detail), how=How.RASTERIZED, notes=(said, *notes))
    if made.pages != pages:
        raise FileUnreadable("some pages cannot be drawn")
    return made
