from __future__ import annotations

import sys
import time
from collections.abc import Iterator

import pytest

from .practice_record import PracticeRecord


@pytest.fixture
def record() -> PracticeRecord:
    return PracticeRecord()


@pytest.fixture
def paris(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the desk count its hours as Paris does; Windows has no way to say so to one program."""
    if sys.platform == "win32":
        pytest.skip("a program of Windows has the time zone of its machine")
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()
