"""Movements without a telling label, whose payer is known: only when nothing else can explain them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from typing import Generic, TypeVar

from caducee_paymed_tp.model.money import MatchKind
from caducee_paymed_tp.reconciliation.labels import contradicts
from caducee_paymed_tp.reconciliation.pieces import (
    BY_PAYER,
    NOT_SURE,
    OTHERS_NOT_EXCLUDED,
    SAME_AMOUNT,
    SUM,
    Guess,
    Guesses,
    Movement,
    Wire,
)
from caducee_paymed_tp.reconciliation.search import MOST_CANDIDATES, Undecided, sums_to

SURE = 0.97
MOST_LOOKED_AT = 2 * MOST_CANDIDATES
"""With more wires of one payer within the window, only equal amounts are looked for, and nothing is sure."""
MOST_SCANNED = 2000
"""With more movements of one payer within the window, no sum of several is looked for."""

P = TypeVar("P", Wire, Movement)


class Near(Generic[P]):
    """The wires or movements of one payer, by day, and those of one amount."""

    def __init__(self, pieces: Iterable[P], amount: Callable[[P], int]) -> None:
        self._of: dict[Hashable, list[P]] = defaultdict(list)
        for piece in sorted(pieces, key=lambda piece: piece.day):
            self._of[piece.payer].append(piece)
            self._of[piece.payer, amount(piece)].append(piece)
        self._days = {key: [piece.day for piece in found] for key, found in self._of.items()}

    def _bounds(self, key: Hashable, day: int, window: int) -> tuple[int, int]:
        days = self._days.get(key, [])
        return bisect_left(days, day - window), bisect_right(days, day + window)

    def count(self, key: Hashable, day: int, window: int) -> int:
        """Return how many of a payer, or of a payer and an amount, are at most ``window`` working days away."""
        first, last = self._bounds(key, day, window)
        return last - first

    def within(self, key: Hashable, day: int, window: int) -> list[P]:
        """Return them."""
        first, last = self._bounds(key, day, window)
        return self._of[key][first:last] if last else []


def guesses(wires: Iterable[Wire], movements: Iterable[Movement], *, window: int) -> Guesses:
    """Return the ways in which payer and amounts agree. What could not be searched to the end is not sure."""
    wires, movements = list(wires), [movement for movement in movements if movement.payer]
    near_wires = Near(wires, lambda wire: wire.total)
    near_movements = Near(movements, lambda movement: movement.amount)
    found = Guesses()
    undecided = {wire.id for wire in wires if not _split(wire, near_movements, window, found)}
    for movement in movements:
        if near_wires.count(movement.payer, movement.day, window) > MOST_LOOKED_AT:
            _in_a_crowd(movement, near_wires.within((movement.payer, movement.amount), movement.day, window), found)
        else:
            _of_movement(movement, near_wires.within(movement.payer, movement.day, window), found, undecided)
    return found


def _fit(movement: Movement, wire: Wire) -> bool:
    return not any(contradicts(movement.text, label) for label in wire.labels)


def _in_a_crowd(movement: Movement, equal: list[Wire], found: Guesses) -> None:
    """Equal amounts only, and nothing is sure. Those that are not looked at are taken to fit."""
    fitting = [wire.id for wire in equal[:MOST_LOOKED_AT] if _fit(movement, wire)]
    fitting += [wire.id for wire in equal[MOST_LOOKED_AT:]]
    found.equal(movement.id, fitting, NOT_SURE, (BY_PAYER, OTHERS_NOT_EXCLUDED, SAME_AMOUNT))


def _of_movement(movement: Movement, near: list[Wire], found: Guesses, undecided: set[str]) -> None:
    fitting = [one for one in near if _fit(movement, one)]
    decided = not any(one.id in undecided and 0 < movement.amount < one.total for one in near)
    sums: list[tuple[int, ...]] = []
    try:
        sums = sums_to([wire.total for wire in fitting], movement.amount) if len(fitting) > 1 else []
    except Undecided:
        decided = False
    sure, why = (SURE, (BY_PAYER,)) if decided else (NOT_SURE, (BY_PAYER, OTHERS_NOT_EXCLUDED))
    equal = [wire.id for wire in fitting if wire.total == movement.amount]
    found.equal(movement.id, equal, sure, (*why, SAME_AMOUNT))
    for places in sums:
        together = tuple(fitting[at].id for at in places)
        found.made.append(Guess(MatchKind.GROUPED, together, (movement.id,), sure, (*why, SUM)))


def _split(wire: Wire, near: Near[Movement], window: int, found: Guesses) -> bool:
    """Several movements for one wire; ``False`` when not all sums could be looked at."""
    if near.count(wire.payer, wire.day, window) > MOST_SCANNED:
        return False
    smaller = [one for one in near.within(wire.payer, wire.day, window) if 0 < one.amount < wire.total]
    if len(smaller) < 2:
        return True
    if len(smaller) > MOST_LOOKED_AT:
        return False
    fitting = [one for one in smaller if _fit(one, wire)]
    try:
        sums = sums_to([one.amount for one in fitting], wire.total)
    except Undecided:
        return False
    for places in sums:
        together = tuple(fitting[at].id for at in places)
        found.made.append(Guess(MatchKind.SPLIT, (wire.id,), together, SURE, (BY_PAYER, SUM)))
    return True
