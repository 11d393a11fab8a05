from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from caducee.cli import main
from caducee.testing.letters import PATIENT
from caducee_mss.command.patients import ListedPatients
from plugins.mss.tests.letters import sent
from plugins.mss.tests.written import file, mail

TRAP = b'Content-Disposition: attachment; filename="..\\\\..\\\\x.pdf"\r\n'


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "lettre.eml"
    path.write_bytes(sent())
    return path


@pytest.fixture
def patients(tmp_path: Path) -> Path:
    path = tmp_path / "patients.json"
    path.write_bytes(msgspec.json.encode([PATIENT]))
    return path


def test_a_person_reads_in_french_who_what_and_where(
    letter: Path, patients: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["mss", "read", str(letter), "--patients", str(patients)]) == 0
    said = capsys.readouterr().out
    for words in (
        "Dr_Camille_ROUX_Cabinet d'essai",
        "NESSI-CANARI",
        "Suivi canari",
        "à classer dans le dossier DOSSIER-CANARI-1",
    ):
        assert words in said


def test_a_program_reads_the_same_as_json(letter: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mss", "read", str(letter), "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert said["kind"] == "professional"
    assert said["documents"][0]["patient"]["birth_name"] == "NESSI-CANARI"
    assert all(said["documents"][0][name] for name in ("document_id", "title", "type", "created", "author", "version"))
    assert said["documents"][0]["filing"]["outcome"] == "person"
    assert said["documents"][0]["filing"]["receipt"] == "902"


def test_a_folder_gives_a_line_for_each_mail_and_its_progress_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("b.eml", "a.eml"):
        (tmp_path / name).write_bytes(sent())
    (tmp_path / "c.eml").write_bytes(b"rien")
    assert main(["mss", "read", str(tmp_path), "--json"]) == 3
    out, err = capsys.readouterr()
    lines = [json.loads(line) for line in out.splitlines()]
    assert [Path(line["file"]).name for line in lines] == ["a.eml", "b.eml", "c.eml"]
    assert [line["error"] for line in lines] == ["", "", "mss.mail_unreadable"]
    assert err.splitlines() == ["1/3 a.eml", "2/3 b.eml", "3/3 c.eml"]


def test_attachments_are_saved_inside_the_folder_over_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "piege.eml"
    path.write_bytes(mail(*[file(b"%PDF-", b"application/pdf", TRAP)] * 2))
    target = tmp_path / "pieces" / "ici"
    for _ in range(2):
        main(["mss", "read", str(path), "--extract", str(target)])
    assert sorted(one.name for one in target.iterdir()) == ["x-2.pdf", "x-3.pdf", "x-4.pdf", "x.pdf"]
    assert {one.read_bytes() for one in target.iterdir()} == {b"%PDF-"}
    assert sorted(one.name for one in tmp_path.iterdir()) == ["pieces", "piege.eml"]
    assert "enregistrée sous x-4.pdf" in capsys.readouterr().out


def test_what_is_no_mail_and_what_does_not_exist_have_their_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.eml").write_bytes(b"")
    assert main(["mss", "read", str(tmp_path / "a.eml")]) == 3
    assert "mss.mail_unreadable" in capsys.readouterr().out
    assert main(["mss", "read", str(tmp_path / "b.eml")]) == 3
    assert "n'existe pas" in capsys.readouterr().err


def test_no_character_of_a_mail_moves_the_cursor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(b"From: =?utf-8?Q?a=1B[2J?= <a@b.fr>\r\nSubject: =?utf-8?Q?x=1B]0;y=07?=\r\n\r\n")
    main(["mss", "read", str(path)])
    assert "\x1b" not in capsys.readouterr().out


def test_an_unknown_verb_says_how_to_call(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mss"]) == 2
    assert main(["mss", "--help"]) == 0
    assert "read" in capsys.readouterr().out


def test_patients_that_are_none_are_refused(letter: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "p.json").write_text("{}")
    assert main(["mss", "read", str(letter), "--patients", str(tmp_path / "p.json")]) == 1
    assert "patients" in capsys.readouterr().err


def test_listed_patients_know_no_document() -> None:
    assert ListedPatients((PATIENT,)).filed("1.2.3") is None


def test_listed_patients_are_found_by_name_and_date_of_birth_and_by_neither_alone() -> None:
    listed, traits = ListedPatients((PATIENT,)), PATIENT.traits
    assert listed.with_traits(traits.birth_name.lower(), traits.birth_date) == [PATIENT]
    assert listed.with_traits(traits.birth_name, "1900-01-01") == []
    assert listed.with_traits("AUTRE", traits.birth_date) == []
