"""One line of ``build/bench/results.json``."""

from __future__ import annotations

import msgspec


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """A figure, its peers in the same run, the ratio to the first peer, and whether the goal holds."""

    id: str
    value: float
    unit: str
    peers: dict[str, float]
    ratio: float
    goal: str
    ok: bool


def percentile(values: list[float], share: float) -> float:
    """Return the value below which that share of the sorted values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
