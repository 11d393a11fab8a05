"""B11: a hundred thousand documents through ``seal_many``: the memory at the end is that at one fifth."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from benches.conftest import keep
from benches.race import QUICK

SIZE = 5_000 if QUICK else 100_000
_PROGRAM = """
import sys
from benches.document.model import report
from benches.document.template import report_template

def resident():
    return int(open("/proc/self/status").read().partition("VmRSS:")[2].split()[0])

size, fifth, done = int(sys.argv[1]), 0, 0
models = (report(number) for number in range(size))
for document, _, _ in report_template().seal_many(models):
    assert document.startswith(b"<ClinicalDocument")
    done += 1
    if done == size // 5:
        fifth = resident()
assert done == size
print(fifth, resident())
"""


def test_b11(benchmark: Any) -> None:
    fifth, end = benchmark.pedantic(batch, rounds=1)
    ratios = {"memory allowed / memory at the end": 1.1 * fifth / end}
    keep(benchmark, ratios=ratios, goals=dict.fromkeys(ratios, 1.0), documents=SIZE, kilobytes=[fifth, end])


def batch() -> tuple[int, int]:
    """Run the batch in a process of its own; return its memory at one fifth and at the end, in kilobytes."""
    command = [sys.executable, "-c", _PROGRAM, str(SIZE)]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    fifth, end = map(int, ended.stdout.split())
    return fifth, end
