from __future__ import annotations

import json
from pathlib import Path

import pytest

from caducee_demo.command import main


def test_one_chapter_alone_plays_and_leaves_its_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["carte", "--output", str(tmp_path / "demo")]) == 0
    report = json.loads((tmp_path / "demo" / "report.json").read_text())
    assert report["ok"]
    assert {"name", "ok", "seconds", "detail"} == set(report["steps"][0])
    assert "SPECIMEN" in capsys.readouterr().out


def test_a_chapter_that_needs_an_earlier_one_plays_alone(tmp_path: Path) -> None:
    assert main(["dossier", "--output", str(tmp_path / "demo")]) == 0


def test_a_letter_reaches_the_dmp_and_a_chat_that_somebody_else_wrote(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["messagerie-tierce", "--output", str(tmp_path / "demo")]) == 0
    said = capsys.readouterr().out
    assert "DMP : Le document est arrivé." in said
    assert "chat : Le document est arrivé. (réponse perdue" in said


def test_a_prescription_goes_to_the_pharmacy_and_comes_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ordonnance", "--output", str(tmp_path / "demo")]) == 0
    said = capsys.readouterr().out
    assert "ligne 2 remplacé par GÉNÉRIQUE EXEMPLE" in said
    assert "Ordonnance locale" in said


def test_invoices_are_followed_until_the_money_is_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["paiement", "--output", "demo"]) == 0, "a folder named from where one stands"
    said = capsys.readouterr().out
    assert "60 factures" in said
    assert "FACTURE-0061 remplace" in said
    assert "Le libellé du virement annoncé figure sur le relevé." in said
    assert "MUTUELLE EXEMPLE DEUX (SPECIMEN)" in said
    assert "Envoyez une première relance au payeur." in said
    assert "15,00\u00a0€, comptés une fois" in said
    shown = (tmp_path / "demo" / "pages" / "tiers-payant.html").read_text(encoding="utf-8")
    assert "SPECIMEN" in shown
    assert "Virements manquants" in shown


def test_a_chapter_that_does_not_exist_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["inconnu", "--output", str(tmp_path)])
    assert ended.value.code == 2
    assert "inconnu" in capsys.readouterr().err
