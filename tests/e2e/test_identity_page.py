"""The page on identities, run for real, block after block."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

import caducee
from caducee_demo.people import JEANNE
from caducee_demo.practice import Practice
from tests.e2e.desk import DOCTOR, SECRETARY

pytestmark = pytest.mark.anyio
PAGE = Path(__file__).parents[2] / "docs/how-to/identity.md"


async def test_every_block_of_the_page_runs_in_its_order(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    monkeypatch.chdir(practice.folder)
    async with caducee.open_kernel(caducee.load_config(practice.config)) as kernel:
        names: dict[str, Any] = {
            "kernel": kernel,
            "patient": JEANNE,
            "newcomer": msgspec.structs.replace(JEANNE, local_id="DOUBLE"),
            "secretary": SECRETARY,
            "doctor": DOCTOR,
        }
        for block in blocks:
            code = compile(block, PAGE.name, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
            running = eval(code, names)
            if running is not None:
                await running
    assert len(blocks) == 6
    assert names["found"].step == "compare"
    assert names["patient"].status == "QUAL"
    assert (practice.folder / "ins.svg").read_text(encoding="utf-8").startswith("<svg")
