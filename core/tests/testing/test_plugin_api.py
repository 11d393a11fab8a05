"""The names that plugins are written with."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import caducee.plugin_api
import caducee.testing

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "examples" / "third_party_chat"
PUBLIC = {"caducee", "caducee.plugin_api", "caducee.testing", "caducee.testing.contract"}


@pytest.mark.parametrize("module", [caducee.plugin_api, caducee.testing], ids=lambda module: module.__name__)
def test_every_public_name_can_be_had_and_no_other(module: object) -> None:
    names = module.__all__  # type: ignore[attr-defined]
    assert names == sorted(names, key=lambda name: (not name.isupper(), not name[0].isupper(), name))
    assert all(getattr(module, name) is not None for name in names)
    with pytest.raises(AttributeError):
        _ = module.nothing_of_the_kind  # type: ignore[attr-defined]


def test_importing_the_names_loads_nothing_else() -> None:
    heavy = "{'httpx', 'lxml', 'cryptography', 'sqlite3', 'pluggy', 'asyncio', 'pytest'}"
    program = f"import caducee.plugin_api, caducee.testing, sys; print(*(set(sys.modules) & {heavy}))"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert loaded.stdout.split() == []


def imports(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("caducee"):
                yield node.module
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names if alias.name.startswith("caducee"))


def test_the_example_and_the_skeleton_use_public_names_only(tmp_path: Path) -> None:
    from caducee.cli.plugin import write_plugin

    write_plugin("courrier", tmp_path / "new")
    used = {*imports(EXAMPLE), *imports(tmp_path)}
    assert {name for name in used if not name.startswith("caducee_courrier")} <= PUBLIC


def test_the_plugin_of_the_example_is_short() -> None:
    lines = (EXAMPLE / "src" / "third_party_chat" / "plugin.py").read_text(encoding="utf-8").splitlines()
    assert len(lines) < 150
