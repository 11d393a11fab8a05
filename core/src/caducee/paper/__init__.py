"""Documents on paper: a letter as PDF/A-1b and its picture, behind the ``Paper`` protocol."""

from __future__ import annotations

from caducee.paper.contract import Paper, Printed
from caducee.paper.letter import Letter
from caducee.paper.refusal import PaperInvalid
from caducee.paper.typst_paper import TypstPaper

__all__ = ["Letter", "Paper", "PaperInvalid", "Printed", "TypstPaper"]
