"""Movements without a telling label, whose payer is known: only when nothing else can explain them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator

from caducee_paymed_tp.model.money import MatchKind
from caducee_paymed_tp.reconciliation.labels import contradicts
from caducee_paymed_tp.reconciliation.pieces import (
    BY_PAYER,
    OTHERS_NOT_EXCLUDED,
    SAME_AMOUNT,
    SUM,
    Guess,
    Movement,
    Wire,
)
from caducee_paymed_tp.reconciliation.search import MOST_CANDIDATES, Undecided, sums_to

SURE = 0.97
NOT_SURE = 0.9
MOST_LOOKED_AT = 2 * MOST_CANDIDATES
"""With more wires of one payer within the window, only equal amounts are looked for, and nothing is sure."""


class Near:
    """The wires or movements of one payer, by day."""

    def __init__(self, pieces: Iterable[Wire | Movement]) -> None:
        self._of: dict[str, list[Wire | Movement]] = defaultdict(list)
        for piece in sorted(pieces, key=lambda piece: piece.day):
            self._of[piece.payer].append(piece)
        self._days = {payer: [piece.day for piece in found] for payer, found in self._of.items()}

    def within(self, payer: str, day: int, window: int) -> list[Wire | Movement]:
        """Return those of a payer at most ``window`` working days away."""
        days = self._days.get(payer)
        if not days:
            return []
        return self._of[payer][bisect_left(days, day - window) : bisect_right(days, day + window)]


def guesses(wires: Iterable[Wire], movements: Iterable[Movement], *, window: int) -> Iterator[Guess]:
    """Yield every way in which payer and amounts agree. What could not be searched to the end is not sure."""
    wires, movements = list(wires), [movement for movement in movements if movement.payer]
    near_wires, near_movements = Near(wires), Near(movements)
    doubtful: set[str] = set()
    for wire in wires:
        around = near_movements.within(wire.payer, wire.day, window)
        smaller = [one for one in around if isinstance(one, Movement) and 0 < one.amount < wire.total]
        try:
            yield from _split(wire, smaller)
        except Undecided:
            doubtful.update(one.id for one in smaller)
    for movement in movements:
        near = [one for one in near_wires.within(movement.payer, movement.day, window) if isinstance(one, Wire)]
        yield from _of_movement(movement, near, doubtful=movement.id in doubtful)


def _fit(movement: Movement, wire: Wire) -> bool:
    return not any(contradicts(movement.text, label) for label in wire.labels)


def _of_movement(movement: Movement, near: list[Wire], *, doubtful: bool) -> Iterator[Guess]:
    sure, why = (NOT_SURE, (BY_PAYER, OTHERS_NOT_EXCLUDED)) if doubtful else (SURE, (BY_PAYER,))
    sums: list[tuple[int, ...]] = []
    crowded = len(near) > MOST_LOOKED_AT
    found = [one for one in near if (not crowded or one.total == movement.amount) and _fit(movement, one)]
    try:
        if crowded:
            raise Undecided
        sums = sums_to([wire.total for wire in found], movement.amount) if len(found) > 1 else []
    except Undecided:
        sure, why = NOT_SURE, (BY_PAYER, OTHERS_NOT_EXCLUDED)
    for wire in found:
        if wire.total == movement.amount:
            yield Guess(MatchKind.EXACT, (wire.id,), (movement.id,), sure, (*why, SAME_AMOUNT))
    for places in sums:
        yield Guess(MatchKind.GROUPED, tuple(found[at].id for at in places), (movement.id,), sure, (*why, SUM))


def _split(wire: Wire, smaller: list[Movement]) -> Iterator[Guess]:
    """Several wires for one notice."""
    if len(smaller) < 2:
        return
    if len(smaller) > MOST_LOOKED_AT:
        raise Undecided
    found = [one for one in smaller if _fit(one, wire)]
    for places in sums_to([one.amount for one in found], wire.total):
        yield Guess(MatchKind.SPLIT, (wire.id,), tuple(found[at].id for at in places), SURE, (BY_PAYER, SUM))
