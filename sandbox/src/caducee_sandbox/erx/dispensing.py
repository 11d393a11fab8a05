"""The pharmacist's side: what may still be dispensed, and what is."""

from __future__ import annotations

import uuid
from typing import Any

from caducee_sandbox.erx.base import Base, Dispensation, Prescription
from caducee_sandbox.erx.clock import MovableClock
from caducee_sandbox.erx.refusals import Refused

ACTIONS = ("dispensed", "substituted", "changed", "not_dispensed")
MISSING = {"reason": "motif attendu", "product": "produit délivré attendu", "quantity": "quantité attendue"}
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
        return {
            "number": number,
            "valid_until": known.valid_until,
            "lines": lines,
            "dispensations": done,
            "seen": standing(done),
        }

    def dispense(self, number: str, lines: list[dict[str, Any]], *, seen: str = "") -> Dispensation:
        """Keep what was done with each line; a partial one (``partial``) leaves the delivery open.

        ``seen`` is what the pharmacist saw of earlier deliveries: a form that is sent twice dispenses once.

        Raises:
            Refused: nothing is left, another delivery meanwhile, an unknown line or action, a substitution that the
                prescriber excluded, a part without its quantity, a refusal without its reason.
        """
        known = self._live(number)
        done = self._base.dispensations(number)
        if seen and seen != standing(done):
            raise Refused("erx.meanwhile")
        left = remaining(known, done)
        if not any(left.values()):
            raise Refused("erx.exhausted")
        excluded = {one["line"] for one in known.content["lines"] if one.get("substitution")}
        made = [_line(one, left, excluded) for one in lines]
        if not made:
            raise Refused("erx.malformed", "aucune action choisie")
        if len({one["line"] for one in made}) != len(made):
            raise Refused("erx.malformed", "deux fois la même ligne")
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


def standing(done: list[Dispensation]) -> str:
    """Return what changes with each delivery and each cancellation."""
    return f"{len(done)}-{sum(one.cancelled for one in done)}"


def _line(asked: dict[str, Any], left: dict[str, int], excluded: set[str]) -> dict[str, Any]:
    name, action, partial = str(asked.get("line", "")), str(asked.get("action", "")), bool(asked.get("partial"))
    texts = {key: str(asked.get(key, "")).strip() for key in ("quantity", "product", "reason")}
    if name not in left or action not in ACTIONS:
        raise Refused("erx.malformed", "ligne ou action inconnue")
    if action == "substituted" and name in excluded:
        raise Refused("erx.substitution", line=name)
    needed = {"not_dispensed": "reason", "substituted": "product"}.get(action, "quantity" if partial else "")
    if needed and not texts[needed]:
        raise Refused("erx.malformed", MISSING[needed], line=name)
    if action != "not_dispensed" and left[name] < 1:
        raise Refused("erx.exhausted", line=name)
    return {"line": name, "action": action, "partial": partial, **texts}
