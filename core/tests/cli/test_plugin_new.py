from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from caducee.cli import main
from caducee.cli.plugin import PluginNotWritten, write_plugin

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "tutorial" / "your-first-plugin.md"
BIN = Path(sys.executable).parent


def blocks() -> Iterator[tuple[str, str, str]]:
    """Each block of the page: its language, its content, the text before it."""
    text = PAGE.read_text(encoding="utf-8")
    end = 0
    for found in re.finditer(r"```(\w+)\n(.*?)```", text, re.DOTALL):
        yield found[1], found[2], text[end : found.start()]
        end = found.end()


PIP = """#!/bin/sh
for word; do case "$word" in ./*) package="${word%[*}";; esac; done
exec "UV" pip install --quiet --no-deps --no-build-isolation --offline --python "PYTHON" --target "SITE" "$package"
"""


class Reader:
    """Somebody who follows the page in an empty folder. Their ``pip`` installs offline, into a folder of the test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._site = folder / "site"
        self._programs = folder / "bin"
        self._programs.mkdir()
        pip = self._programs / "pip"
        words = {"UV": BIN / "uv", "PYTHON": sys.executable, "SITE": self._site}
        pip.write_text(re.sub("UV|PYTHON|SITE", lambda found: str(words[found[0]]), PIP), encoding="utf-8")
        pip.chmod(0o755)

    def save(self, content: str, text_before: str) -> None:
        (name,) = re.findall(r"[Ss]ave this as `([\w.]+)`", text_before)
        (self.folder / name).write_text(content, encoding="utf-8")

    def run(self, commands: str) -> str:
        path = os.pathsep.join([str(self._programs), str(BIN), os.environ["PATH"]])
        environment = {**os.environ, "PATH": path, "PYTHONPATH": str(self._site), "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(
            ["sh", "-ec", commands], cwd=self.folder, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{commands}\n{done.stdout}\n{done.stderr}"
        return done.stdout


@pytest.mark.timeout(300)
def test_the_tutorial_leads_to_a_green_suite_and_a_delivered_document(tmp_path: Path) -> None:
    reader = Reader(tmp_path)
    said = [""]
    for language, content, before in blocks():
        match language:
            case "sh":
                said.append(reader.run(content))
            case "text":
                assert said[-1] == content
            case _:
                reader.save(content, before)
    assert any("passed" in words and "failed" not in words for words in said)
    assert any("validated" in words and "→ courrier" in words for words in said)


def test_the_plugin_is_named_in_all_its_files(tmp_path: Path) -> None:
    written = write_plugin("labo_exemple", tmp_path / "new")
    project = tomllib.loads((tmp_path / "new" / "pyproject.toml").read_text())
    assert project["project"]["entry-points"]["caducee.plugins"] == {"labo_exemple": "caducee_labo_exemple.plugin"}
    assert all("{{" not in path.read_text(encoding="utf-8") for path in written)
    assert "class LaboExemple(Destination" in (tmp_path / "new/src/caducee_labo_exemple/plugin.py").read_text()


@pytest.mark.parametrize("name", ["Courrier", "1er", "a", "mon courrier", "../x", "class", "x" * 31])
def test_a_name_that_no_package_can_have_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(PluginNotWritten) as refused:
        write_plugin(name, tmp_path / "new")
    assert [finding.field for finding in refused.value.findings] == ["name"]
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_over_what_is_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "precious").write_text("x")
    assert main(["plugin", "new", "courrier", "--dir", str(tmp_path)]) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["precious"]
    assert "Le module n'a pas été écrit." in capsys.readouterr().err
