from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from caducee.contracts.inbox import InboxState
from caducee.outbox.contract import DeliveryState

from .publications import ManualClock, opened

pytestmark = pytest.mark.anyio

PROCESSES = 4
EACH = 250


def together(script: str, folder: Path) -> Counter[str]:
    """Run the script in several processes at once, and count the lines they print; none may complain."""
    command = [sys.executable, str(Path(__file__).with_name(script)), str(folder)]
    running = [
        subprocess.Popen([*command, f"P{n}", str(EACH)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for n in range(PROCESSES)
    ]
    ended = [process.communicate(timeout=90) for process in running]
    assert [error for _, error in ended] == [""] * PROCESSES
    assert [process.returncode for process in running] == [0] * PROCESSES
    return Counter(line for output, _ in ended for line in output.split())


async def test_processes_that_publish_and_drain_one_store_lose_and_double_nothing(
    tmp_path: Path, clock: ManualClock
) -> None:
    settled = together("drainer.py", tmp_path / "data")
    assert settled == Counter(f"P{n}-{number}" for n in range(PROCESSES) for number in range(EACH))
    async with opened(tmp_path / "data", clock) as store:
        states = Counter(row.state for row in await store.deliveries(limit=1000))
        assert states == {DeliveryState.DELIVERED: PROCESSES * EACH}
        assert await store.verify_audit() == (PROCESSES * EACH, None)


async def test_processes_that_receive_and_file_in_one_store_lose_and_double_nothing(
    tmp_path: Path, clock: ManualClock
) -> None:
    filed = together("filer.py", tmp_path / "data")
    keys = {f"P{n}-{number}" for n in range(PROCESSES) for number in range(EACH)}
    assert filed == Counter(keys)
    async with opened(tmp_path / "data", clock) as store:
        assert Counter(row.state for row in await store.items(limit=2000)) == {InboxState.FILED: PROCESSES * EACH}
        counted = await store.read_stream("mss", "count", after=0, limit=2000)
        assert [entry.number for entry in counted] == list(range(1, PROCESSES * EACH + 1))
        assert {entry.value.decode() for entry in counted} == keys
