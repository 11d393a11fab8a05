"""Printing with typst: the page template, the words beside it as JSON, PDF/A-1b out."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from caducee.errors import CapabilityMissing, Finding
from caducee.model.document import Document
from caducee.model.environment import Environment
from caducee.model.practice import Practitioner
from caducee_eprescription.errors import PrescriptionInvalid
from caducee_eprescription.paper.view import Page, page, unprintables

if TYPE_CHECKING:
    from types import ModuleType


class Paper:
    """Prints prescriptions: the same prescription gives the same bytes.

    ``template`` is the vendor's own typst page, in place of ours: it reads the same ``sys.inputs.page``
    (``docs/reference/eprescription.md``). Outside production, and wherever the number is simulated, it says SPÉCIMEN.
    """

    def __init__(self, environment: Environment, *, simulated: bool, template: Path | None = None) -> None:
        self._environment = environment
        self._simulated = simulated
        self._template = template

    def check(self, document: Document, author: Practitioner) -> tuple[Finding, ...]:
        """Return what cannot be printed; prints nothing."""
        return unprintables(self._page(document, author, number="", duplicate=False))

    def print(self, document: Document, author: Practitioner, *, number: str = "", duplicate: bool = False) -> bytes:
        """Print it as PDF/A-1b. ``duplicate`` is the second copy that the patient is given.

        Raises:
            PrescriptionInvalid: a value that cannot be printed, or a page that cannot be laid out.
            CapabilityMissing: typst is not installed (``caducee[paper]``).
        """
        words = self._page(document, author, number=number, duplicate=duplicate)
        if refused := unprintables(words):
            raise PrescriptionInvalid(refused)
        typst = _typst()
        inputs = {"page": msgspec.json.encode(words).decode()}
        try:
            made = typst.compile(self._source(), sys_inputs=inputs, ignore_system_fonts=True, pdf_standards=["a-1b"])
        except typst.TypstError:
            finding = Finding(field="paper", rule="paper.layout", message="La page ne peut pas être composée.")
            raise PrescriptionInvalid((finding,)) from None
        pdf: bytes = made[0] if isinstance(made, list) else made
        return pdf

    def _page(self, document: Document, author: Practitioner, *, number: str, duplicate: bool) -> Page:
        return page(
            document,
            author,
            environment=self._environment,
            number=number,
            simulated=self._simulated,
            duplicate=duplicate,
        )

    def _source(self) -> bytes:
        if self._template is not None:
            return self._template.read_bytes()
        return files("caducee_eprescription.paper").joinpath("prescription.typ").read_bytes()


def _typst() -> ModuleType:
    try:
        import typst
    except ImportError:
        raise CapabilityMissing("typst is not installed: caducee[paper]") from None
    module: ModuleType = typst
    return module
