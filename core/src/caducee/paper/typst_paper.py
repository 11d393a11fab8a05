"""Letters and prescriptions on our page, with typst."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from caducee.model.environment import Environment
from caducee.paper.contract import Printed
from caducee.paper.letter import Letter
from caducee.paper.letter_view import LetterView, Zone, view
from caducee.paper.refusal import PaperInvalid, findings
from caducee.paper.typesetting import NotLaidOut, compiled, layout_finding, typeset

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
        return Printed(pdf=_print(page), picture=_print(page, format="png", ppi=PICTURE_RESOLUTION))

    def print_prescription(self, letter: Letter, zones: tuple[Zone, ...], *, environment: Environment) -> bytes:
        """Print a prescription: the letter's head, patient and subject, then what is prescribed; PDF/A-1b.

        Raises:
            PaperInvalid: a value that cannot be printed.
            CapabilityMissing: typst is not installed (``caducee[paper]``).
        """
        return _print(view(letter, environment, zones))


def _print(page: LetterView, **how: Any) -> bytes:
    if refused := findings(page):
        raise PaperInvalid(refused)
    source = files("caducee.paper").joinpath("letter.typ").read_bytes()
    try:
        return compiled(source, {"letter": page}, **how) if how else typeset(source, letter=page)
    except NotLaidOut:
        raise PaperInvalid((layout_finding("letter"),)) from None
