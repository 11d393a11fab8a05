"""The registration number of a person (NIR, NIA): shape and control key."""

from __future__ import annotations

import re

_MATRICULE = re.compile(r"\d{5}(?:\d{2}|2[AB])\d{6}\d{2}", re.ASCII)
_NUMBER = re.compile(r"\d{5}(?:\d{2}|2[AB])\d{6}", re.ASCII)
_CORSICA = {"2A": "19", "2B": "18"}


def control_key(number: str) -> str:
    """Return the two digits that follow the 13 characters of a number.

    The key is 97 less the rest of the number divided by 97; in Corsica 2A counts as 19 and 2B as 18 (INSEE).

    Raises:
        ValueError: not 13 characters of that shape.
    """
    if _NUMBER.fullmatch(number) is None:
        raise ValueError("not the 13 characters of a NIR")
    department = number[5:7]
    digits = number[:5] + _CORSICA.get(department, department) + number[7:]
    return f"{97 - int(digits) % 97:02}"


def is_matricule(text: str) -> bool:
    """Say whether ``text`` has 15 characters of the right shape, of which the last two are the right key."""
    return _MATRICULE.fullmatch(text) is not None and control_key(text[:13]) == text[13:]
