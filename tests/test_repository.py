"""What must never be in the repository."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]
TEXT = {
    ".py",
    ".rs",
    ".toml",
    ".md",
    ".txt",
    ".in",
    ".xml",
    ".json",
    ".html",
    ".typ",
    ".sql",
    ".sh",
    ".pyi",
    ".lock",
    "",
}


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [ROOT / name for name in listed.splitlines() if (ROOT / name).is_file()]


def lines_with(pattern: str, *, skip: tuple[str, ...] = ()) -> list[str]:
    wanted = re.compile(pattern)
    return [
        f"{path.relative_to(ROOT)}: {line[:120]}"
        for path in tracked()
        if path.suffix in TEXT and path.name not in skip and path != Path(__file__)
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines()
        if wanted.search(line)
    ]


def test_no_private_key_is_kept() -> None:
    assert lines_with(r"-----BEGIN [A-Z ]*PRIVATE KEY-----$") == []


def test_requirements_carry_no_address() -> None:
    for path in (ROOT / "requirements").iterdir():
        assert "://" not in path.read_text(encoding="utf-8"), path


def test_no_path_of_a_machine_is_kept() -> None:
    assert lines_with(r"(^|[\s\"'=(])/(home|root|work|Users)/") == []


def test_no_certification_is_claimed() -> None:
    assert lines_with(r"(?i)\bcompliant\b|\bcertifié (par|CNDA|ANS|SESAM)|\bcertified by\b") == []
