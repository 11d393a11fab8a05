"""The number of a person: 13 characters and a key modulo 97.

A number that was typed, or read from a card, is not an INS: only an answer of INSi makes one. What stands here
judges the shape and the key, nothing else.

Source: INSEE, structure of the NIR; Corsica with 2A and 2B replaced by 19 and 18 for the key.
"""

from __future__ import annotations

import re

from caducee.errors import Finding
from caducee.model.nir import control_key

NUMBER_LENGTH = 13
MATRICULE_LENGTH = 15

_SHAPE = re.compile(r"[1-478]\d{2}(0[1-9]|1[0-3]|[23]\d|4[0-2]|[5-9]\d)(\d{5}|2[AB]\d{3})\d{3}", re.ASCII)


def stored_form(typed: str) -> str:
    """Return the number as it is kept: without spaces, letter in upper case."""
    return re.sub(r"[\s\u00a0\u202f]", "", typed).upper()


def key_of(number: str) -> str:
    """Return the two digits of the key of a 13-character number; Corsican letters are kept in the number itself.

    Raises:
        ValueError: the number has not the shape of one.
    """
    if not _SHAPE.fullmatch(number):
        raise ValueError("not a 13-character number")
    return control_key(number)


def key_holds(matricule: str) -> bool:
    """Say whether the last two characters are the key of the first 13."""
    try:
        return key_of(matricule[:NUMBER_LENGTH]) == matricule[NUMBER_LENGTH:]
    except ValueError:
        return False


def check(typed: str, field: str = "nir") -> tuple[Finding, ...]:
    """Return what is wrong with a number of 13 characters, or of 15 with its key; empty when nothing is.

    A number without key is accepted as it is: no key is added.
    """
    number = stored_form(typed)
    if len(number) not in (NUMBER_LENGTH, MATRICULE_LENGTH) or not _SHAPE.fullmatch(number[:NUMBER_LENGTH]):
        return (_finding(field, "nir.shape", "Ce numéro n'a pas la forme d'un numéro de sécurité sociale."),)
    if len(number) == MATRICULE_LENGTH and not key_holds(number):
        return (_finding(field, "nir.key", "La clé ne correspond pas au numéro : vérifiez la saisie."),)
    return ()


def _finding(field: str, rule: str, message: str) -> Finding:
    return Finding(field=field, rule=rule, message=message, source="INSEE, NIR")
