"""Lots through the real outbox to the sandbox's concentrator, and what it answers."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import msgspec
import pytest

from caducee.testing import kernel_for
from caducee_paymed_tp import plugin
from caducee_paymed_tp.api import TP, ThirdPartyPayment
from caducee_paymed_tp.model.invoices import Invoice
from caducee_paymed_tp.model.parts import State
from caducee_sandbox.http import Answer, Request
from caducee_sandbox.server import HOST, Service
from caducee_sandbox.tp.judge import TpJudge
from caducee_sandbox.tp.month import Month

from .conftest import DOCTOR

pytestmark = pytest.mark.anyio


class Line:
    """The judge behind a port, which may lose an answer after the work was done."""

    def __init__(self) -> None:
        self.judge = TpJudge(seed=3)
        self.lose = 0
        self.lots = 0

    async def respond(self, request: Request) -> Answer | None:
        answer = self.judge.judge(request).answer
        if request.method == "POST" and request.path.startswith("/lots/"):
            self.lots += 1
            if self.lose:
                self.lose -= 1
                return None
        return answer

    def passes(self, days: int) -> None:
        body = json.dumps({"days": days}).encode()
        self.judge.judge(Request(method="POST", path="/day", content_type="application/json", body=body))


@asynccontextmanager
async def practice(folder: Path, line: Line) -> AsyncIterator[ThirdPartyPayment]:
    async with anyio.create_task_group() as group:
        service = Service(line.respond)
        await service.open(group)
        table = {"concentrator": {"profile": "simulated", "url": f"http://{HOST}:{service.port}"}}
        async with (
            kernel_for({"paymed_tp": plugin}, folder=folder, tables={"paymed_tp": table}) as kernel,
            kernel.use(TP) as tp,
        ):
            yield tp
        await service.close()
        group.cancel_scope.cancel()


async def bill(tp: ThirdPartyPayment, count: int) -> list[str]:
    month = Month(3, invoices=28 * count)
    invoices = [msgspec.convert(made, Invoice) for made in month.billed(month.first)]
    for invoice in invoices:
        await tp.take(invoice, b"signed", acting=DOCTOR)
    await tp.send(acting=DOCTOR)
    return [invoice.id for invoice in invoices]


async def states(tp: ThirdPartyPayment, invoices: list[str]) -> set[State]:
    standings = [await tp.standing(name) for name in invoices]
    return {claim.state for standing in standings if standing is not None for claim in standing.claims}


async def until_sent(tp: ThirdPartyPayment, invoices: list[str]) -> None:
    with anyio.fail_after(30):
        while State.LOTTED in await states(tp, invoices):
            await anyio.sleep(0.05)


async def test_lots_leave_by_the_outbox_and_their_answers_come_back(tmp_path: Path):
    line = Line()
    async with practice(tmp_path, line) as tp:
        invoices = await bill(tp, 4)
        await until_sent(tp, invoices)
        line.passes(40)
        imported = await tp.collect(acting=DOCTOR)
        done = await tp.reconcile(acting=DOCTOR)
        assert sum(one.paid for one in imported) > 0
        assert done.confirmed
        assert State.SETTLED in await states(tp, invoices)
        assert await tp.collect(acting=DOCTOR) == ()


async def test_a_lot_whose_answer_is_lost_is_submitted_once(tmp_path: Path):
    line = Line()
    line.lose = 1
    async with practice(tmp_path, line) as tp:
        invoices = await bill(tp, 1)
        await until_sent(tp, invoices)
        assert (line.lots, len(line.judge._concentrator.held)) == (1, 1)
