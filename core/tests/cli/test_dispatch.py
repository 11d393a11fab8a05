"""A command of another package: that package alone is imported."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import EntryPoint, EntryPoints

import pytest

from caducee.cli import main


def test_a_foreign_command_gets_its_arguments_and_gives_its_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "importlib.metadata.entry_points",
        lambda **_: EntryPoints([EntryPoint("stranger", f"{__name__}:stranger", "caducee.commands")]),
    )
    monkeypatch.setitem(sys.modules, __name__, sys.modules.get(__name__) or _this_module())
    assert main(["stranger", "a", "b"]) == 7


def test_a_command_whose_package_lacks_a_dependency_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "importlib.metadata.entry_points",
        lambda **_: EntryPoints([EntryPoint("stranger", "no_such_dependency:main", "caducee.commands")]),
    )
    with pytest.raises(SystemExit, match="no_such_dependency n'est pas installé"):
        main(["stranger"])


def stranger(argv: Sequence[str]) -> int:
    assert list(argv) == ["a", "b"]
    return 7


def _this_module() -> object:
    from types import SimpleNamespace

    return SimpleNamespace(stranger=stranger)


def test_the_overview_imports_no_plugin_no_sandbox_and_nothing_heavy() -> None:
    script = (
        "import sys; from caducee.cli import main; main(['--help'])\n"
        "print([m for m in sys.modules if m.partition('.')[0] in "
        "{'asyncio', 'httpx', 'lxml', 'cryptography', 'sqlite3', 'pluggy', 'anyio', 'caducee_insi', 'caducee_dmp', "
        "'caducee_sandbox', 'caducee_demo'}])"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert "sandbox" in done.stdout


def test_the_command_is_also_a_module() -> None:
    done = subprocess.run([sys.executable, "-m", "caducee.cli", "nope"], check=False, capture_output=True, text=True)
    assert done.returncode == 2
    assert "nope" in done.stderr
