from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

import anyio
import pytest

from caducee.assembly import open_store
from caducee.config import load_config
from caducee_demo.practice import set_up
from caducee_demo.sandbox import Control, running
from tests.faults.supervisor import supervised

KILLS = int(os.environ.get("CADUCEE_KILLS", "20"))
LIFE = Path(__file__).with_name("letter_life.py")


async def look(config: Path) -> tuple[str | None, set[str]]:
    """Return where the audit breaks, and every kind of event that happened."""
    async with open_store(load_config(config)) as store:
        kinds: set[str] = set()
        seen = 0
        while page := await store.events(seen):
            kinds |= {event.kind for event in page}
            seen = page[-1].seq
        return (await store.verify_audit())[1], kinds


@pytest.mark.timeout(60 + 5 * KILLS)
def test_a_desk_killed_at_random_moments_loses_no_letter_and_sends_none_twice(tmp_path: Path) -> None:
    with running(tmp_path / "sandbox") as sandbox:
        practice = set_up(tmp_path / "practice", sandbox, pace=20.0)
        (tmp_path / "people.json").write_text(json.dumps(sandbox["people"]))
        with supervised(LIFE, tmp_path) as supervisor:
            supervisor.kill_repeatedly(KILLS, longest=max(1.0, 3 * supervisor.first_word()), seed=20261125)
            supervisor.finish()
            acknowledged = supervisor.acknowledged()
        control = Control(sandbox["control"])
        state, ledger = control.held(), control.ledger()
    arrived = Counter(document["uniqueId"] for document in state["documents"])
    assert len(acknowledged) >= KILLS / 10, "too few lives lived long enough to publish"
    assert set(acknowledged) - set(arrived) == set()
    assert {name: times for name, times in arrived.items() if times != 1} == {}
    feeds = [exchange for exchange in ledger if exchange["transaction"] == "TD2.1"]
    assert len(feeds) >= len(acknowledged)
    assert [exchange["id"] for exchange in feeds if "Duplicate" in exchange["verdict"]] == [], "a letter was sent twice"
    broken, kinds = anyio.run(look, practice.config)
    assert broken is None
    assert KILLS < 50 or "delivery.recovered" in kinds, "no life was killed while it was sending"
