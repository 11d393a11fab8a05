"""``caducee plugin new NAME``: writes a plugin that keeps the contract, to be changed into what is needed."""

from __future__ import annotations

import argparse
import keyword
import re
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path

from caducee.errors import Finding
from caducee.errors.base import WithFindings

_NAME = re.compile(r"[a-z][a-z0-9_]{1,29}")
_FILES = {
    "pyproject.toml": "pyproject.toml",
    "README.md": "README.md",
    "src/caducee_{{name}}/__init__.py": "init.py",
    "src/caducee_{{name}}/plugin.py": "plugin.py",
    "src/caducee_{{name}}/fake_service.py": "fake_service.py",
    "src/caducee_{{name}}/py.typed": "",
    "tests/test_contract.py": "test_contract.py",
}


class PluginNotWritten(WithFindings):
    """The plugin cannot be written there, or under that name; nothing was written."""

    code = "plugin.not_written"
    sentence = "Le module n'a pas été écrit."
    remedy = "Corrigez ce qui est indiqué, puis recommencez."


def main(argv: Sequence[str]) -> int:
    """Write the package; 0 when all of it stands."""
    options = argparse.ArgumentParser(prog="caducee plugin", description="Helps to write a plugin.")
    actions = options.add_subparsers(dest="action", required=True, metavar="ACTION")
    new = actions.add_parser("new", help="write a plugin that passes the contract suite as it is")
    new.add_argument("name", help="name of the plugin: [plugins.NAME] in caducee.toml, package caducee_NAME")
    new.add_argument("--dir", type=Path, metavar="DIR", help="where to write it (./caducee-NAME)")
    chosen = options.parse_args(argv)
    folder = chosen.dir or Path(f"caducee-{_dashed(chosen.name)}")
    written = write_plugin(chosen.name, folder)
    print(f"{folder} : {len(written)} fichiers.")
    print(f"Ensuite : pip install -e '{folder}[tests]' puis pytest {folder}")
    return 0


def write_plugin(name: str, folder: Path) -> tuple[Path, ...]:
    """Write the package into a folder that does not exist yet or is empty; return its files.

    Raises:
        PluginNotWritten: the name cannot be that of a package, or the folder holds something; nothing was written.
    """
    _refuse(name, folder)
    words = {"name": name, "dashed": _dashed(name), "Class": "".join(part.capitalize() for part in name.split("_"))}
    written = []
    for place, template in _FILES.items():
        path = folder / _filled(place, words)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_filled(_template(template), words), encoding="utf-8")
        written.append(path)
    return tuple(written)


def _refuse(name: str, folder: Path) -> None:
    findings = []
    if not _NAME.fullmatch(name) or keyword.iskeyword(name):
        message = "le nom s'écrit en minuscules, chiffres et « _ », commence par une lettre et fait 2 à 30 caractères"
        findings.append(Finding(field="name", rule="plugin_name", message=message))
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        message = f"« {folder} » existe déjà : choisissez un dossier vide"
        findings.append(Finding(field="dir", rule="plugin_folder", message=message))
    if findings:
        raise PluginNotWritten(tuple(findings))


def _template(name: str) -> str:
    return files("caducee.cli").joinpath("skeleton", f"{name}.in").read_text(encoding="utf-8") if name else ""


def _filled(text: str, words: Mapping[str, str]) -> str:
    for word, value in words.items():
        text = text.replace("{{" + word + "}}", value)
    return text


def _dashed(name: str) -> str:
    return name.replace("_", "-")
