"""Identities while the host is killed at random: judged by what the simulated INSi was asked, and by the trail."""

from __future__ import annotations

import csv
import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import anyio
import pytest

import caducee
from caducee_demo.practice import Practice, set_up
from caducee_demo.sandbox import Control, running
from caducee_insi.desk import DESK
from caducee_insi.trail import Decision, Standing, standing
from tests.faults.ins_batch_life import FILE, LIST
from tests.faults.ins_ensure_life import BEGUN, patient
from tests.faults.supervisor import supervised

KILLS = max(6, int(os.environ.get("CADUCEE_KILLS", "20")) // 3)
SIZE, LOTS = 3, 8
LIFE_OF_BATCH = Path(__file__).with_name("ins_batch_life.py")
LIFE_OF_DESK = Path(__file__).with_name("ins_ensure_life.py")
COLUMNS = "local_id;status;birth_name;given_names;sex;birth_date;birth_place;matricule;oid;confirmed;document;marks"
OID = "1.2.250.1.213.1.4.10"
WHOLE = {
    "VERIFIED": ("insi.verify",),
    "WITHDRAWN": ("insi.verification_failed",),
    "RETRIEVED": ("insi.retrieve", "insi.validate"),
}


def in_lots(practice: Practice) -> Practice:
    """Let lots be verified, few identities at a time."""
    text = practice.config.read_text(encoding="utf-8")
    more = f'[plugins.insi]\nlots = "simulated"\nlot_size = {SIZE}\nlot_poll = 0.1'
    practice.config.write_text(text.replace("[plugins.insi]", more), encoding="utf-8")
    return practice


def write_file(folder: Path, people: dict[str, str]) -> list[str]:
    """Write identities: every fourth is one that INSi does not recognise, and three ask for something else."""
    good = f"QUAL;NESSI-TEST;JEANNE MARIE;F;1975-03-12;63999;{people['NESSI-TEST']};{OID};;PA;"
    wrong = f"RECUP;SANSDMP-ESSAI;HUGO;M;2001-01-30;63996;{people['FERME-ESSAI']};{OID};;;"
    lines = [f"P{number};{good if number % 4 else wrong}" for number in range(SIZE * LOTS)]
    others = ["X1;VALI;BERNARD-FICTIF;LUCIE;F;1988-11-23;63997;;;;CN;", "X2;PROV;INCONNU;JEAN;M;1980-01-01;;;;;;fictif"]
    (folder / FILE).write_text("\r\n".join([COLUMNS, *lines, *others]) + "\r\n", encoding="utf-8")
    return [f"P{number}" for number in range(SIZE * LOTS)]


@pytest.mark.timeout(120 + 10 * KILLS)
def test_a_batch_killed_at_random_moments_asks_nothing_answered_again_and_lists_everybody(tmp_path: Path) -> None:
    with running(tmp_path / "sandbox") as sandbox:
        in_lots(set_up(tmp_path / "practice", sandbox, pace=20.0))
        verified = write_file(tmp_path, sandbox["people"])
        with supervised(LIFE_OF_BATCH, tmp_path) as supervisor:
            supervisor.kill_repeatedly(KILLS, longest=max(1.0, 2 * supervisor.first_word()), seed=20261129)
            supervisor.finish()
        asked = [line for line in Control(sandbox["control"]).ledger() if line["transaction"] == "lots"]
    listed = list(csv.DictReader((tmp_path / LIST).read_text(encoding="utf-8").splitlines(), delimiter=";"))
    assert [one["local_id"] for one in listed] == [*verified, "X1", "X2"]
    assert [one["verified"] for one in listed[:-2]] == ["yes" if n % 4 else "no" for n in range(SIZE * LOTS)]
    assert [one["needs"] for one in listed[-2:]] == ["retrieve", "doubt"]
    statuses = Counter(line["status"] for line in asked)
    assert statuses[201] == statuses[202] == LOTS, "each lot was taken once and was not ready once"
    assert LOTS <= statuses[200] <= LOTS + KILLS + 1, "only what was in flight at a kill is asked a second time"
    assert set(statuses) <= {200, 201, 202, 429}


@pytest.mark.timeout(120 + 10 * KILLS)
def test_an_identity_is_as_before_or_as_after_with_its_whole_trail_when_the_desk_is_killed(tmp_path: Path) -> None:
    with running(tmp_path / "sandbox") as sandbox:
        set_up(tmp_path / "practice", sandbox, pace=20.0)
        (tmp_path / "people.json").write_text(json.dumps(sandbox["people"]))
        with supervised(LIFE_OF_DESK, tmp_path) as supervisor:
            supervisor.kill_repeatedly(KILLS, longest=max(1.0, 2 * supervisor.first_word()), seed=20261130)
            told = set(supervisor.acknowledged())
            begun = (tmp_path / BEGUN).read_text().split()
            assert set(begun) - told, "no kill came in the middle"
            before = anyio.run(trails, tmp_path, begun)
            for local_id, decided in before.items():
                whole = WHOLE[local_id.partition("-")[0]]
                assert tuple(one.action for one in decided) in ((whole,) if local_id in told else ((), whole))
            supervisor.finish()
        after = anyio.run(trails, tmp_path, begun)
    for local_id, decided in after.items():
        check(patient(tmp_path, local_id).ins, decided, WHOLE[local_id.partition("-")[0]])


def check(given: Any, decided: tuple[Decision, ...], whole: tuple[str, ...]) -> None:
    """The trail is whole and was written once, and where it leaves the identity follows from it."""
    assert tuple(one.action for one in decided) == whole
    now: Standing = standing(decided)
    if whole == WHOLE["WITHDRAWN"]:
        assert (now.ins, now.former) == (None, (given,))
    else:
        assert now.ins is not None
        assert now.confirmed


async def trails(folder: Path, local_ids: list[str]) -> dict[str, tuple[Decision, ...]]:
    """Return the decisions about each file."""
    config = folder / "practice" / "caducee.toml"
    async with caducee.open_kernel(config, drain=False) as kernel, kernel.use(DESK) as desk:
        return {local_id: await desk.decisions(local_id) for local_id in local_ids}
