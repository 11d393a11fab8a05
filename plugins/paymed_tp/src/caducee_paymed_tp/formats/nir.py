"""The key of an insured's number (NIR): 97 less the remainder by 97, Corsica counted as 19 and 18."""

from __future__ import annotations

_DIGITS = 13
_CORSICA = {"2A": "19", "2B": "18"}


def key_of(nir: str) -> str | None:
    """Return the two digits of the key of a NIR of 13 characters; ``None`` when it is not one that has a key."""
    department = _CORSICA.get(nir[5:7].upper(), nir[5:7])
    number = nir[:5] + department + nir[7:]
    if len(number) != _DIGITS or not (number.isascii() and number.isdigit()):
        return None
    return f"{97 - int(number) % 97:02d}"
