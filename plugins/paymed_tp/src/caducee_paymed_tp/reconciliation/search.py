"""Which few amounts make a sum: all answers that matter, within a stated bound."""

from __future__ import annotations

from collections.abc import Sequence

MOST_TOGETHER = 6
"""A wire groups at most that many notices, and a notice at most that many wires (spec, 6.1)."""
MOST_CANDIDATES = 24
"""With more candidates than that nothing is concluded."""
MOST_STEPS = 20_000
"""After that many steps nothing is concluded."""


class Undecided(Exception):
    """The bound was reached: there may be other answers."""


def sums_to(amounts: Sequence[int], target: int, *, least: int = 2, answers: int = 2) -> list[tuple[int, ...]]:
    """Return up to ``answers`` sets of positions whose amounts make ``target``, of ``least`` to 6 members.

    Finding a second answer is enough to know that the first is not the only one. Amounts may be negative.

    Raises:
        Undecided: more than 24 candidates, or more than 20,000 steps.
    """
    if len(amounts) > MOST_CANDIDATES:
        raise Undecided
    order = sorted(range(len(amounts)), key=lambda at: -amounts[at])
    return _Search([amounts[at] for at in order], order, target, least=least, answers=answers).run()


class _Search:
    """Depth first over amounts in falling order, cut where the rest can no longer reach the target."""

    def __init__(self, amounts: list[int], names: list[int], target: int, *, least: int, answers: int) -> None:
        self._amounts, self._names, self._target = amounts, names, target
        self._least, self._answers = least, answers
        self._steps = 0
        self._found: list[tuple[int, ...]] = []
        total = len(amounts)
        self._up = [0] * (total + 1)
        self._down = [0] * (total + 1)
        for at in range(total - 1, -1, -1):
            self._up[at] = self._up[at + 1] + max(0, amounts[at])
            self._down[at] = self._down[at + 1] + min(0, amounts[at])

    def run(self) -> list[tuple[int, ...]]:
        self._from(0, self._target, ())
        return self._found

    def _from(self, at: int, left: int, taken: tuple[int, ...]) -> None:
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise Undecided
        if left == 0 and len(taken) >= self._least:
            self._found.append(tuple(sorted(taken)))
        if len(self._found) >= self._answers or len(taken) == MOST_TOGETHER:
            return
        for follower in range(at, len(self._amounts)):
            if not self._down[follower] <= left <= self._up[follower]:
                return
            self._from(follower + 1, left - self._amounts[follower], (*taken, self._names[follower]))
            if len(self._found) >= self._answers:
                return
