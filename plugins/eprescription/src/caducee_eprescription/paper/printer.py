"""Prescriptions on paper: our page or the vendor's."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from caducee.errors import Finding
from caducee.model.document import Document
from caducee.model.environment import Environment
from caducee.model.practice import Practitioner
from caducee.paper.typesetting import NotLaidOut, layout_finding, typeset
from caducee_eprescription.errors import PrescriptionInvalid
from caducee_eprescription.paper.view import Page, page, unprintables


class Paper:
    """Prints prescriptions: the same prescription gives the same bytes.

    ``template`` is the vendor's own typst page, in place of ours: it reads the same ``sys.inputs.page``
    (``docs/reference/eprescription.md``). Outside production, and wherever the number is simulated, it says SPÉCIMEN.
    ``letterhead`` is a JPEG that ``read_letterhead`` made; it stands above who prescribes.
    """

    def __init__(
        self, environment: Environment, *, simulated: bool, template: Path | None = None, letterhead: bytes = b""
    ) -> None:
        self._environment = environment
        self._simulated = simulated
        self._template = template
        self._letterhead = list(letterhead)

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
        try:
            return typeset(self._source(), page=words, letterhead=self._letterhead)
        except NotLaidOut:
            raise PrescriptionInvalid((layout_finding("paper"),)) from None

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
