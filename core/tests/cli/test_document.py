from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from caducee.cda.file import DocumentFile
from caducee.cli import main
from caducee.model.document import Document
from core.tests.cda.samples import OID_ROOT, ROUX, documents


@pytest.fixture
def inputs(tmp_path: Path) -> dict[str, Path]:
    made = {}
    for name in ("report", "summary, full", "prescription, full"):
        document = documents()[name]
        fields = {field: getattr(document, field) for field in Document.__struct_fields__}
        file = DocumentFile(**fields, practitioners={"roux": ROUX}, oid_root=OID_ROOT)
        made[name] = tmp_path / f"{name.replace(', ', '-')}.json"
        made[name].write_bytes(msgspec.json.encode(file))
    return made


def changed(path: Path, **changes: object) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_several_inputs_become_documents_in_a_folder(inputs: dict[str, Path], tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    assert main(["document", "build", *map(str, inputs.values()), "-o", str(folder)]) == 0
    assert sorted(path.name for path in folder.iterdir()) == ["prescription-full.xml", "report.xml", "summary-full.xml"]


def test_a_built_document_is_the_same_each_time(inputs: dict[str, Path], tmp_path: Path) -> None:
    for name in ("a.xml", "b.xml"):
        assert main(["document", "build", str(inputs["report"]), "-o", str(tmp_path / name)]) == 0
    assert (tmp_path / "a.xml").read_bytes() == (tmp_path / "b.xml").read_bytes()


def test_all_that_is_wrong_is_said_by_field_and_nothing_is_written(
    inputs: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed(inputs["report"], created="2026", oid_root="x", title=" ")
    assert main(["document", "build", str(inputs["report"]), "-o", str(tmp_path / "o.xml")]) == 1
    said = capsys.readouterr().err
    assert all(f"  {field} : " in said for field in ("oid_root", "created", "title"))
    assert not (tmp_path / "o.xml").exists()


def test_one_wrong_input_does_not_hold_the_others_back(inputs: dict[str, Path], tmp_path: Path) -> None:
    changed(inputs["report"], local_id="")
    assert main(["document", "build", *map(str, inputs.values()), "-o", str(tmp_path)]) == 1
    assert (tmp_path / "summary-full.xml").exists()
    assert not (tmp_path / "report.xml").exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"titel": "x"}, ""), ({"body": {"type": "pdf", "content": 3}}, "body.content"), ({"author": None}, "author")],
)
def test_a_misspelled_or_mistyped_field_is_refused_with_its_path(
    inputs: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str], changes: dict[str, object], field: str
) -> None:
    changed(inputs["report"], **changes)
    assert main(["document", "build", str(inputs["report"]), "-o", str(tmp_path / "o.xml")]) == 1
    assert f"  {field} : " in capsys.readouterr().err


def test_the_byte_order_mark_of_an_editor_is_passed_over(inputs: dict[str, Path], tmp_path: Path) -> None:
    inputs["report"].write_bytes(b"\xef\xbb\xbf" + inputs["report"].read_bytes())
    assert main(["document", "build", str(inputs["report"]), "-o", str(tmp_path / "o.xml")]) == 0


@pytest.mark.parametrize("command", [["build", "-o", "o.xml"], ["check"], ["read", "--html"]])
@pytest.mark.parametrize(("name", "said"), [("missing", "n'existe pas"), (".", "dossier")])
def test_a_file_that_cannot_be_read_is_said_in_french(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str], name: str, said: str
) -> None:
    assert main(["document", *command, str(tmp_path / name)]) in (1, 2)
    assert said in capsys.readouterr().err


def test_a_page_that_cannot_be_written_is_an_error_of_one_line(
    inputs: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["document", "build", str(inputs["report"]), "-o", str(tmp_path / "o.xml")])
    page = tmp_path / "nowhere" / "o.html"
    assert main(["document", "read", str(tmp_path / "o.xml"), "--html", "-o", str(page)]) == 1
    assert "n'existe pas" in capsys.readouterr().err


def test_an_author_that_nobody_describes_is_a_finding(
    inputs: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed(inputs["report"], practitioners={})
    assert main(["document", "build", str(inputs["report"]), "-o", str(tmp_path / "o.xml")]) == 1
    assert "  author : " in capsys.readouterr().err


def test_several_inputs_need_a_folder(inputs: dict[str, Path], tmp_path: Path) -> None:
    assert main(["document", "build", *map(str, inputs.values()), "-o", str(tmp_path / "o.xml")]) == 2


@pytest.mark.parametrize(("form", "start"), [("--json", b"{"), ("--html", b"<!DOCTYPE html>"), ("--pdf", b"%PDF-")])
def test_a_document_is_shown_in_each_form(
    inputs: dict[str, Path], tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], form: str, start: bytes
) -> None:
    built, shown = tmp_path / "d.xml", tmp_path / "shown"
    assert main(["document", "build", str(inputs["summary, full"]), "-o", str(built)]) == 0
    assert main(["document", "read", str(built), form, "-o", str(shown)]) == 0
    assert shown.read_bytes().startswith(start)
    assert main(["document", "read", str(built), form]) == 0
    assert capfdbinary.readouterr().out == shown.read_bytes()


def test_what_cannot_be_read_is_an_error_in_french(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.xml").write_bytes(b"not XML")
    assert main(["document", "read", str(tmp_path / "x.xml"), "--json"]) == 1
    assert "n'est pas lisible" in capsys.readouterr().err
    assert main(["document", "read", str(tmp_path / "none.xml"), "--json"]) == 1


def test_the_verbs_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["document"]) == 2
    assert main(["document", "--help"]) == 0
    assert "build" in capsys.readouterr().out


def test_the_schema_describes_every_body(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "document"]) == 0
    schema = json.loads(capsys.readouterr().out)
    tags = schema["$defs"]["DocumentFile"]["properties"]["body"]["discriminator"]["mapping"]
    assert {"pdf", "text", "summary", "prescription", "imaging_request", "vaccination_note", "other"} <= set(tags)


@pytest.fixture
def built(inputs: dict[str, Path], tmp_path: Path) -> Path:
    assert main(["document", "build", str(inputs["report"]), "-o", str(tmp_path / "d.xml")]) == 0
    return tmp_path / "d.xml"


def test_a_right_document_is_checked_without_errors(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["document", "check", str(built)]) == 0
    assert "erreur" not in capsys.readouterr().out


def test_what_is_wrong_is_said_with_its_line_its_rule_and_its_field(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "w.xml"
    wrong.write_bytes(built.read_bytes().replace(b'"fr-FR"', b'"fr"').replace(b'code="11488-4"', b'code="0"'))
    assert main(["document", "check", str(built), str(wrong)]) == 1
    said = capsys.readouterr().out
    assert f"{wrong}:1: erreur cda.header.code [type]" in said
    assert "/ClinicalDocument/languageCode" in said


def test_findings_can_be_read_by_a_program(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["document", "check", str(built), "--json", "--on", "2026-11-25"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {one["rule"] for one in found["findings"]} == {"cda.ps.key", "cda.file.pdfa"}


@pytest.mark.parametrize("name", ["none.xml", "x.xml"])
def test_a_file_that_cannot_be_read_does_not_pass(tmp_path: Path, name: str) -> None:
    (tmp_path / "x.xml").write_bytes(b"not XML")
    assert main(["document", "check", str(tmp_path / name)]) == 2
