"""A running sandbox for the tests of its services."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

START = "import sys; from caducee_sandbox.command import main; sys.exit(main(sys.argv[1:]))"


def start(state: Path, *more: str) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-c", START, "up", "--state", str(state), *more], stdout=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 60
    while not (state / "sandbox.json").exists():
        assert process.poll() is None, "the sandbox ended"
        assert time.monotonic() < deadline, "the sandbox did not start"
        time.sleep(0.05)
    return process


def stop(process: subprocess.Popen[bytes]) -> int:
    process.send_signal(signal.SIGTERM)
    return process.wait(10)


def assert_no_defect(described: dict[str, Any]) -> None:
    from sandbox_rig.client import control

    assert [e for e in control(described, "GET", "/ledger") if e["verdict"].startswith("defect")] == []


@pytest.fixture(scope="session")
def keyed_state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder whose keys are made once for all tests."""
    state = tmp_path_factory.mktemp("sandbox")
    stop(start(state))
    return state


@pytest.fixture(scope="session")
def sandbox(keyed_state: Path) -> Iterator[dict[str, Any]]:
    process = start(keyed_state)
    described = json.loads((keyed_state / "sandbox.json").read_bytes())
    yield described
    assert_no_defect(described)
    assert stop(process) == 0


@pytest.fixture(scope="session")
def strict_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """A sandbox that also judges by the official schemas."""
    state = tmp_path_factory.mktemp("strict")
    process = start(state, "--kit", os.environ["KIT"])
    described = json.loads((state / "sandbox.json").read_bytes())
    yield described
    assert_no_defect(described)
    assert stop(process) == 0
