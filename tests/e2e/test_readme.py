"""The example of the README, run for real."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import anyio
import pytest

from caducee.keys import PinRequest
from caducee_demo.people import JEANNE
from caducee_demo.practice import PINS, Practice
from caducee_demo.sandbox import Control
from tests.e2e.desk import PDF

pytestmark = pytest.mark.anyio
README = Path(__file__).parents[2] / "README.md"


async def dialog(request: PinRequest) -> str | None:
    return PINS.get(request.serial)


async def test_the_example_of_the_readme_feeds_a_letter(
    practice: Practice, control: Control, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, Any] = {"my_pin_dialog": dialog, "__name__": "example"}
    exec(compile(example.replace("LETTER-2026-0001", f"LETTER-{uuid4()}"), "README.md", "exec"), names)
    monkeypatch.chdir(practice.folder)
    before = await anyio.to_thread.run_sync(control.held)
    await names["send_letter"](JEANNE, PDF, datetime.now().astimezone().strftime("%Y%m%d%H%M%S%z"))
    after = await anyio.to_thread.run_sync(control.held)
    assert len(after["documents"]) == len(before["documents"]) + 2
    assert "arrivé" in capsys.readouterr().out


def test_the_example_of_the_readme_is_short() -> None:
    (example,) = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert len([line for line in example.splitlines() if line.strip()]) <= 32
