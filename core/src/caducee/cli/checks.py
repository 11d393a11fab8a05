"""What the doctor says of one thing."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from caducee.errors import CaduceeError


class Level(StrEnum):
    """How a check went. ``ATTENTION`` waits for a person; ``BROKEN`` makes the command fail."""

    OK = "ok"
    ATTENTION = "attention"
    BROKEN = "broken"


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One thing looked at: a French sentence, and what to do unless it is well."""

    name: str
    level: Level
    sentence: str
    remedy: str = ""
    code: str = ""


def failed(name: str, error: CaduceeError, level: Level) -> Check:
    """Return the check that this error makes."""
    explanation = error.explain()
    return Check(name=name, level=level, sentence=explanation.sentence, remedy=explanation.remedy, code=error.code)
