"""``make evidence``: a requirement passes when all its tests did, and one that was not tried is said so."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
IDS = [one["id"] for one in tomllib.loads((ROOT / "docs/requirements.toml").read_text(encoding="utf-8"))["requirement"]]


def shown(tmp_path: Path, outcomes: dict[str, str]) -> tuple[int, str]:
    results = tmp_path / "results.jsonl"
    lines = [json.dumps({"test": f"t::{i}", "requirements": [i], "outcome": o}) for i, o in outcomes.items()]
    results.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    command = [sys.executable, str(ROOT / "tools/evidence.py"), str(results)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    return ended.returncode, ended.stdout.splitlines()[-1]


def test_all_passed_is_a_success(tmp_path: Path) -> None:
    assert shown(tmp_path, dict.fromkeys(IDS, "passed")) == (0, f"{len(IDS)} passed, 0 failed, 0 not run")


def test_one_failure_and_one_that_was_not_tried_are_counted_and_fail(tmp_path: Path) -> None:
    outcomes = {**dict.fromkeys(IDS[1:], "passed"), IDS[1]: "failed"}
    assert shown(tmp_path, outcomes) == (1, f"{len(IDS) - 2} passed, 1 failed, 1 not run")


def test_a_mark_that_names_no_requirement_fails(tmp_path: Path) -> None:
    outcomes = dict.fromkeys([*IDS, "NOWHERE-1"], "passed")
    assert shown(tmp_path, outcomes) == (1, f"{len(IDS)} passed, 0 failed, 0 not run")
