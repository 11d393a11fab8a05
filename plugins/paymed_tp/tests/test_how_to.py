"""The how-to is run as it stands."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from caducee.testing import kernel_for
from caducee_paymed_tp import TP, errors
from caducee_paymed_tp.config import TpConfig
from caducee_paymed_tp.model.parts import Part, State
from caducee_paymed_tp.service import TpService

from .concentrator import HeldConcentrator, HeldProvider
from .conftest import DOCTOR
from .practice import notice, paid, returned, statement, wire
from .test_service import sent

pytestmark = pytest.mark.anyio
DOCS = Path(__file__).parents[3] / "docs"
PAGE = DOCS / "how-to/third-party-payment.md"


async def test_the_how_to_follows_an_invoice_to_the_bank(
    tp: TpService, state: Any, concentrator: HeldConcentrator, capsys: pytest.CaptureFixture[str]
):
    class Kernel:
        @asynccontextmanager
        async def use(self, key: object):
            yield tp

    block, _ = blocks()
    names: dict[str, Any] = {}
    exec(compile(block, str(PAGE), "exec"), names)
    await names["bill"](Kernel(), b"signed")
    await sent(tp, state, concentrator)
    files = [msgspec.json.encode([one]) for one in (returned(notice(paid(1, 2100))), statement(wire(2100)))]
    await names["evening"](Kernel(), files)
    standing = await tp.standing("FACTURE-2026-0001")
    assert standing is not None
    assert next(claim.state for claim in standing.claims if claim.part is Part.AMO) is State.SETTLED


async def test_the_how_to_wires_adapters_that_the_configuration_names(tmp_path: Path):
    page: dict[str, Any] = {}
    exec(compile(blocks()[1], str(PAGE), "exec"), page)
    held = HeldConcentrator()
    wired = page["third_party_payment"](lambda _: held, lambda _: HeldProvider())
    tables = {"paymed_tp": {"concentrator": {"profile": "mine"}}}
    async with kernel_for({"paymed_tp": wired}, folder=tmp_path, tables=tables) as kernel, kernel.use(TP) as tp:
        assert await tp.collect(acting=DOCTOR) == ()


def blocks() -> list[str]:
    return re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


async def test_the_reference_names_every_key_and_every_error():
    page = (DOCS / "reference/third-party-payment.md").read_text(encoding="utf-8")
    missing = [name for name in TpConfig.__struct_fields__ if f"`{name}" not in page]
    missing += [error.code for error in errors.ALL if f"`{error.code}`" not in page]
    assert missing == []
