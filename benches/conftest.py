"""The one fixture by which every benchmark is measured, and the conditions under which a figure counts."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest

import caducee_native
from benches.key import Key, run_key
from benches.machine import describe
from benches.race import Candidate, Outcome, race

Measure = Callable[..., Outcome]


def pytest_sessionstart() -> None:
    """Refuse a debug build: nothing it says counts."""
    build = caducee_native.build_info()
    if build["profile"] != "release":
        pytest.exit(f"a {build['profile']} build is not measured", returncode=2)


def pytest_report_header() -> str:
    """Say on which processor."""
    machine = describe()
    return f"{machine['processor']} ({machine['features']}), Python {machine['python']}"


@pytest.fixture(scope="session")
def key() -> Key:
    """Return the key of this run."""
    return run_key()


@pytest.fixture
def measure(benchmark: Any) -> Measure:
    """Race the candidates, keep what it showed in ``extra_info``, then let pytest-benchmark time ours."""

    def run(
        ours: Candidate,
        others: Mapping[str, Candidate],
        *,
        goals: Mapping[str, float],
        scale: Mapping[str, float] | None = None,
        clock: Callable[[], float] = time.thread_time,
        elsewhere: Mapping[str, Callable[[float], float]] | None = None,
        **more: Any,
    ) -> Outcome:
        """``goals`` are the least ratios, by candidate; ``scale`` multiplies a ratio (20 documents in one run)."""
        outcome = race(ours, others, clock=clock, elsewhere=elsewhere)
        ratios = {name: ratio * (scale or {}).get(name, 1.0) for name, ratio in outcome.ratios.items()}
        keep(benchmark, ratios=ratios, goals=goals, rates=dict(outcome.rates), **more)
        benchmark.pedantic(ours, rounds=5, iterations=1)
        return outcome

    return run


def keep(benchmark: Any, *, ratios: Mapping[str, float], goals: Mapping[str, float], **more: Any) -> None:
    """Keep figures beside those of pytest-benchmark, with the machine that they were measured on."""
    benchmark.extra_info.update({"ratios": dict(ratios), "goals": dict(goals), "machine": describe(), **more})
