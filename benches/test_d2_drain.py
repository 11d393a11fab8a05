"""D2: an outbox full of letters is drained to the simulated DMP over TLS, sealed by the organisation (INDIRECTE).

Both ends share the machine, and the simulated DMP checks each signature: how long it worked is printed beside. Its
ledger is the judge: each letter is held once.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import anyio
import pytest

import caducee
from benches.conftest import keep
from benches.key import Key
from benches.practice import letter
from benches.race import QUICK
from caducee import Actor, Audience
from caducee.outbox.contract import DeliveryState
from caducee_demo.practice import set_up
from caducee_demo.sandbox import Control, running
from caducee_dmp import Dmp

LETTERS = 40 if QUICK else 300
KILOBYTES = 20


def test_d2(benchmark: Any, key: Key, tmp_path: Path) -> None:
    with running(tmp_path / "sandbox") as sandbox:
        practice = set_up(tmp_path / "practice", sandbox, pace=1.0, feed="indirect")
        before = busy(sandbox["pid"])
        took = benchmark.pedantic(lambda: anyio.run(drained, practice.config), rounds=1)
        held = Control(practice.control).held()["documents"]
        worked = busy(sandbox["pid"]) - before
    assert len({document["uniqueId"] for document in held}) == len(held) >= LETTERS
    begun = time.perf_counter()
    for _ in range(100):
        key.native.sign_sha256(b"x")
    signs = 100 / (time.perf_counter() - begun)
    rate = LETTERS / took
    keep(
        benchmark,
        ratios={"200 documents/s": rate / 200},
        goals={"200 documents/s": 1.0},
        documents_per_second=round(rate, 1),
        raw_rsa_per_second=round(signs),
        sandbox_cpu_ms_per_document=round(1000 * worked / LETTERS, 2),
    )


async def drained(config: Path) -> float:
    """Publish, then open with the drain and wait until all is delivered; return the seconds of the second part."""
    async with caducee.open_kernel(config, drain=False) as kernel:
        for number in range(LETTERS):
            document = letter(number, KILOBYTES)
            await kernel.documents.publish(
                document,
                audience=Audience(Dmp()),
                acting=Actor.automaton("bench"),
                validated_by="roux",
                idempotency_key=document.local_id,
            )
    begun = time.perf_counter()
    async with caducee.open_kernel(config) as kernel:
        done = 0
        async for event in kernel.events():
            if event.kind == "delivery.settled" and event.state == DeliveryState.DELIVERED:
                done += 1
            if done == LETTERS:
                return time.perf_counter() - begun
    pytest.fail("the events ended")


def busy(pid: int) -> float:
    """Return the CPU seconds that a process has used."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
