"""Whether money without its label can be told: exactly one assignment satisfies the rules of its payer and amount."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

MOST_TOGETHER = 6
WINDOW = 6
"""Week days: one more than the rule's five, for the public holidays that are not counted here."""


@dataclass(frozen=True)
class Piece:
    """A wire that was announced, or a movement of the bank: whose it is, its day, its cents."""

    payer: str
    day: date
    cents: int


def is_decidable(at: int, announced: Sequence[Piece], came: Sequence[Piece]) -> bool:
    """Say whether movement ``at`` of ``came`` is wire ``at`` of ``announced`` and nothing else.

    Longer ``announced`` are wires that never came. Neither side may be part of any other sum.
    """
    wire, movement = announced[at], came[at]
    wires = _near(announced, movement)
    if _ways([one.cents for one in wires], movement.cents) != 1:
        return False
    if _ways([one.cents for one in _near(came, wire)], wire.cents) != 1:
        return False
    return not any(_may_hold(announced, other, wire) for rank, other in enumerate(came) if rank != at)


def _may_hold(announced: Sequence[Piece], movement: Piece, wire: Piece) -> bool:
    """Some sum that makes the movement holds the wire."""
    if wire not in _near([wire], movement):
        return False
    cents = [one.cents for one in _near(announced, movement)]
    without = list(cents)
    without.remove(wire.cents)
    return _ways(without, movement.cents) < _ways(cents, movement.cents)


def _near(pieces: Sequence[Piece], to: Piece) -> list[Piece]:
    return [one for one in pieces if one.payer == to.payer and _week_days(one.day, to.day) <= WINDOW]


def _week_days(one: date, other: date) -> int:
    first, last = sorted((one, other))
    return sum((first + timedelta(days=at)).weekday() < 5 for at in range(1, (last - first).days + 1))


def _ways(cents: Sequence[int], target: int) -> int:
    """In how many ways at most six of these make the target."""
    made: Counter[tuple[int, int]] = Counter({(0, 0): 1})
    for one in cents:
        for (size, total), count in list(made.items()):
            if size < MOST_TOGETHER and total + one <= target:
                made[size + 1, total + one] += count
    return sum(count for (size, total), count in made.items() if total == target and size)
