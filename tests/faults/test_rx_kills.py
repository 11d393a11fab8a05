"""A prescribing desk that is killed at random, judged by what the simulated base and the DMP themselves hold."""

from __future__ import annotations

import json
import os
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import httpx
import pytest

from caducee_demo.practice import set_up
from caducee_demo.sandbox import Control, running
from tests.e2e.desk import with_prescriptions
from tests.faults.supervisor import supervised

KILLS = max(10, int(os.environ.get("CADUCEE_KILLS", "20")) // 5)
LIFE = Path(__file__).with_name("rx_life.py")


def numbers_at_the_base(sandbox: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Return, by the identifier that the product's name carries, each number that the base holds and its status."""
    held = httpx.get(f"{sandbox['control']}/state/erx", timeout=30).json()
    by_prescription: dict[str, dict[str, str]] = defaultdict(dict)
    for number, one in held.items():
        by_prescription[one["content"]["lines"][0]["label"].split()[1]][number] = one["status"]
    return by_prescription


@pytest.mark.timeout(120 + 10 * KILLS)
def test_a_desk_killed_at_random_moments_loses_no_prescription_and_registers_none_twice(tmp_path: Path) -> None:
    with running(tmp_path / "sandbox") as sandbox:
        with_prescriptions(set_up(tmp_path / "practice", sandbox, pace=20.0), sandbox)
        (tmp_path / "people.json").write_text(json.dumps(sandbox["people"]))
        (tmp_path / "control").write_text(sandbox["control"])
        with supervised(LIFE, tmp_path) as supervisor:
            supervisor.kill_repeatedly(KILLS, longest=max(2.0, 3 * supervisor.first_word()), seed=20261128)
            supervisor.finish()
            told = {tuple(line.split("/")) for line in supervisor.acknowledged()}
        at_the_base, control = numbers_at_the_base(sandbox), Control(sandbox["control"])
        documents, ledger = control.held()["documents"], control.ledger()
    begun = {line.split()[0] for line in (tmp_path / "begun.log").read_text().splitlines()}
    registered = [one for one in ledger if one["transaction"] == "register" and one["verdict"] == "accepted"]
    assert len(begun) >= KILLS / 2, "too few lives lived long enough to issue"
    assert Counter(local_id for local_id, *_ in told) == dict.fromkeys(begun, 1), "lost, or told two things of one"
    assert {local_id: {number: "registered"} for local_id, _, number, _ in told} == at_the_base
    assert len(registered) == len(begun)
    arrived = Counter(one["uniqueId"] for one in documents)
    assert {name: arrived[name] for *_, name in told} == {name: 1 for *_, name in told}
    assert arrived.total() == 2 * len(told), "each comes with the signature of its set, and nothing else came"
    assert any(one["transaction"] == "consult" for one in ledger), "no life had to ask by the number"
