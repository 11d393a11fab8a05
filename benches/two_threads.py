"""B8 in a process of its own, since it is the start of a process that says how its memory is managed.

``python -m benches.two_threads SIZE`` prints how many times one thread two of them are, and what bare RSA reaches.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from benches.document.model import report
from benches.key import run_key
from benches.ours import Submitting
from benches.race import race

RUNS = {1: 300, 20: 60}
"""Submissions of one turn, by their documents: some 100 ms. For the first few, both threads may be on one core."""
QUIET = 0.06
"""Of the machine, that other programs may use while a pair counts."""


def measured(size: int) -> dict[str, float]:
    """Return the ratios of two threads to one, on the wall clock."""
    key = run_key()
    reports, ours, message = [report(number) for number in range(1, size + 1)], Submitting(key), bytes(1500)

    def work() -> None:
        for _ in range(RUNS[size]):
            ours.submit(reports)

    def sign() -> None:
        for _ in range(400):
            key.native.sign_sha256(message)

    with ThreadPoolExecutor(2) as pool:
        return {name: _twice(pool, turn) for name, turn in (("ours", work), ("bare RSA", sign))}


def _twice(pool: ThreadPoolExecutor, turn: Callable[[], None]) -> float:
    raced = race(partial(_both, pool, turn), {"one thread": turn}, clock=time.perf_counter, quiet=QUIET)
    return 2 * raced.ratios["one thread"]


def _both(pool: ThreadPoolExecutor, turn: Callable[[], None]) -> None:
    for future in [pool.submit(turn), pool.submit(turn)]:
        future.result()


if __name__ == "__main__":
    print(json.dumps(measured(int(sys.argv[1]))))
