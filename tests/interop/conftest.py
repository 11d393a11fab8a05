"""The judge of PDF/A: veraPDF, built by Maven from its own folder."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

JUDGE = Path(__file__).parent / "verapdf"


@pytest.fixture(scope="session")
def judge(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The command of the judge, built once from its own folder; it fails without Maven, never skips."""
    folder = tmp_path_factory.mktemp("verapdf")
    shutil.copytree(JUDGE, folder, dirs_exist_ok=True)
    subprocess.run(["mvn", "-q", "-B", "package"], cwd=folder, check=True, capture_output=True, timeout=300)
    return ["java", "-cp", f"{folder}/target/pdfa-judge-1.jar:{folder}/target/lib/*", "Judge"]
