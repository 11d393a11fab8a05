"""What every error has: a stable code, whether to call again, a French sentence and its remedy."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

import msgspec


class Retry(StrEnum):
    """Whether the same call may be made again."""

    NEVER = "never"
    LATER = "later"
    AFTER_HUMAN = "after_human"
    UNKNOWN = "unknown"


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong, and where.

    ``field`` is the path in the caller's own terms (``patient.traits.birth_date``), ``rule`` the stable code of
    the rule, ``source`` the text it comes from, ``message`` a French sentence for the person at the desk.
    """

    field: str
    rule: str
    message: str
    source: str = ""


class Explanation(msgspec.Struct, frozen=True):
    """What the person at the desk reads: a French sentence, and what to do."""

    sentence: str
    remedy: str


class CaduceeError(Exception):
    """Root of every error. ``code`` is stable; ``retry`` says whether calling again can help."""

    code: ClassVar[str] = "caducee"
    retry: ClassVar[Retry] = Retry.NEVER
    sentence: ClassVar[str] = "Une erreur est survenue."
    remedy: ClassVar[str] = "Transmettez le code de l'erreur à l'éditeur de votre logiciel."

    def explain(self) -> Explanation:
        """Return the French sentence and the remedy for the person at the desk."""
        return Explanation(self.sentence, self.remedy)


class WithFindings(CaduceeError):
    """An error that lists all that is wrong at once."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        super().__init__("; ".join(f"{f.field}: {f.rule}" for f in findings))

    def explain(self) -> Explanation:
        """Return the sentences of all findings."""
        lines = " ".join(f"{f.message} (champ {f.field})" for f in self.findings)
        return Explanation(f"{self.sentence} {lines}".strip(), self.remedy)
