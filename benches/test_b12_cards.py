"""B12: the card in real life: one doctor and eight, cards as slow as real ones, while the desk goes on publishing."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import anyio
import msgspec
import pytest

import caducee
from benches.cards import PIN, Signed, Signing, practice
from benches.conftest import keep
from benches.practice import letter
from benches.race import QUICK
from benches.result import percentile
from caducee import Actor, Audience
from caducee.outbox.contract import DeliveryState

DOCUMENTS, PATIENTS = ({1: 16, 8: 16}, 4) if QUICK else ({1: 80, 8: 400}, 60)
"""By doctors. One doctor alone makes fewer than four hundred: their slow card would take four minutes."""


@pytest.mark.parametrize("delay_ms", [150, 600])
@pytest.mark.parametrize("authors", [1, 8])
def test_b12(benchmark: Any, tmp_path: Path, authors: int, delay_ms: int) -> None:
    config = practice(tmp_path, authors=authors, delay_ms=delay_ms)
    took, desk = benchmark.pedantic(lambda: anyio.run(run, config, authors), rounds=1)
    allowed, documents = authors * 1000 / delay_ms, DOCUMENTS[authors]
    rate, p99 = documents / took, percentile(desk, 0.99)
    keep(
        benchmark,
        ratios={"what the cards allow": rate / allowed, "20 ms / p99 at the desk": 20 / p99},
        goals={"what the cards allow": 0.9, "20 ms / p99 at the desk": 1.0},
        documents_per_minute=round(60 * rate),
        desk_p99_ms=round(p99, 1),
        documents=documents,
    )


async def run(config: caducee.Config, authors: int) -> tuple[float, list[float]]:
    """Publish while the cards sign; return the seconds until all was delivered, and each publish in milliseconds.

    Each doctor signs one document before: the PIN is asked, and the card's process is there.
    """

    async def prompt(_: object) -> str:
        return PIN

    async with caducee.open_kernel(config, pin_prompt=prompt, plugins={"signing": Signing()}) as kernel:
        await delivered(kernel, range(authors), authors)
        begun = time.perf_counter()
        desk = await delivered(kernel, range(authors, authors + DOCUMENTS[authors]), authors)
        return time.perf_counter() - begun, desk


async def delivered(kernel: caducee.Kernel, numbers: range, authors: int) -> list[float]:
    """Publish these documents and wait until all are delivered; return what each publish took."""
    desk, last = [], numbers[-1] + 1
    for number in numbers:
        document = letter(number, 20)
        patient = msgspec.structs.replace(document.patient, local_id=f"P{number % PATIENTS}")
        document = msgspec.structs.replace(document, author=f"doctor{number % authors}", patient=patient)
        called = time.perf_counter()
        await kernel.documents.publish(
            document, audience=Audience(Signed()), acting=Actor.doctor("Dr Roux"), idempotency_key=document.local_id
        )
        desk.append((time.perf_counter() - called) * 1000)
    done = 0
    async for event in kernel.events():
        done += event.kind == "delivery.settled" and event.state == DeliveryState.DELIVERED
        if done == last:
            break
    return desk
