from __future__ import annotations

import json
from pathlib import Path

import pytest

from caducee.cli import main

from .practice import CONFIG, set_up


def test_each_hook_of_each_plugin_is_shown_once_with_its_outcome(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = set_up(tmp_path)
    table = """
[plugins.dmp]
url = "https://127.0.0.1:9/dmp"
lps = { id = "1", name = "LGC", version = "1", homologation = "N", oid = "1.2.250.1.999.1.1" }
"""
    config.write_text(CONFIG.replace("plugins = []", 'plugins = ["dmp"]') + table)
    assert main(["plugins", "trace", "--json", "--config", str(config)]) == 0
    calls = json.loads(capsys.readouterr().out)
    assert {(call["plugin"], call["hook"]) for call in calls} == {
        ("dmp", "caducee_register"),
        ("dmp", "caducee_route"),
        ("dmp", "caducee_validate"),
        ("dmp", "caducee_classify"),
        ("dmp", "caducee_explain"),
    }
    assert {call["outcome"] for call in calls} <= {"ok", "none"}
    assert not (tmp_path / "data").exists()
