"""A practice with real sockets: each worker has a sandbox of its own, each test a practice of its own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from caducee_demo.practice import ROUX, Practice, set_up
from caducee_demo.sandbox import Control, running

PACE = 20.0
# Real servers that the plugins' own tests also run against.
_PLUGINS = Path(__file__).parents[2] / "plugins"
sys.path[:0] = [str(_PLUGINS / name / "tests") for name in ("mss", "psc")]


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    with running(tmp_path_factory.mktemp("sandbox")) as described:
        yield described


@pytest.fixture
def control(sandbox: dict[str, Any]) -> Iterator[Control]:
    levers = Control(sandbox["control"])
    levers.clear()
    levers.card("remove")
    levers.card("insert", ROUX)
    yield levers
    levers.clear()


@pytest.fixture
def practice(sandbox: dict[str, Any], control: Control, tmp_path: Path) -> Practice:
    return set_up(tmp_path / "practice", sandbox, pace=PACE)
