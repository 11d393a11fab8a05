"""What the base checks of a prescription that is deposited."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from caducee_sandbox.erx.refusals import Refused
from caducee_sandbox.people import BY_INS, TEST_OID

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
NEEDED = ("number", "kind", "written", "valid_until", "prescriber", "structure", "lines")
CIS, CIP, LPP = "1.2.250.1.213.2.3.1", "1.2.250.1.213.2.3.2", "1.2.250.1.215.200.2.1"
FIGURES = {CIS: 8, CIP: 13, LPP: 7}
UNKNOWN_PRODUCTS = ("60000000", "6000000")


def read(body: bytes) -> dict[str, Any]:
    """Return a deposited prescription, checked in itself.

    Raises:
        Refused: malformed, a wrong number, an identity or a product that the base does not know.
    """
    try:
        content = json.loads(body)
    except ValueError:
        raise Refused("erx.malformed", "JSON attendu") from None
    if not isinstance(content, dict):
        raise Refused("erx.malformed", "objet attendu")
    missing = [name for name in NEEDED if not content.get(name)]
    if missing:
        raise Refused("erx.malformed", f"manque : {', '.join(missing)}")
    if not number_holds(str(content["number"])):
        raise Refused("erx.number")
    _check_patient(content)
    _check_lines(content["lines"])
    _check_day(str(content["valid_until"]))
    return content


def number_holds(number: str) -> bool:
    """Say whether a simulated number is well made: 18 characters of base 32, prefix 99, remainder by 1021."""
    if len(number) != 18 or not number.startswith("99") or any(c not in ALPHABET for c in number):
        return False
    value = 0
    for character in number[:16]:
        value = (value * 32 + ALPHABET.index(character)) % 1021
    return ALPHABET[value // 32] + ALPHABET[value % 32] == number[16:]


def _check_patient(content: dict[str, Any]) -> None:
    if not content.get("patient"):
        raise Refused("erx.ins_not_qualified")
    if content.get("oid") != TEST_OID or content["patient"] not in BY_INS:
        raise Refused("erx.ins_unknown")


def _check_lines(lines: Any) -> None:
    if not isinstance(lines, list) or not all(isinstance(one, dict) and one.get("label") for one in lines):
        raise Refused("erx.malformed", "lignes")
    if len({one.get("line") for one in lines}) != len(lines):
        raise Refused("erx.malformed", "deux lignes de même nom")
    for one in lines:
        code, figures = str(one.get("code", "")), FIGURES.get(str(one.get("system", "")))
        if figures and (not code.isdecimal() or len(code) != figures or code in UNKNOWN_PRODUCTS):
            raise Refused("erx.unknown_product", str(one.get("line", "")))


def _check_day(day: str) -> None:
    try:
        date.fromisoformat(day)
    except ValueError:
        raise Refused("erx.malformed", "valid_until") from None
