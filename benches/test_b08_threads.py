"""B8: B1 and B2 from two threads against one, on the wall clock: the GIL is left where the work is.

``bare_rsa`` says what two threads of bare signatures reached in the same run: more than that no path can.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from benches.conftest import Measure
from benches.document.model import report
from benches.key import Key
from benches.ours import Submitting
from benches.race import race


@pytest.mark.parametrize("size", [1, 20], ids=["b1", "b2"])
def test_b8(measure: Measure, key: Key, size: int) -> None:
    reports = [report(number) for number in range(1, size + 1)]
    ours, runs, message = Submitting(key), max(2, 20 // size), bytes(1500)

    def work() -> None:
        for _ in range(runs):
            ours.submit(reports)

    def sign() -> None:
        for _ in range(20):
            key.native.sign_sha256(message)

    with ThreadPoolExecutor(2) as pool:
        bare = race(partial(_both, pool, sign), {"one thread": sign}, clock=time.perf_counter)
        measure(
            partial(_both, pool, work),
            {"one thread": work},
            goals={"one thread": 1.8},
            scale={"one thread": 2},
            clock=time.perf_counter,
            bare_rsa=round(2 * bare.ratios["one thread"], 2),
        )


def _both(pool: ThreadPoolExecutor, work: Callable[[], None]) -> None:
    for future in [pool.submit(work), pool.submit(work)]:
        future.result()
