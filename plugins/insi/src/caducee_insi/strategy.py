"""Which request comes next. Pure: what was asked and answered goes in, the next request comes out.

One given name at a time, in civil order, then all of them together. As soon as an answer is 02 (several), the
request that was ambiguous is narrowed: with one more of the other given names, in order, and last with the birth
place. The birth place is never in a first request, nothing is asked twice, the first 00 ends it.

Source: practice of approved software and regional guidance on answer 02 (Guide d'implémentation de l'INS).
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from caducee.contracts.identity import InsOutcome
from caducee_insi.query import Query, is_given_name

MAX_CALLS = 6


class Call(msgspec.Struct, frozen=True):
    """One request: which of the given names it carries, by rank, and whether it carries the birth place."""

    ranks: tuple[int, ...]
    with_place: bool = False

    def given_name(self, query: Query) -> str:
        """Return the content of the single ``Prenom`` element."""
        return " ".join(query.given_names[rank] for rank in self.ranks)


class Asked(msgspec.Struct, frozen=True):
    """A request and its answer."""

    call: Call
    outcome: InsOutcome


def next_call(query: Query, asked: tuple[Asked, ...], *, max_calls: int = MAX_CALLS) -> Call | None:
    """Return the next request, or ``None`` when the search is over."""
    if len(asked) >= max_calls or any(past.outcome is InsOutcome.FOUND for past in asked):
        return None
    made = {past.call for past in asked}
    return next((call for call in _candidates(query, asked) if call not in made), None)


def conclusion(asked: tuple[Asked, ...]) -> InsOutcome:
    """Return what the whole search says: found, else several if one answer was 02, else not found."""
    outcomes = {past.outcome for past in asked}
    for outcome in (InsOutcome.FOUND, InsOutcome.SEVERAL):
        if outcome in outcomes:
            return outcome
    return InsOutcome.NOT_FOUND


def _candidates(query: Query, asked: tuple[Asked, ...]) -> Iterator[Call]:
    ambiguous = [past.call for past in asked if past.outcome is InsOutcome.SEVERAL]
    calls = _narrowed(query, ambiguous[-1]) if ambiguous else _opened(query)
    return (call for call in calls if is_given_name(call.given_name(query)))


def _opened(query: Query) -> Iterator[Call]:
    ranks = range(len(query.given_names))
    yield from (Call((rank,)) for rank in ranks)
    yield Call(tuple(ranks))


def _narrowed(query: Query, call: Call) -> Iterator[Call]:
    if call.with_place:
        return
    others = [rank for rank in range(len(query.given_names)) if rank not in call.ranks]
    yield from (Call(tuple(sorted((*call.ranks, rank)))) for rank in others)
    if query.birth_place is not None:
        yield Call(call.ranks, with_place=True)
