"""``caducee obligations | indicators | information``, as a person types them."""

from __future__ import annotations

import json
from pathlib import Path

import anyio
import pytest

from caducee.assembly import open_store
from caducee.cli import main
from caducee.clock import SystemClock
from caducee.config import load_config
from caducee.sharing.desk import Sharing
from caducee.sharing.fact_kind import FactKind

from .practice import set_up


@pytest.fixture
def config(tmp_path: Path) -> str:
    """A practice that follows one patient and sent three care sheets."""
    made = set_up(tmp_path)

    async def notes() -> None:
        loaded = load_config(made)
        async with open_store(loaded) as store:
            sharing = Sharing(store, clock=SystemClock(), config=loaded.sharing, scopes=dict)
            await sharing.note(FactKind.ATTENDING, local_id="DOSSIER-7")
            await sharing.note(FactKind.MADE, code="11488-4", local_id="L1")
            for code in ("electronic", "electronic", "paper"):
                await sharing.note(FactKind.CARE_SHEET, code=code)

    anyio.run(notes)
    return str(made)


def test_what_is_due_is_listed_with_the_practice_s_own_number(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["obligations", "due", "--config", config]) == 0
    shown = capsys.readouterr().out
    assert "never_published" in shown
    assert "DOSSIER-7" in shown
    assert "profession de l'auteur inconnue" in shown
    assert main(["obligations", "due", "--config", config, "--json", "--as-of", "2020-01-01"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_the_table_is_printed_with_sources(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["obligations", "list", "--config", config]) == 0
    shown = capsys.readouterr().out
    assert "depuis le 31/12/2022 ; dmp, prescriber, attending, patient" in shown
    assert "[to_check]" in shown
    assert main(["obligations", "list", "--config", config, "--json"]) == 0
    assert "letter" in [row["id"] for row in json.loads(capsys.readouterr().out)]


def test_indicators_are_printed_exported_and_written_as_a_page(
    config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["indicators", "--config", config]) == 0
    assert "2 sur 3 (66,7" in capsys.readouterr().out
    page = tmp_path / "page.html"
    assert main(["indicators", "--config", config, "--json", "--page", str(page)]) == 0
    (sheets, *_) = json.loads(capsys.readouterr().out)
    assert (sheets["key"], sheets["done"], sheets["all_of_them"], sheets["reached"]) == (
        "electronic_care_sheets",
        2,
        3,
        True,
    )
    assert "DOSSIER-7" not in page.read_text(encoding="utf-8")
    assert main(["indicators", "--config", config, "--page", str(tmp_path)]) == 1
    assert "dossier" in capsys.readouterr().err


def test_a_text_is_listed_and_printed(config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["information", "list", "--config", config]) == 0
    assert "first_access" in capsys.readouterr().out
    assert main(["information", "list", "--config", config, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["key"] == "adult"
    sheet = tmp_path / "sheet.html"
    given = ["information", "print", "feeding", "--config", config, "--as-of", "2026-11-28"]
    assert main([*given, "--practice", "Cabinet Roux", "-o", str(sheet)]) == 0
    assert "Cabinet Roux" in sheet.read_text(encoding="utf-8")
    assert main([*given, "-o", str(tmp_path)]) == 1
    assert main(["information", "print", "nothing", "--config", config, "-o", str(sheet)]) == 1
    assert "nothing" in capsys.readouterr().err
