"""The pharmacist's side: what may still be dispensed, and what is."""

from __future__ import annotations

import uuid
from typing import Any

from caducee_sandbox.erx.base import Base, Dispensation, Prescription
from caducee_sandbox.erx.clock import MovableClock
from caducee_sandbox.erx.refusals import Refused

ACTIONS = ("dispensed", "substituted", "changed", "not_dispensed")
PHARMACY = "Pharmacie de l'Exemple"


class Dispensing:
    """Dispenses what the base holds, line by line."""

    def __init__(self, base: Base, clock: MovableClock) -> None:
        self._base = base
        self._clock = clock

    def consult(self, number: str) -> dict[str, Any]:
        """Return the lines of a prescription with what is left of each.

        Raises:
            Refused: not there, cancelled, replaced, expired.
        """
        known = self._live(number)
        done = self._base.dispensations(number)
        left = remaining(known, done)
        lines = [{**line, "remaining": left[line["line"]]} for line in known.content["lines"]]
        return {"number": number, "valid_until": known.valid_until, "lines": lines, "dispensations": done}

    def dispense(self, number: str, lines: list[dict[str, Any]]) -> Dispensation:
        """Keep what was done with each line; a partial one (``partial``) leaves the delivery open.

        Raises:
            Refused: nothing is left, an unknown line or action, a refusal without its reason.
        """
        known = self._live(number)
        left = remaining(known, self._base.dispensations(number))
        if not any(left.values()):
            raise Refused("erx.exhausted")
        made = [_line(one, left) for one in lines]
        if not made or len({one["line"] for one in made}) != len(made):
            raise Refused("erx.malformed", "lignes")
        for one in made:
            used = one["action"] != "not_dispensed" and not one["partial"]
            one["remaining"] = left[one["line"]] - (1 if used else 0)
        dispensation = Dispensation(
            identifier=str(uuid.uuid4()),
            number=number,
            at=self._clock.now().isoformat(timespec="milliseconds"),
            pharmacy=PHARMACY,
            cancelled=False,
            lines=made,
        )
        self._base.add_dispensation(dispensation)
        return dispensation

    def cancel(self, identifier: str) -> Dispensation:
        """Take a dispensation back."""
        known = self._base.dispensation(identifier)
        self._base.cancel_dispensation(known.identifier)
        return self._base.dispensation(identifier)

    def _live(self, number: str) -> Prescription:
        known = self._base.get(number)
        if known.status == "expired":
            raise Refused("erx.expired")
        if known.status != "registered":
            raise Refused("erx.cancelled")
        return known


def remaining(known: Prescription, done: list[Dispensation]) -> dict[str, int]:
    """Return how many deliveries are left of each line: one, and one more for each renewal."""
    left = {line["line"]: 1 + int(line.get("renewals", 0)) for line in known.content["lines"]}
    for dispensation in done:
        for one in [] if dispensation.cancelled else dispensation.lines:
            if one["action"] != "not_dispensed" and not one.get("partial"):
                left[one["line"]] -= 1
    return left


def _line(asked: dict[str, Any], left: dict[str, int]) -> dict[str, Any]:
    name, action = str(asked.get("line", "")), str(asked.get("action", ""))
    if name not in left or action not in ACTIONS:
        raise Refused("erx.malformed", "ligne ou action inconnue")
    if action == "not_dispensed" and not asked.get("reason"):
        raise Refused("erx.malformed", "motif attendu")
    if action != "not_dispensed" and left[name] < 1:
        raise Refused("erx.exhausted", name)
    texts = {key: str(asked.get(key, "")) for key in ("quantity", "product", "reason")}
    return {"line": name, "action": action, "partial": bool(asked.get("partial")), **texts}
