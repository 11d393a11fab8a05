"""B16: a record of 2,000 documents is followed: memory at the end as at one fifth, a brief within a second."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from benches.conftest import keep
from benches.race import QUICK

SIZE = 200 if QUICK else 2_000
BRIEF_SECONDS = 1.0


def test_b16(benchmark: Any, tmp_path: Path) -> None:
    done = benchmark.pedantic(record, args=(tmp_path,), rounds=1)
    assert done["documents"] == done["fetched"] == SIZE
    fifth, end = done["kilobytes"]
    ratios = {
        "memory allowed / memory at the end": 1.1 * fifth / end,
        "a second / one brief": BRIEF_SECONDS / done["brief_seconds"],
    }
    keep(benchmark, ratios=ratios, goals=dict.fromkeys(ratios, 1.0), **done)


def record(folder: Path) -> dict[str, Any]:
    """Follow a record in a process of its own."""
    command = [sys.executable, "-m", "benches.record", str(folder), str(SIZE)]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    return dict(json.loads(ended.stdout))
