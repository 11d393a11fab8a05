"""National identifiers of professionals and structures: shapes and check digits."""

from __future__ import annotations

import re

_PROFESSIONAL = re.compile(r"8\d{11}|0\d{9}", re.ASCII)
_STRUCTURE = re.compile(r"0\d{9,11}|1[0-9AB]{9}|2\d{9}|3\d{14}|4\d{14}", re.ASCII)
_RPPS_LENGTH = 11


def is_professional(identifier: str) -> bool:
    """Say whether this is a PS_IdNat: ``8`` and 11 digits of RPPS, or ``0`` and 9 digits of ADELI (ANS)."""
    return _PROFESSIONAL.fullmatch(identifier) is not None


def is_structure(identifier: str) -> bool:
    """Say whether this is a Struct_IdNat: a digit that names the register, then the number in it.

    ``1`` FINESS, ``2`` SIREN, ``3`` SIRET, ``4`` RPPS and rank, ``0`` ADELI and rank (its length is assumed).
    """
    return _STRUCTURE.fullmatch(identifier) is not None


def has_check_digit(identifier: str) -> bool:
    """Say whether the RPPS number in a PS_IdNat passes Luhn, over its 11 digits. ADELI numbers are not judged."""
    if not identifier.startswith("8"):
        return True
    digits = [int(character) for character in identifier[1:]]
    doubled = [digit if at % 2 == 0 else sum(divmod(digit * 2, 10)) for at, digit in enumerate(reversed(digits))]
    return len(digits) == _RPPS_LENGTH and sum(doubled) % 10 == 0
