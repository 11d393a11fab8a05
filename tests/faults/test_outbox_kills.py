from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import anyio

from caducee.clock import SystemClock
from caducee.outbox.stores.sqlite import open_store
from tests.faults.supervisor import supervised

KILLS = int(os.environ.get("CADUCEE_KILLS", "20"))
LIFE = Path(__file__).with_name("outbox_life.py")


async def look(folder: Path) -> tuple[str | None, set[str]]:
    """Return where the audit breaks, and every kind of event that happened."""
    async with open_store(folder / "data", tenant="cabinet", key=bytes(32), clock=SystemClock()) as store:
        kinds: set[str] = set()
        seen = 0
        while page := await store.events(seen):
            kinds |= {event.kind for event in page}
            seen = page[-1].seq
        return (await store.verify_audit())[1], kinds


def test_an_outbox_killed_at_random_moments_loses_and_doubles_nothing(tmp_path: Path) -> None:
    with supervised(LIFE, tmp_path) as supervisor:
        supervisor.kill_repeatedly(KILLS, longest=max(0.2, 3 * supervisor.first_word()), seed=20261125)
        supervisor.finish()
        acknowledged = supervisor.acknowledged()
    arrived = Counter((tmp_path / "ledger.log").read_text().split())
    assert len(acknowledged) >= KILLS / 4
    assert set(acknowledged) - set(arrived) == set()
    assert {name: times for name, times in arrived.items() if times != 1} == {}
    broken, kinds = anyio.run(look, tmp_path)
    assert broken is None
    assert "delivery.recovered" in kinds, "no life was killed while it was sending"
