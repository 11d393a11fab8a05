"""Movements whose label repeats that of an announced wire: the strongest sign there is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from caducee_paymed_tp.model.money import MatchKind
from caducee_paymed_tp.reconciliation.labels import Carried, carries, handles, is_number, squeezed, telling, words
from caducee_paymed_tp.reconciliation.pieces import BY_LABEL, SAME_AMOUNT, SUM, Guess, Movement, Wire
from caducee_paymed_tp.reconciliation.search import Undecided, sums_to

MOST_UNDER_ONE_HANDLE = 200
"""A word that more wires share within the window says nothing: they are looked for by amount only."""
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
        self._by_handle, self._by_amount = _indices(wires)
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
    inner = {one for one in labels if any(one != other and one in other for other in labels)}
    return [name for name, (how, label) in carried.items() if how is most and label not in inner]


def _indices(wires: Mapping[str, Wire]) -> tuple[dict[str, list[str]], dict[int, list[str]]]:
    """Wires by the rarest word of each of their labels and by their long numbers; wires by amount."""
    by_word: dict[str, list[str]] = defaultdict(list)
    by_amount: dict[int, list[str]] = defaultdict(list)
    seen = Counter(word for wire in wires.values() for label in wire.labels for word in handles(label))
    for wire in wires.values():
        by_amount[wire.total].append(wire.id)
        for word in {word for label in wire.labels if telling(label) for word in _sought(label, seen)}:
            by_word[word].append(wire.id)
    return {word: found for word, found in by_word.items() if len(found) <= MOST_UNDER_ONE_HANDLE}, by_amount


def _sought(label: str, seen: Counter[str]) -> set[str]:
    found = handles(label)
    return {min(found, key=lambda word: seen[word])} | {word for word in found if is_number(word)}


def guesses(links: Links) -> Iterator[Guess]:
    """Yield every way in which labels and amounts agree."""
    for name, found in links.of_movement.items():
        yield from _of_movement(links, links.movements[name], found)
    for name, found in links.of_wire.items():
        if len(found) > 1:
            yield from _split(links, links.wires[name], found)


def _of_movement(links: Links, movement: Movement, found: list[str]) -> Iterator[Guess]:
    for name in found:
        if links.wires[name].total == movement.amount:
            yield Guess(MatchKind.EXACT, (name,), (movement.id,), SURE, (BY_LABEL, SAME_AMOUNT))
    if len(found) < 2:
        return
    try:
        sums = sums_to([links.wires[name].total for name in found], movement.amount)
    except Undecided:
        return
    for places in sums:
        yield Guess(MatchKind.GROUPED, tuple(found[at] for at in places), (movement.id,), SURE, (BY_LABEL, SUM))


def _split(links: Links, wire: Wire, found: list[str]) -> Iterator[Guess]:
    try:
        sums = sums_to([links.movements[name].amount for name in found], wire.total)
    except Undecided:
        return
    for places in sums:
        yield Guess(MatchKind.SPLIT, (wire.id,), tuple(found[at] for at in places), SURE, (BY_LABEL, SUM))
