"""What the demo builds, judged by the official rules, and its messages by the official schemas."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.conformance, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "caducee.cli", "demo", "--output", str(output), "--kit", os.environ["KIT"]]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return output


def documents(played: Path) -> list[bytes]:
    with sqlite3.connect(f"file:{played / 'sandbox' / 'dmp.sqlite'}?mode=ro", uri=True) as registry:
        rows = registry.execute("SELECT content FROM entry WHERE masked = 0").fetchall()
    return [bytes(content) for (content,) in rows if b"<ClinicalDocument" in bytes(content)]


def test_every_step_goes_well_when_the_sandbox_also_judges_by_the_official_schemas(played: Path) -> None:
    report: dict[str, Any] = json.loads((played / "report.json").read_text())
    assert report["ok"]
    assert len(report["steps"]) > 20


def test_every_document_of_the_demo_passes_the_official_rules(played: Path, tmp_path: Path) -> None:
    built = documents(played)
    assert len(built) >= 6
    for number, content in enumerate(built):
        (tmp_path / f"document-{number}.xml").write_bytes(content)
    judge = Path(os.environ["KIT"]) / "ans" / "validate"
    ended = subprocess.run(
        [sys.executable, str(judge), "--strict", "--json", str(tmp_path)], capture_output=True, text=True, check=False
    )
    verdicts = [json.loads(line) for line in ended.stdout.splitlines()]
    assert len(verdicts) == len(built)
    assert [verdict["findings"] for verdict in verdicts if not verdict["ok"]] == []
    assert ended.returncode == 0
