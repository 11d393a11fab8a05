"""Candidates run in turn, round after round, so that whatever the machine does hits all of them alike.

What counts is the median of the ratios within each round. Rates of one machine are printed beside, and mean nothing
elsewhere. Where one thread works, its own CPU time is the clock; where several do, the clock on the wall.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Mapping

import msgspec

from benches.machine import Others

QUICK = bool(os.environ.get("BENCH_QUICK"))
SLOT = 0.05 if QUICK else 0.25
ROUNDS = 5 if QUICK else 11

Candidate = Callable[[], object]


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a race showed: runs per second (medians), and how often ours is as fast as each other (median of rounds)."""

    rates: Mapping[str, float]
    ratios: Mapping[str, float]


def race(
    ours: Candidate,
    others: Mapping[str, Candidate],
    *,
    clock: Callable[[], float] = time.thread_time,
    elsewhere: Mapping[str, Callable[[float], float]] | None = None,
    quiet: float = 1.0,
) -> Outcome:
    """Run the candidates; ``others`` may hold what ours is measured against (raw RSA) beside the peers.

    ``elsewhere`` are peers in processes of their own: told for how many seconds to run, they say their rate.
    ``quiet`` is the share of the machine that other programs may use: a round with more is run again, up to three
    times as many as there should be; when too few were quiet, all count.
    """
    candidates, elsewhere = {"ours": ours, **others}, elsewhere or {}
    counts = {name: _calibrated(candidate, clock) for name, candidate in candidates.items()}
    rounds: list[dict[str, float]] = []
    disturbed: list[dict[str, float]] = []
    beside = Others()
    while len(rounds) < ROUNDS and len(rounds) + len(disturbed) < 3 * ROUNDS:
        rates = {name: _rate(candidate, counts[name], clock) for name, candidate in candidates.items()}
        rates |= {name: run(SLOT) for name, run in elsewhere.items()}
        (rounds if beside.share() <= quiet else disturbed).append(rates)
    if len(rounds) < ROUNDS // 2:
        rounds += disturbed
    peers = (*others, *elsewhere)
    return Outcome(
        rates={name: statistics.median(rates[name] for rates in rounds) for name in ("ours", *peers)},
        ratios={name: statistics.median(rates["ours"] / rates[name] for rates in rounds) for name in peers},
    )


def _rate(candidate: Candidate, count: int, clock: Callable[[], float]) -> float:
    begun = clock()
    for _ in range(count):
        candidate()
    return count / (clock() - begun)


def _calibrated(candidate: Candidate, clock: Callable[[], float]) -> int:
    """Warm up, and return how many runs fill a slot."""
    candidate()
    count = 1
    while True:
        begun = clock()
        for _ in range(count):
            candidate()
        took = clock() - begun
        if took > SLOT / 8:
            return max(1, round(count * SLOT / took))
        count *= 2
