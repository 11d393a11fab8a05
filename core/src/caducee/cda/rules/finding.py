"""What a rule says."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Severity(StrEnum):
    """An error is refused by those who receive the document, or harms its reader; a warning is odd."""

    ERROR = "error"
    WARNING = "warning"


class RuleFinding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong in a document.

    ``rule`` is stable. ``line`` and ``xpath`` say where in the XML; ``field`` where in the model, when the document was
    made from one, or ``""``. ``message``, ``cause`` and ``remedy`` are in French, for the person at the desk, and hold
    nothing of the patient. ``source`` is the text and the part of it that the rule comes from.
    """

    rule: str
    severity: Severity
    line: int
    xpath: str
    field: str
    message: str
    cause: str
    remedy: str
    source: str
