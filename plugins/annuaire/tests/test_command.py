"""``caducee annuaire``, as a person at the desk meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from caducee.cli import main as caducee
from caducee_annuaire.command import main

from .conftest import doctor, extraction

NAME = "Extraction_Correspondance_MSSante_20261127.txt"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    lines = [doctor("ROUX", "Camille", "camille.roux@m.test.mssante.fr", city="63999 VILLE", postal_code="63999")]
    return extraction(tmp_path / NAME, [*lines, "x|y"])


def test_a_file_is_imported_with_progress_and_what_was_left_out(
    file: Path, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", str(file), "--into", str(place)]) == 0
    said = capsys.readouterr()
    assert "1 boîtes importées" in said.out
    assert "27/11/2026" in said.out
    assert "1 ligne(s) inutilisable(s)" in said.out
    assert said.err.splitlines() == ["lecture…", "classement…", "index…"]


def test_boxes_are_shown_as_a_table(file: Path, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["import", str(file), "--into", str(place)])
    capsys.readouterr()
    assert main(["search", "cam", "ROU", "--index", str(place)]) == 0
    assert "63999 VILLE  camille.roux@m.test.mssante.fr" in capsys.readouterr().out


def test_boxes_are_given_to_a_program(file: Path, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["import", str(file), "--into", str(place)])
    capsys.readouterr()
    assert main(["search", "rou", "--json", "--index", str(place)]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["boxes"][0]["mailbox"]["address"] == "camille.roux@m.test.mssante.fr"
    assert said["edition"].startswith("2026-11-27")


def test_nobody_found_is_said(file: Path, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["import", str(file), "--into", str(place)])
    assert main(["search", "zzz", "--index", str(place)]) == 1
    assert "Aucune boîte" in capsys.readouterr().err


def test_a_wrong_file_is_told_in_french(tmp_path: Path, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = extraction(tmp_path / NAME, [], header="Nom|Prénom")
    assert caducee_with(["import", str(wrong), "--into", str(place)]) == 1
    said = capsys.readouterr().err
    assert "colonne 1 : « Type de BAL » attendu, « Nom » trouvé." in said
    assert "annuaire.extraction_invalid" in said


def test_a_search_without_an_index_says_what_to_do(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert caducee_with(["search", "rou", "--index", str(place)]) == 1
    assert "caducee annuaire import" in capsys.readouterr().err


def test_a_place_that_cannot_be_written_is_told(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "taken").write_text("a file where a folder should be")
    assert main(["import", str(file), "--into", str(tmp_path / "taken" / "x.sqlite")]) == 1
    assert "n'a pas pu être écrit" in capsys.readouterr().err


@pytest.mark.parametrize("limit", ["0", "501", "x"])
def test_a_wrong_use_is_refused(limit: str) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["search", "rou", "--limit", limit])
    assert caught.value.code == 2


def caducee_with(arguments: list[str]) -> int:
    """As ``caducee annuaire`` runs it: errors are printed."""
    from caducee.cli import _guarded

    return _guarded(main, arguments)


def test_the_command_has_a_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert caducee(["--help"]) == 0
    with pytest.raises(SystemExit) as caught:
        main(["--help"])
    assert caught.value.code == 0
