from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from caducee_paymed_tp.commands import progress
from caducee_paymed_tp.commands.progress import Watched


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def read_twice(file: Path) -> str:
    with Watched(file.open("rb", buffering=0)) as watched:
        for _ in range(2):
            watched.seek(0)
            while watched.read(1000):
                pass
    said = sys.stderr
    return said.getvalue() if isinstance(said, io.StringIO) else ""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "large"
    made.write_bytes(b"x" * 100_000)
    return made


def test_a_large_file_says_how_far_it_is_over_both_passes(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_LARGE", 1000)
    monkeypatch.setattr(sys, "stderr", Terminal())
    said = read_twice(file).split("\r")
    assert said[1] == "Lecture : 0 %"
    assert said[-1] == "Lecture : 100 %\n"
    assert len(said) == 22


def test_a_small_file_says_nothing(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    assert read_twice(file) == ""


def test_nothing_is_said_to_a_program(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_LARGE", 1000)
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert read_twice(file) == ""


@pytest.mark.parametrize(
    ("large", "screen", "said"),
    [(1000, Terminal, "2/3 large : lecture de 0 Mio…\n"), (10**9, Terminal, ""), (1000, io.StringIO, "")],
)
def test_the_import_of_a_large_file_is_announced_to_a_person(
    file: Path, monkeypatch: pytest.MonkeyPatch, large: int, screen: type[io.StringIO], said: str
) -> None:
    monkeypatch.setattr(progress, "_LARGE", large)
    monkeypatch.setattr(sys, "stderr", shown := screen())
    progress.announce(file, "2/3")
    assert shown.getvalue() == said
