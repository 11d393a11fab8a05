"""``caducee document read``: any document, without any configuration."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from caducee.cli import main
from core.tests.cda.reading.fragments import around, section


@pytest.fixture
def received(tmp_path: Path) -> Path:
    path = tmp_path / "reçu.xml"
    path.write_bytes(section("<text>Bonjour &lt;b&gt;</text>"))
    return path


def test_the_json_form_says_all_that_was_read(received: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["document", "read", str(received), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["sections"][0]["narrative"] == ["Bonjour <b>"]
    assert said["header"]["patient"]["birth_name"] == ""


def test_files_are_base_64_in_the_json_form(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "d.xml"
    path.write_bytes(around("<component><nonXMLBody><text>mot</text></nonXMLBody></component>"))
    assert main(["document", "read", str(path), "--json"]) == 0
    attachment = json.loads(capsys.readouterr().out)["attachments"][0]
    assert (base64.b64decode(attachment["content"]), attachment["name"]) == (b"mot", "document.txt")


def test_what_is_odd_is_said_with_its_place_and_the_document_is_shown(
    received: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "page.html"
    assert main(["document", "read", str(received), "--html", "-o", str(out)]) == 0
    assert f"{received}:1: Le document n'a pas d'identifiant. (header.id, /ClinicalDocument)" in capsys.readouterr().err
    assert "Bonjour &lt;b&gt;" in out.read_text()


def test_one_form_must_be_chosen(received: Path) -> None:
    with pytest.raises(SystemExit):
        main(["document", "read", str(received)])
    with pytest.raises(SystemExit):
        main(["document", "read", str(received), "--json", "--html"])


def test_a_document_type_declaration_is_refused_in_french(received: Path, capsys: pytest.CaptureFixture[str]) -> None:
    received.write_bytes(b"<!DOCTYPE a>" + received.read_bytes())
    assert main(["document", "read", str(received), "--json"]) == 1
    assert "n'est pas lisible" in capsys.readouterr().err
