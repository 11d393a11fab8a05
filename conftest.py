"""Every async test runs on both anyio backends; what proves a requirement leaves its result for ``make evidence``."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# How fast a machine is at that moment says nothing about the code.
settings.register_profile("untimed", parent=settings.default, deadline=None)
settings.load_profile("untimed")

RESULTS = Path(__file__).parent / "build/evidence/results.jsonl"


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    """Return the backend of one run."""
    return str(request.param)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Append one line for each test that bears the mark ``requirement``."""
    report = yield
    proves = [str(mark.args[0]) for mark in item.iter_markers("requirement")]
    if proves and os.environ.get("CADUCEE_EVIDENCE") and (report.when == "call" or report.outcome != "passed"):
        line = json.dumps({"test": item.nodeid, "requirements": proves, "outcome": report.outcome})
        RESULTS.parent.mkdir(parents=True, exist_ok=True)
        with RESULTS.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
    return report  # type: ignore[return-value]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """When evidence is gathered, leave out every test that proves no requirement."""
    if not os.environ.get("CADUCEE_EVIDENCE"):
        return
    kept = [item for item in items if item.get_closest_marker("requirement") is not None]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept
