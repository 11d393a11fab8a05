"""Printing with typst: a page template, the words beside it as JSON, PDF/A-1b out."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any

import msgspec

from caducee.errors import CapabilityMissing, Finding
from caducee.model.environment import Environment
from caducee.paper.contract import Printed
from caducee.paper.letter import Letter
from caducee.paper.letter_view import view
from caducee.paper.refusal import PaperInvalid, findings

if TYPE_CHECKING:
    from types import ModuleType

PICTURE_RESOLUTION = 144.0


class TypstPaper:
    """``Paper`` with typst and the fonts it carries: no font of the machine is used, so all machines agree."""

    def print_letter(self, letter: Letter, *, environment: Environment) -> Printed:
        """Print a letter.

        Raises:
            PaperInvalid: a value that cannot be printed.
            CapabilityMissing: typst is not installed (``caducee[paper]``).
        """
        page = view(letter, environment)
        if refused := findings(page):
            raise PaperInvalid(refused)
        words = msgspec.json.encode(page).decode()
        typst = _typst()
        pdf = self._compile(typst, words, format="pdf", pdf_standards=["a-1b"])
        picture = self._compile(typst, words, format="png", ppi=PICTURE_RESOLUTION)
        return Printed(pdf=pdf, picture=picture)

    def _compile(self, typst: ModuleType, words: str, **how: Any) -> bytes:
        source = files("caducee.paper").joinpath("letter.typ").read_bytes()
        try:
            pages = typst.compile(source, sys_inputs={"letter": words}, ignore_system_fonts=True, **how)
        except typst.TypstError:
            page = Finding(field="letter", rule="paper.layout", message="La page ne peut pas être composée.")
            raise PaperInvalid((page,)) from None
        first: bytes = pages[0] if isinstance(pages, list) else pages
        return first


def _typst() -> ModuleType:
    try:
        import typst
    except ImportError:
        raise CapabilityMissing("typst is not installed: caducee[paper]") from None
    module: ModuleType = typst
    return module
