from __future__ import annotations

import os
from collections import defaultdict
from pathlib import Path

import anyio

from caducee.clock import SystemClock
from caducee.contracts.inbox import InboxRow
from caducee.contracts.state import StreamEntry
from caducee.outbox.stores.sqlite import open_store
from tests.faults.supervisor import supervised

KILLS = int(os.environ.get("CADUCEE_KILLS", "20"))
LIFE = Path(__file__).with_name("inbox_life.py")


async def look(folder: Path) -> tuple[tuple[StreamEntry, ...], tuple[InboxRow, ...], str | None]:
    """Return the whole stream, every item, and where the audit breaks."""
    async with open_store(folder / "data", tenant="cabinet", key=bytes(32), clock=SystemClock()) as store:
        stream = await store.read_stream("mss", "count", after=0, limit=1_000_000)
        return stream, await store.items(limit=1_000_000), (await store.verify_audit())[1]


def test_an_inbox_killed_at_random_moments_loses_nothing_and_never_renames_a_repeat(tmp_path: Path) -> None:
    with supervised(LIFE, tmp_path) as supervisor:
        supervisor.kill_repeatedly(KILLS, longest=max(0.3, 3 * supervisor.first_word()), seed=20261125)
        supervisor.finish()
        acknowledged = supervisor.acknowledged()
    assert len(acknowledged) >= KILLS / 10, "too few lives lived long enough to receive"
    handed: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for line in (tmp_path / "filed.log").read_text().splitlines():
        item_id, key, content = line.split()
        handed[key].add((item_id, content))
    stream, items, broken = anyio.run(look, tmp_path)
    assert set(acknowledged) - set(handed) == set()
    assert {key: names for key, names in handed.items() if len(names) != 1 or {c for _, c in names} != {key}} == {}
    assert [entry.number for entry in stream] == list(range(1, len(stream) + 1))
    assert {entry.value.decode() for entry in stream} == set(handed)
    assert len(items) == len(stream)
    assert broken is None
