"""Lots through the real outbox to the sandbox's concentrator, and what it answers."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import msgspec
import pytest

from caducee.errors import ServiceRejected
from caducee.testing import kernel_for
from caducee_paymed_tp import plugin
from caducee_paymed_tp.api import TP, ThirdPartyPayment
from caducee_paymed_tp.model.invoices import Invoice
from caducee_paymed_tp.model.parts import Part, State
from caducee_sandbox.http import Answer, Request
from caducee_sandbox.server import HOST, Service
from caducee_sandbox.tp.judge import TpJudge
from caducee_sandbox.tp.month import Month

from .conftest import DOCTOR
from .practice import invoice

pytestmark = pytest.mark.anyio
PAYMENT_KEY = b"k" * 32


class Line:
    """The judge behind a port, which may lose an answer after the work was done."""

    def __init__(self) -> None:
        self.judge = TpJudge(seed=3, payment_key=PAYMENT_KEY)
        self.lose = 0
        self.refuses = False
        self.lots = 0

    async def respond(self, request: Request) -> Answer | None:
        if self.refuses:
            return Answer(status=422, content_type="application/json", body=b"{}")
        answer = self.judge.judge(request).answer
        if request.method == "POST" and request.path.startswith("/lots/"):
            self.lots += 1
            if self.lose:
                self.lose -= 1
                return None
        return answer

    def told(self, path: str, **what: object) -> Any:
        body = json.dumps(what).encode()
        request = Request(method="POST", path=path, content_type="application/json", body=body)
        return json.loads(self.judge.judge(request).answer.body)

    def passes(self, days: int) -> None:
        self.told("/day", days=days)

    def patient_pays(self, link: str, times: int) -> list[tuple[bytes, str]]:
        messages = self.told(f"/payments/{link}/pay", times=times)["messages"]
        return [(base64.b64decode(one["body"]), one["signature"]) for one in messages]


@asynccontextmanager
async def practice(folder: Path, line: Line, *, profile: str = "simulated") -> AsyncIterator[ThirdPartyPayment]:
    key = folder / "link.key"
    key.write_bytes(PAYMENT_KEY)
    key.chmod(0o600)
    async with anyio.create_task_group() as group:
        service = Service(line.respond)
        await service.open(group)
        url, keys = f"http://{HOST}:{service.port}", {"file": str(key)}
        link = {"address": "https://cabinet.invalid/payer", "provider": "simulated", "url": url}
        table = {
            "concentrator": {"profile": profile, "url": url},
            "link": {**link, "token_key": keys, "webhook_key": keys},
        }
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
    for one in invoices:
        await tp.take(one, b"signed", acting=DOCTOR)
    await tp.send(acting=DOCTOR)
    return [one.id for one in invoices]


async def states(tp: ThirdPartyPayment, invoices: list[str]) -> set[State]:
    standings = [await tp.standing(name) for name in invoices]
    return {claim.state for standing in standings if standing is not None for claim in standing.claims}


async def until_sent(tp: ThirdPartyPayment, invoices: list[str]) -> None:
    with anyio.fail_after(30):
        while State.LOTTED in await states(tp, invoices):
            await anyio.sleep(0.05)


@pytest.mark.parametrize("profile", ["simulated", "paymed"])
async def test_lots_leave_by_the_outbox_and_their_answers_come_back(tmp_path: Path, profile: str):
    line = Line()
    async with practice(tmp_path, line, profile=profile) as tp:
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


async def test_a_link_is_prepared_paid_and_given_back_at_the_configured_provider(tmp_path: Path):
    line = Line()
    async with practice(tmp_path, line) as tp:
        await tp.take(invoice(1, patient=500), b"signed", acting=DOCTOR)
        opened = await tp.open_link("F1", Part.PATIENT, acting=DOCTOR)
        page = await tp.follow_link(opened.address.rpartition("/")[2])
        assert page.endswith(f"/payments/{opened.link.id}")
        for message in line.patient_pays(opened.link.id, 2):
            await tp.webhook(*message)
        await tp.refund(opened.link.id, 200, key="r1", acting=DOCTOR)
        assert await states(tp, ["F1"]) == {State.READY, State.SETTLED}
    assert line.judge._payments._provider.payments == {opened.link.id: 500}
    assert line.judge._payments._provider.refunds == {"r1": (opened.link.provider_reference, 200)}


async def test_a_provider_that_refuses_says_so(tmp_path: Path):
    line = Line()
    async with practice(tmp_path, line) as tp:
        await tp.take(invoice(1, patient=500), b"signed", acting=DOCTOR)
        line.refuses = True
        with pytest.raises(ServiceRejected):
            await tp.open_link("F1", Part.PATIENT, acting=DOCTOR)
