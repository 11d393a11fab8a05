"""Printing with typst: a page template, the words beside it as JSON, PDF/A-1b out."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any

import msgspec

from caducee.errors import CapabilityMissing, Finding
from caducee.model.environment import Environment
from caducee.paper.contract import Printed
from caducee.paper.letter import Letter
from caducee.paper.letter_view import LetterView, Zone, view
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
        words = _words(view(letter, environment))
        picture = self._compile(_typst(), words, format="png", ppi=PICTURE_RESOLUTION)
        return Printed(pdf=self._pdf(words), picture=picture)

    def print_prescription(self, letter: Letter, zones: tuple[Zone, ...], *, environment: Environment) -> bytes:
        """Print a prescription: the letter's head, patient and subject, then what is prescribed; PDF/A-1b.

        Raises:
            PaperInvalid: a value that cannot be printed.
            CapabilityMissing: typst is not installed (``caducee[paper]``).
        """
        return self._pdf(_words(view(letter, environment, zones)))

    def _pdf(self, words: str) -> bytes:
        return self._compile(_typst(), words, format="pdf", pdf_standards=["a-1b"])

    def _compile(self, typst: ModuleType, words: str, **how: Any) -> bytes:
        source = files("caducee.paper").joinpath("letter.typ").read_bytes()
        try:
            pages = typst.compile(source, sys_inputs={"letter": words}, ignore_system_fonts=True, **how)
        except typst.TypstError:
            page = Finding(field="letter", rule="paper.layout", message="La page ne peut pas être composée.")
            raise PaperInvalid((page,)) from None
        first: bytes = pages[0] if isinstance(pages, list) else pages
        return first


def _words(page: LetterView) -> str:
    if refused := findings(page):
        raise PaperInvalid(refused)
    return msgspec.json.encode(page).decode()


def _typst() -> ModuleType:
    try:
        import typst
    except ImportError:
        raise CapabilityMissing("typst is not installed: caducee[paper]") from None
    module: ModuleType = typst
    return module
