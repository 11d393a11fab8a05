from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

import anyio
import pytest

import caducee
from caducee.cda.reading import read_document
from caducee_demo.practice import set_up
from caducee_demo.sandbox import running
from caducee_dmp.record import SHARED_RECORD, News, Standing
from tests.e2e.desk import letter, opened, publish
from tests.faults.record_life import ACCESS, ACTING, patient, pin
from tests.faults.supervisor import supervised

KILLS = int(os.environ.get("CADUCEE_RECORD_KILLS", "6"))
LIFE = Path(__file__).with_name("record_life.py")


@pytest.mark.timeout(90 + 6 * KILLS)
def test_a_synchronisation_killed_at_random_moments_loses_no_document_and_tells_none_twice(tmp_path: Path) -> None:
    with running(tmp_path / "sandbox") as sandbox:
        set_up(tmp_path / "practice", sandbox, pace=20.0)
        (tmp_path / "people.json").write_text(json.dumps(sandbox["people"]))
        fed = anyio.run(feed, sandbox, tmp_path, 6)
        with supervised(LIFE, tmp_path) as supervisor:
            supervisor.kill_repeatedly(KILLS // 2, longest=2.0, seed=20261125)
            supervisor.finish()
            fed += anyio.run(feed, sandbox, tmp_path, 6)
            supervisor.kill_repeatedly(KILLS // 2, longest=2.0, seed=20261126)
            supervisor.finish()
        anyio.run(look, tmp_path, fed)


async def feed(sandbox: dict[str, object], folder: Path, letters: int) -> list[str]:
    """Feed letters to the record from another practice."""
    elsewhere = set_up(folder / "elsewhere", sandbox, pace=20.0)
    async with opened(elsewhere) as kernel:
        tickets = [await publish(kernel, letter(patient(folder))) for _ in range(letters)]
        for ticket in tickets:
            await ticket.settled()
    return [ticket.document_id for ticket in tickets]


async def look(folder: Path, fed: list[str]) -> None:
    """Every document is here, readable, once; the second half is told once each, the first half not at all."""
    config = folder / "practice" / "caducee.toml"
    async with caducee.open_kernel(config, pin_prompt=pin, drain=False) as kernel, kernel.use(SHARED_RECORD) as record:
        documents = await record.documents(patient(folder), practitioner="roux", acting=ACTING)
        assert Counter(one.document_id for one in documents) == Counter(fed)
        assert {(one.standing, one.kept, one.trouble) for one in documents} == {(Standing.CURRENT, True, "")}
        for document_id in fed:
            content = await record.open(patient(folder), document_id, practitioner="roux", acting=ACTING, access=ACCESS)
            assert read_document(content).document_id == document_id
        told = await record.notices(patient(folder), practitioner="roux")
    assert Counter((one.news, one.document_id) for one in told) == Counter((News.NEW, one) for one in fed[6:])
    assert [one.number for one in told] == list(range(1, len(told) + 1))
