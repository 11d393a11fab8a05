from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from caducee.cli import main
from caducee.documents.announcement import asked, await_announcement
from caducee.model.announcement import Announce
from caducee.outbox.contract import DeliveryState, Store

from .practice import CONFIG, in_store, publish, set_aside, set_up


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return set_up(tmp_path)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(list(arguments))
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def test_no_argument_shows_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys)
    assert code == 2
    assert "doctor" in out
    assert "outbox" in out


def test_an_unknown_command_is_said_so(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "docteur")
    assert code == 2
    assert "docteur" in err


def test_a_configuration_error_is_said_in_french_with_its_key(capsys: pytest.CaptureFixture[str], config: Path) -> None:
    config.write_text(CONFIG.replace("tenant", "tennant"))
    code, _, err = run(capsys, "plugins", "--config", str(config))
    assert code == 1
    assert "kernel.tennant" in err
    assert "« tenant »" in err


def test_doctor_is_well_on_a_healthy_practice(capsys: pytest.CaptureFixture[str], config: Path) -> None:
    code, out, _ = run(capsys, "doctor", "--json", "--config", str(config))
    report = json.loads(out)
    assert code == 0
    assert report["ok"] is True
    assert [check["name"] for check in report["checks"]] == ["configuration", "outbox", "audit"]


def test_doctor_names_every_mistake_of_the_configuration(capsys: pytest.CaptureFixture[str], config: Path) -> None:
    config.write_text(CONFIG.replace("tenant", "tennant").replace("oid_root", "oidroot"))
    code, out, _ = run(capsys, "doctor", "--json", "--config", str(config))
    report = json.loads(out)
    assert code == 1
    assert report["ok"] is False
    assert [check["level"] for check in report["checks"]] == ["broken", "broken"]


def test_doctor_names_a_plugin_that_is_not_installed(capsys: pytest.CaptureFixture[str], config: Path) -> None:
    config.write_text(CONFIG.replace("plugins = []", 'plugins = ["nowhere"]'))
    code, out, _ = run(capsys, "doctor", "--config", str(config))
    assert code == 1
    assert "« nowhere » n'est pas installé" in out


def test_doctor_lists_what_is_missing_before_going_live(capsys: pytest.CaptureFixture[str], config: Path) -> None:
    config.write_text(CONFIG.replace('"sandbox"', '"integration"'))
    code, out, _ = run(capsys, "doctor", "--json", "--config", str(config))
    missing = [check for check in json.loads(out)["checks"] if check["code"] == "golive.missing"]
    assert code == 1
    assert [(check["name"], check["level"]) for check in missing] == [("start documents.oid_root", "broken")]


def test_doctor_tells_what_waits_for_a_person(capsys: pytest.CaptureFixture[str], config: Path) -> None:
    publish(config, why="identity")
    code, out, _ = run(capsys, "doctor", "--config", str(config))
    assert code == 0
    assert "1 envoi(s) attendent quelqu'un : identity" in out


def test_doctor_says_that_the_store_key_does_not_open_the_store(
    capsys: pytest.CaptureFixture[str], config: Path
) -> None:
    publish(config)
    (config.parent / "store.key").write_text("A" * 43 + "=")
    code, out, _ = run(capsys, "doctor", "--config", str(config))
    assert code == 0
    (config.parent / "store.key").write_text("B" * 43 + "=")
    code, out, _ = run(capsys, "doctor", "--config", str(config))
    assert code == 1
    assert "store.key_wrong" in out


def test_plugins_lists_what_is_installed_and_not_allowed_without_importing_it(
    capsys: pytest.CaptureFixture[str], config: Path
) -> None:
    code, out, _ = run(capsys, "plugins", "--json", "--config", str(config))
    assert code == 0
    assert {(row["state"], row["why"]) for row in json.loads(out)} == {("discovered", "not allowed")}


def test_outbox_list_shows_deliveries_and_no_patient(capsys: pytest.CaptureFixture[str], config: Path) -> None:
    publish(config)
    code, out, _ = run(capsys, "outbox", "list", "--config", str(config))
    assert code == 0
    assert "d-1" in out
    assert "P1" not in out
    code, out, _ = run(capsys, "outbox", "list", "--state", "delivered", "--json", "--config", str(config))
    assert json.loads(out) == []


def test_outbox_show_says_in_french_what_to_do(capsys: pytest.CaptureFixture[str], config: Path) -> None:
    publish(config, why="card")
    code, out, _ = run(capsys, "outbox", "show", "d-1", "--config", str(config))
    assert code == 0
    assert "Insérez la carte" in out


async def _two_announcements(store: Store) -> None:
    async with store.transaction() as tx:
        for document_id, due in (("1.2.3.1", date(2020, 1, 1)), ("1.2.3.2", date(2999, 1, 1))):
            announce = Announce("Dr Roux", due)
            await await_announcement(
                tx, asked(announce, document_id, now=datetime(2020, 1, 1, tzinfo=UTC), held=("d",))
            )


def test_outbox_overdue_lists_what_nobody_was_told_in_time(capsys: pytest.CaptureFixture[str], config: Path) -> None:
    in_store(config, _two_announcements)
    code, out, _ = run(capsys, "outbox", "overdue", "--config", str(config))
    assert (code, "1.2.3.1" in out, "Dr Roux" in out, "1.2.3.2" in out) == (0, True, True, False)
    code, out, _ = run(capsys, "outbox", "overdue", "--json", "--config", str(config))
    assert (code, [one["document_id"] for one in json.loads(out)]) == (0, ["1.2.3.1"])


def test_outbox_retry_puts_a_blocked_delivery_back(capsys: pytest.CaptureFixture[str], config: Path) -> None:
    publish(config)
    code, _, _ = run(capsys, "outbox", "retry", "d-1", "--config", str(config))
    assert code == 0

    async def state(store: object) -> DeliveryState:
        (row,) = await store.deliveries()
        return row.state

    assert in_store(config, state) is DeliveryState.PENDING


def test_inbox_shows_what_was_set_aside_and_nothing_of_it(capsys: pytest.CaptureFixture[str], config: Path) -> None:
    item = set_aside(config, "NESSI-TEST")
    code, out, _ = run(capsys, "inbox", "list", "--state", "aside", "--config", str(config))
    assert code == 0
    assert item in out
    assert "ValueError" in out
    assert "NESSI" not in out


def test_inbox_again_lets_an_item_wait_again_and_the_audit_says_so(
    capsys: pytest.CaptureFixture[str], config: Path
) -> None:
    item = set_aside(config, "P1")
    assert run(capsys, "inbox", "again", item, "--config", str(config))[0] == 0
    assert run(capsys, "inbox", "again", item, "--config", str(config))[0] == 1
    code, out, _ = run(capsys, "inbox", "list", "--json", "--config", str(config))
    assert code == 0
    assert [row["state"] for row in json.loads(out)] == ["waiting"]

    async def actions(store: object) -> list[str]:
        return [entry.action async for _, _, entry in store.audit_entries()]

    assert in_store(config, actions) == ["inbox.aside", "inbox.again"]


@pytest.mark.parametrize("action", ["show", "retry"])
def test_a_delivery_that_does_not_exist_is_said_so(
    capsys: pytest.CaptureFixture[str], config: Path, action: str
) -> None:
    code, _, err = run(capsys, "outbox", action, "d-9", "--config", str(config))
    assert code == 1
    assert "d-9" in err


def test_audit_verify_counts_the_entries_of_a_whole_chain(capsys: pytest.CaptureFixture[str], config: Path) -> None:
    publish(config)
    code, out, _ = run(capsys, "audit", "verify", "--json", "--config", str(config))
    report = json.loads(out)
    assert code == 0
    assert report["whole"] is True
    assert report["entries"] >= 1


def test_schema_config_is_printed_even_without_a_configuration(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, out, _ = run(capsys, "schema", "config", "--config", str(tmp_path / "none.toml"))
    assert code == 0
    assert json.loads(out)["$schema"].startswith("https://json-schema.org/")


def test_schema_config_holds_the_tables_of_the_enabled_plugins(
    capsys: pytest.CaptureFixture[str], config: Path
) -> None:
    config.write_text(CONFIG.replace("plugins = []", 'plugins = ["insi"]'))
    code, out, _ = run(capsys, "schema", "config", "--config", str(config))
    assert code == 0
    assert "insi" in json.loads(out)["$defs"]["Tables"]["properties"]["plugins"]["properties"]
