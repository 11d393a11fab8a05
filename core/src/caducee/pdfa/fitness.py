"""Whether a PDF can be repaired at all: what a repair would take away although it is seen, or is already lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from caducee.pdfa.bounds import intact
from caducee.pdfa.errors import FormNotDrawn
from caducee.pdfa.needs import need
from caducee.pdfa.rules import Rules


def obstacles(pdf: Any) -> Iterator[Rules]:
    """Yield what is seen on the pages and that a repair would take away; nothing when all can be kept.

    Raises:
        FormNotDrawn: the pages are made by a program when they are shown, and cannot be drawn here.
    """
    form = pdf.Root.get("/AcroForm", {})
    if "/XFA" in form and (pdf.Root.get("/NeedsRendering", False) is True or len(form.get("/Fields", [])) == 0):
        raise FormNotDrawn("an XFA form without pages")
    if "/OCProperties" in pdf.Root:
        yield Rules.LAYERS
    if len(form.get("/Fields", [])) > 0:
        yield Rules.FORM
    if any(annotation.get("/Subtype") != "/Link" for annotation in annotations_of(pdf)):
        yield Rules.ANNOTATION


def annotations_of(pdf: Any) -> Iterator[Any]:
    """Yield the annotations of all pages."""
    for page in pdf.pages:
        yield from page.obj.get("/Annots", [])


def complete(pdf: Any, declared: int) -> bool:
    """Say whether a file that had to be put together again surely has all its pages, and all that they draw."""
    stream = need("pikepdf").Stream
    return (
        declared == len(pdf.pages)
        and all("/Contents" in page.obj for page in pdf.pages)
        and all(intact(one) for one in pdf.objects if isinstance(one, stream))
    )
