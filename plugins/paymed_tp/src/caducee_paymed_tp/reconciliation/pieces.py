"""What reconciliation works on: wires announced, movements of the bank, and what could bring some of them together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from caducee_paymed_tp.model.money import Booked, Match, MatchKind, PaymentNotice
from caducee_paymed_tp.reconciliation.working_days import working_number

BY_LABEL = "Le libellé du virement annoncé figure sur le relevé."
BY_PAYER = "Le payeur est reconnu par son nom ou son compte."
BY_AMOUNT = "Seuls le montant et la date concordent."
SAME_AMOUNT = "Le montant est le même au centime."
SUM = "La somme est exacte au centime."
OTHERS_NOT_EXCLUDED = "D'autres rapprochements n'ont pas pu être exclus."
NOT_SURE = 0.9
MOST_SHOWN = 6
"""Of more wires that a movement fits equally only so many are proposed: nobody chooses among hundreds."""
LATE = "Le virement est arrivé hors délai."
OTHER_AMOUNT = "Le montant reçu n'est pas celui annoncé."


class Wire(NamedTuple):
    """An announced wire."""

    id: str
    total: int
    day: int
    payer: str
    labels: tuple[str, ...]


class Movement(NamedTuple):
    """A movement of the bank. ``text`` is its label, reference and creditor."""

    id: str
    amount: int
    day: int
    payer: str
    text: str


class Guess(NamedTuple):
    """Some wires and some movements that could be the same money. ``sure`` is its confidence if nothing else fits."""

    kind: MatchKind
    wires: tuple[str, ...]
    movements: tuple[str, ...]
    sure: float
    because: tuple[str, ...]

    def match(self, *, delta: int = 0, confidence: float | None = None, because: tuple[str, ...] = ()) -> Match:
        """Return it as a proposal."""
        return Match(
            kind=self.kind,
            notices=tuple(sorted(self.wires)),
            entries=tuple(sorted(self.movements)),
            delta=delta,
            confidence=self.sure if confidence is None else confidence,
            because=self.because + because,
        )


def wire_of(name: str, notice: PaymentNotice, payer: str) -> Wire:
    """Return a notice as reconciliation sees it."""
    return Wire(name, notice.total, working_number(notice.on), payer, notice.labels)


def movement_of(name: str, booked: Booked, payer: str) -> Movement:
    """Return a bank entry as reconciliation sees it."""
    entry = booked.entry
    text = " ".join((entry.label, entry.reference, entry.creditor))
    return Movement(name, entry.amount, working_number(entry.value), payer, text)


class Guesses:
    """Guesses, and the names in ``crowd``: those that more guesses would name than were made."""

    def __init__(self) -> None:
        self.made: list[Guess] = []
        self.crowd: set[str] = set()

    def equal(self, movement: str, wires: Sequence[str], sure: float, because: tuple[str, ...]) -> None:
        """Add one guess for each of the wires that have a movement's amount, for a few of them in a crowd."""
        if len(wires) > MOST_SHOWN:
            self.crowd.update(wires, (movement,))
        self.made += [Guess(MatchKind.EXACT, (wire,), (movement,), sure, because) for wire in wires[:MOST_SHOWN]]

    def parted(self) -> tuple[list[Guess], list[Guess]]:
        """Return the guesses that share nothing with another, and the others."""
        uses = Counter(name for guess in set(self.made) for name in (*guess.wires, *guess.movements))
        uses.update(self.crowd)
        uses.update(self.crowd)
        free: list[Guess] = []
        tied: list[Guess] = []
        for guess in dict.fromkeys(self.made):
            once = all(uses[name] == 1 for name in (*guess.wires, *guess.movements))
            (free if once else tied).append(guess)
        return free, tied


def names(guesses: Iterable[Guess]) -> set[str]:
    """Return all wires and movements that guesses name."""
    return {name for guess in guesses for name in (*guess.wires, *guess.movements)}
