"""B8: B1 and B2 from two threads against one, on the wall clock: the GIL is left where the work is.

Measured in a process that was started as the documentation says of servers, and in one that was started as any other:
by default the allocator of glibc may give back to the system what a submission of a thread took, a thousand pages that
the next one faults in again. ``bare_rsa`` says what two threads of bare signatures reached: more than that no path can.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from benches.conftest import keep

SERVER = {"MALLOC_MMAP_THRESHOLD_": str(32 << 20), "MALLOC_TRIM_THRESHOLD_": str(256 << 20)}


@pytest.mark.parametrize("size", [1, 20], ids=["b1", "b2"])
def test_b8(benchmark: Any, size: int) -> None:
    server = benchmark.pedantic(lambda: raced(size, SERVER), rounds=1)
    keep(
        benchmark,
        ratios={"one thread": server["ours"]},
        goals={"one thread": 1.8},
        bare_rsa=round(server["bare RSA"], 2),
        started_as_any_other=round(raced(size, {})["ours"], 2),
    )


def raced(size: int, environment: dict[str, str]) -> dict[str, float]:
    """Return what two threads reach in a process that is started so."""
    command = [sys.executable, "-m", "benches.two_threads", str(size)]
    ran = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, check=True, text=True)
    ratios: dict[str, float] = json.loads(ran.stdout)
    return ratios
