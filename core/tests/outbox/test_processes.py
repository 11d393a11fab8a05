from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from caducee.outbox.contract import DeliveryState

from .publications import ManualClock, opened

pytestmark = pytest.mark.anyio

PROCESSES = 4
EACH = 250


async def test_processes_that_publish_and_drain_one_store_lose_and_double_nothing(
    tmp_path: Path, clock: ManualClock
) -> None:
    script = Path(__file__).with_name("drainer.py")
    command = [sys.executable, str(script), str(tmp_path / "data")]
    running = [
        subprocess.Popen([*command, f"P{n}", str(EACH)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for n in range(PROCESSES)
    ]
    ended = [process.communicate(timeout=90) for process in running]
    assert [error for _, error in ended] == [""] * PROCESSES
    settled = Counter(line for output, _ in ended for line in output.split())
    assert settled == Counter(f"P{n}-{number}" for n in range(PROCESSES) for number in range(EACH))
    async with opened(tmp_path / "data", clock) as store:
        states = Counter(row.state for row in await store.deliveries(limit=1000))
        assert states == {DeliveryState.DELIVERED: PROCESSES * EACH}
        assert await store.verify_audit() == (PROCESSES * EACH, None)
