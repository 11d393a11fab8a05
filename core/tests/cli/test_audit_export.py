from __future__ import annotations

import csv
import json
import stat
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from caducee.cli import main
from caducee.outbox.contract import AuditEntry, Store

from .practice import in_store, publish, set_up


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = set_up(tmp_path)
    publish(file)
    return file


def export(config: Path, output: Path, *more: str) -> int:
    return main(["audit", "export", "-o", str(output), "--config", str(config), *more])


def audited(config: Path, *entries: AuditEntry) -> None:
    async def work(store: Store) -> None:
        for entry in entries:
            async with store.transaction() as tx:
                await tx.audit(entry)

    in_store(config, work)


def tampered(config: Path, *statements: str) -> None:
    async def work(store: Store) -> None:
        def run(db: object) -> None:
            db.execute("DROP TRIGGER audit_unchanged")  # type: ignore[attr-defined]
            db.execute("DROP TRIGGER audit_kept")  # type: ignore[attr-defined]
            for statement in statements:
                db.execute(statement)  # type: ignore[attr-defined]

        await store._database.write(run)  # type: ignore[attr-defined]

    in_store(config, work)


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


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("UPDATE audit SET hash = x'00' WHERE number = 3", "entry 3 was changed"),
        ("UPDATE audit SET payload = x'00' WHERE number = 3", "entry 3 was changed"),
        ("DELETE FROM audit WHERE number = 3", "entry 3 is missing"),
        ("DELETE FROM audit WHERE number > 2", "4 entries were written, 2 are left"),
        ("UPDATE tenant SET audit_count = 2", "the head of the chain was changed"),
    ],
)
def test_a_broken_chain_gives_what_is_whole_and_fails(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], statement: str, why: str
) -> None:
    audited(config, *(AuditEntry(action="consult", actor="doctor:x") for _ in range(3)))
    tampered(config, statement)
    output = tmp_path / "audit.jsonl"
    assert export(config, output) == 1
    *entries, last = [json.loads(line) for line in output.read_text().splitlines()]
    assert [entry["number"] for entry in entries] == [1, 2]
    assert last == {"entries": 2, "whole": False, "broken": why}
    assert "incomplet" in capsys.readouterr().err


def test_each_entry_has_its_hash_in_the_chain(config: Path, tmp_path: Path) -> None:
    audited(config, AuditEntry(action="consult", actor="doctor:x"))
    output = tmp_path / "audit.jsonl"
    export(config, output)
    *entries, _ = [json.loads(line) for line in output.read_text().splitlines()]
    hashes = {entry["hash"] for entry in entries}
    assert len(hashes) == len(entries) == 2
    assert all(len(bytes.fromhex(each)) == 32 for each in hashes)


def test_more_than_a_page_is_written(config: Path, tmp_path: Path) -> None:
    async def work(store: Store) -> None:
        async with store.transaction() as tx:
            for _ in range(450):
                await tx.audit(AuditEntry(action="consult", actor="doctor:x"))

    in_store(config, work)
    output = tmp_path / "audit.jsonl"
    assert export(config, output) == 0
    assert len(output.read_text().splitlines()) == 452


def test_days_are_chosen_and_the_chain_is_checked_over_all_of_it(config: Path, tmp_path: Path) -> None:
    today = datetime.now().astimezone().date()
    yesterday, tomorrow = today - timedelta(days=1), today + timedelta(days=1)
    some, none, wrong = (tmp_path / name for name in ("some", "none", "wrong"))
    assert export(config, some, "--from", str(yesterday), "--to", str(tomorrow)) == 0
    assert export(config, none, "--to", str(yesterday)) == 0
    assert json.loads(some.read_text().splitlines()[-1])["entries"] == 1
    assert json.loads(none.read_text()) == {"entries": 0, "whole": True, "broken": None}
    tampered(config, "UPDATE audit SET hash = x'00'")
    assert export(config, wrong, "--to", str(yesterday)) == 1


def test_a_spreadsheet_gets_columns_and_no_formula(config: Path, tmp_path: Path) -> None:
    audited(config, AuditEntry(action="consult", actor="doctor:x", subject="=1+1", detail='a "b", c'))
    output = tmp_path / "audit.csv"
    assert export(config, output, "--format", "csv") == 0
    header, *entries, last = list(csv.reader(output.read_text().splitlines()))
    assert header == ["number", "at", "action", "actor", "reason", "subject", "detail", "hash"]
    assert entries[-1][5:7] == ["'=1+1", 'a "b", c']
    assert last == ["# entier", "2 entrée(s)"]


def test_a_broken_chain_is_said_at_the_end_of_the_columns(config: Path, tmp_path: Path) -> None:
    tampered(config, "UPDATE audit SET hash = x'00'")
    output = tmp_path / "audit.csv"
    assert export(config, output, "--format", "csv") == 1
    assert list(csv.reader(output.read_text().splitlines()))[-1][0] == "# incomplet : entry 1 was changed"


def test_a_date_that_is_none_is_refused(config: Path, tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        export(config, tmp_path / "x", "--from", "hier")
    assert not (tmp_path / "x").exists()
