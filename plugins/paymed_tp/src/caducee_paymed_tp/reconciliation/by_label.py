"""Movements whose label repeats that of an announced wire: the strongest sign there is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

from caducee_paymed_tp.model.money import MatchKind
from caducee_paymed_tp.reconciliation.labels import Carried, carries, handles, is_number, squeezed, telling, words
from caducee_paymed_tp.reconciliation.pieces import (
    BY_LABEL,
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

K = TypeVar("K", bound=Hashable)

MOST_UNDER_ONE_HANDLE = 200
"""A word or an amount that more wires share says nothing."""
LONGEST_LATE = 60
"""A movement that comes more working days later is not looked at."""
SURE = 1.0


class Links:
    """Which movements carry the label of which wires, within ``window`` working days."""

    def __init__(self, wires: Mapping[str, Wire], movements: Mapping[str, Movement], *, window: int) -> None:
        self.wires, self.movements = wires, movements
        self.of_movement: dict[str, list[str]] = {}
        self.of_wire: dict[str, list[str]] = defaultdict(list)
        self.late: dict[str, list[str]] = {}
        self._window = window
        self._by_handle, self._by_amount, self.common = _indices(wires)
        for movement in movements.values():
            self._link(movement)

    def _link(self, movement: Movement) -> None:
        carried: dict[str, tuple[Carried, str]] = {}
        for name in self._candidates(movement):
            labels, day = self.wires[name].labels, self.wires[name].day
            if abs(movement.day - day) > LONGEST_LATE:
                continue
            best = max(((carries(movement.text, one), squeezed(one)) for one in labels), default=(Carried.NOTHING, ""))
            if best[0]:
                carried[name] = best
        kept = _most_said(carried)
        near = [name for name in kept if abs(movement.day - self.wires[name].day) <= self._window]
        if near:
            self.of_movement[movement.id] = near
            for name in near:
                self.of_wire[name].append(movement.id)
        elif kept:
            self.late[movement.id] = kept

    def _candidates(self, movement: Movement) -> Iterable[str]:
        found: dict[str, None] = dict.fromkeys(self._by_amount.get(movement.amount, ()))
        for word in words(movement.text):
            found.update(dict.fromkeys(self._by_handle.get(word, ())))
        return found


def _most_said(carried: Mapping[str, tuple[Carried, str]]) -> list[str]:
    """A label repeated whole outweighs parts of others, and one that holds another is meant in its place."""
    most = max((how for how, _ in carried.values()), default=Carried.NOTHING)
    labels = {label for how, label in carried.values() if how is most}
    few = labels if len(labels) <= MOST_CANDIDATES else ()
    inner = {one for one in few if any(one != other and one in other for other in few)}
    return [name for name, (how, label) in carried.items() if how is most and label not in inner]


def _indices(wires: Mapping[str, Wire]) -> tuple[dict[str, list[str]], dict[int, list[str]], set[str]]:
    """Wires by the rarest word of each of their labels and by their long numbers; wires by amount.

    And those whose every word too many share: not all of their sums are looked at.
    """
    by_word: dict[str, list[str]] = defaultdict(list)
    by_amount: dict[int, list[str]] = defaultdict(list)
    seen = Counter(word for wire in wires.values() for label in wire.labels for word in handles(label))
    for wire in wires.values():
        by_amount[wire.total].append(wire.id)
        for word in {word for label in wire.labels if telling(label) for word in _sought(label, seen)}:
            by_word[word].append(wire.id)
    common = {wire.id for wire in wires.values() if any(_is_common(label, seen) for label in wire.labels)}
    return _telling_apart(by_word), _telling_apart(by_amount), common


def _telling_apart(index: dict[K, list[str]]) -> dict[K, list[str]]:
    return {key: found for key, found in index.items() if len(found) <= MOST_UNDER_ONE_HANDLE}


def _is_common(label: str, seen: Counter[str]) -> bool:
    return telling(label) and min(seen[word] for word in handles(label)) > MOST_UNDER_ONE_HANDLE


def _sought(label: str, seen: Counter[str]) -> set[str]:
    found = handles(label)
    return {min(found, key=lambda word: seen[word])} | {word for word in found if is_number(word)}


def guesses(links: Links) -> Guesses:
    """Return the ways in which labels and amounts agree. What could not be searched to the end is not sure."""
    found = Guesses()
    undecided = {name for name in links.of_wire if not _split(links, name, found)}
    for movement in links.of_movement:
        _of_movement(links, movement, found, undecided)
    return found


def _of_movement(links: Links, name: str, found: Guesses, undecided: set[str]) -> None:
    wires, amount = links.of_movement[name], links.movements[name].amount
    decided = undecided.isdisjoint(wires) and links.common.isdisjoint(wires)
    try:
        sums = sums_to([links.wires[one].total for one in wires], amount) if len(wires) > 1 else []
    except Undecided:
        sums, decided = [], False
    sure, why = (SURE, (BY_LABEL, SAME_AMOUNT)) if decided else (NOT_SURE, (BY_LABEL, SAME_AMOUNT, OTHERS_NOT_EXCLUDED))
    found.equal(name, [one for one in wires if links.wires[one].total == amount], sure, why)
    for places in sums:
        together = tuple(wires[at] for at in places)
        found.made.append(Guess(MatchKind.GROUPED, together, (name,), SURE, (BY_LABEL, SUM)))


def _split(links: Links, name: str, found: Guesses) -> bool:
    """Several movements for one wire; ``False`` when not all sums could be looked at."""
    movements = links.of_wire[name]
    if len(movements) < 2:
        return True
    try:
        sums = sums_to([links.movements[one].amount for one in movements], links.wires[name].total)
    except Undecided:
        return False
    for places in sums:
        together = tuple(movements[at] for at in places)
        found.made.append(Guess(MatchKind.SPLIT, (name,), together, SURE, (BY_LABEL, SUM)))
    return True
