from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from caducee.cli import main
from caducee.outbox.contract import Store

from .practice import in_store, publish, set_up


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = set_up(tmp_path)
    publish(file)
    return file


def export(config: Path, output: Path) -> int:
    return main(["audit", "export", "-o", str(output), "--config", str(config)])


def test_every_entry_is_written_then_whether_the_chain_is_whole(config: Path, tmp_path: Path) -> None:
    output = tmp_path / "audit.jsonl"
    assert export(config, output) == 0
    *entries, last = [json.loads(line) for line in output.read_text().splitlines()]
    assert [entry["number"] for entry in entries] == list(range(1, len(entries) + 1))
    assert {"action", "actor", "at", "subject"} <= entries[0].keys()
    assert last == {"entries": len(entries), "whole": True, "broken": None}


def test_the_file_is_its_owner_s_only_and_the_reader_is_warned(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "audit.jsonl"
    export(config, output)
    assert stat.S_IMODE(output.stat().st_mode) == 0o600
    assert "désigne des patients" in capsys.readouterr().err


def test_a_file_that_exists_is_not_overwritten(config: Path, tmp_path: Path) -> None:
    output = tmp_path / "audit.jsonl"
    output.write_text("kept")
    assert export(config, output) == 1
    assert output.read_text() == "kept"


def test_a_broken_chain_is_said_in_the_file_and_fails(config: Path, tmp_path: Path) -> None:
    async def break_it(store: Store) -> None:
        def work(db: object) -> None:
            db.execute("DROP TRIGGER audit_unchanged")  # type: ignore[attr-defined]
            db.execute("UPDATE audit SET hash = x'00'")  # type: ignore[attr-defined]

        await store._database.write(work)  # type: ignore[attr-defined]

    in_store(config, break_it)
    output = tmp_path / "audit.jsonl"
    assert export(config, output) == 1
    last = json.loads(output.read_text().splitlines()[-1])
    assert last["whole"] is False
    assert last["broken"]
