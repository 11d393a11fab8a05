"""From the open wires and movements to proposals, the surest first. Pure: nothing is confirmed here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from itertools import islice

import msgspec

from caducee_paymed_tp.model.money import BankEntry, Booked, Match, MatchKind, PaymentNotice
from caducee_paymed_tp.reconciliation import by_label, by_payer
from caducee_paymed_tp.reconciliation.by_label import Links
from caducee_paymed_tp.reconciliation.pieces import (
    BY_AMOUNT,
    BY_LABEL,
    LATE,
    OTHER_AMOUNT,
    OTHERS_NOT_EXCLUDED,
    SAME_AMOUNT,
    Guess,
    Guesses,
    Movement,
    Wire,
    movement_of,
    names,
    wire_of,
)

PROPOSED = 0.9
DOUBTFUL = 0.6
TIED = 0.5
WITHIN_TOLERANCE = 0.96


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """How sure one must be. ``window`` in working days; ``tolerance`` in cents.

    Nothing is confirmed by itself below ``confirm_at``, nor when more than ``tolerance`` is missing (spec, 6.1).
    """

    window: int = 5
    tolerance: int = 0
    confirm_at: float = 0.95

    def confirms(self, match: Match) -> bool:
        """Say whether a proposal may be confirmed without a person."""
        return match.confidence >= self.confirm_at and abs(match.delta) <= self.tolerance


PayerOf = Callable[[BankEntry], str]
"""Says which payer a movement comes from, ``""`` when that is not known."""


def propose(
    notices: Mapping[str, PaymentNotice],
    entries: Mapping[str, Booked],
    *,
    payer_of: PayerOf,
    rules: Rules,
    payer_key: Callable[[str], str] = str,
) -> tuple[Match, ...]:
    """Return what could be the same money. ``payer_key`` gives the name under which ``payer_of`` knows a payer.

    A guess is sure only when no other guess names one of its wires or movements. What labels speak of is decided by
    labels alone; the payer's name decides among the rest.
    """
    wires = {name: wire_of(name, notice, payer_key(notice.payer)) for name, notice in notices.items()}
    movements = {name: movement_of(name, booked, payer_of(booked.entry)) for name, booked in entries.items()}
    links = Links(wires, movements, window=rules.window)
    sure, tied = by_label.guesses(links).parted()
    linked = _linked(links)
    rest_wires = [wire for name, wire in wires.items() if name not in linked]
    rest_movements = [movement for name, movement in movements.items() if name not in linked]
    more, more_tied = by_payer.guesses(rest_wires, rest_movements, window=rules.window).parted()
    proposals = [guess.match() for guess in (*sure, *more)]
    proposals += [guess.match(confidence=TIED, because=(OTHERS_NOT_EXCLUDED,)) for guess in (*tied, *more_tied)]
    named = names((*sure, *more, *tied, *more_tied))
    proposals += _weak(links, wires, movements, named=named, rules=rules)
    return tuple(sorted(proposals, key=lambda match: (-match.confidence, match.id)))


def _linked(links: Links) -> set[str]:
    """Everything that a label has spoken of: its payer alone proves nothing more."""
    linked = set(links.of_movement) | set(links.of_wire) | set(links.late)
    return linked | {name for found in links.late.values() for name in found}


def _weak(
    links: Links,
    wires: Mapping[str, Wire],
    movements: Mapping[str, Movement],
    *,
    named: set[str],
    rules: Rules,
) -> Iterator[Match]:
    """Yield what a person may want to confirm: another amount, too late, an amount and nothing else."""
    for name, found in (*links.of_movement.items(), *links.late.items()):
        free = [one for one in found if one not in named]
        if name in named or len(free) != 1 or len(links.of_wire.get(free[0], ())) > 1:
            continue
        yield _other_amount(movements[name], wires[free[0]], rules, late=name in links.late)
        named |= {name, free[0]}
    yield from _by_amount(wires, movements, named, rules.window)


def _other_amount(movement: Movement, wire: Wire, rules: Rules, *, late: bool) -> Match:
    delta = movement.amount - wire.total
    because = (BY_LABEL, *((LATE,) if late else ()), OTHER_AMOUNT if delta else SAME_AMOUNT)
    close = not late and 0 < abs(delta) <= rules.tolerance
    kind = MatchKind.PARTIAL if delta else MatchKind.EXACT
    guess = Guess(kind, (wire.id,), (movement.id,), WITHIN_TOLERANCE if close else PROPOSED, because)
    return guess.match(delta=delta)


def _by_amount(
    wires: Mapping[str, Wire], movements: Mapping[str, Movement], named: set[str], window: int
) -> Iterator[Match]:
    by_amount: dict[int, list[Wire]] = defaultdict(list)
    for wire in wires.values():
        if wire.id not in named:
            by_amount[wire.total].append(wire)
    found = Guesses()
    for movement in movements.values():
        if movement.id in named:
            continue
        near = (one for one in by_amount.get(movement.amount, ()) if abs(one.day - movement.day) <= window)
        fits = list(islice(near, 2))
        if len(fits) == 1 and not (movement.payer and movement.payer != fits[0].payer):
            why = (BY_AMOUNT, SAME_AMOUNT)
            found.equal(movement.id, [fits[0].id], DOUBTFUL, why)
    yield from (guess.match() for guess in found.parted()[0])
