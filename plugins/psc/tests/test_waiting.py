"""What waits for a log-in waits alone, nobody is asked, and a log-in lets it go."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import ClassVar

import anyio
import pytest

from caducee.clock import SystemClock
from caducee.contracts.delivery import Envelope, Receipt
from caducee.contracts.plugin import Need, PluginContext, Registrar
from caducee.contracts.session import PROFESSIONAL_SESSION
from caducee.contracts.signer import SignatureAlgorithm
from caducee.contracts.state import Parcel, StateSpec
from caducee.hooks import hookimpl
from caducee.kernel import Kernel
from caducee.model.destination import Destination
from caducee.model.practice import Actor
from caducee.outbox.contract import DeliveryState
from caducee.services import ServiceKey
from caducee.testing import FakeCard, Outage, ScriptedService, kernel_for
from caducee_psc.plugin import Psc

from .conftest import AUTHORITY, DOCTOR
from .op import CLIENT, SECRET, Browser, Op

pytestmark = pytest.mark.anyio
ROUX, OUTBOX = Actor.doctor("Dr Roux"), Actor.automaton("outbox")
POST: ServiceKey[Post] = ServiceKey("post")
VARIABLE = "CADUCEE_PSC_ESSAI"


class Mail(Destination, frozen=True):
    """By secure mail: needs a log-in."""

    kind: ClassVar[str] = "essai_mail"


class Record(Destination, frozen=True):
    """To a record: needs the card."""

    kind: ClassVar[str] = "essai_record"


class Post:
    """Hands parcels over."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context

    async def hand_over(self, kind: str) -> None:
        async with self._context.state.transaction() as tx:
            await tx.deliver(Parcel(key=kind, kind=kind, payload=b"letter", author="roux"))


class ByLogIn:
    """Sends with the token of the author."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context

    async def prepare(self, envelope: Envelope) -> bytes:
        async with self._context.use(PROFESSIONAL_SESSION) as session:
            await session.token(envelope.author, acting=OUTBOX)
        return b""

    async def send(self, envelope: Envelope, prepared: bytes) -> Receipt:
        return Receipt(service="essai", at="")

    async def probe(self, envelope: Envelope, prepared: bytes) -> Receipt | None:
        return None


class ByCard(ByLogIn):
    """Signs with the card of the author."""

    async def prepare(self, envelope: Envelope) -> bytes:
        signer = await self._context.credentials.signer(envelope.author)
        return await signer.sign(envelope.document, SignatureAlgorithm.RSA_SHA256)


class Postman:
    """The plugin."""

    @hookimpl
    def caducee_register(self, registrar: Registrar) -> None:
        registrar.needs(PROFESSIONAL_SESSION, Need.SIGNATURE)
        registrar.state(StateSpec())
        registrar.service(POST, lambda context: _made(Post(context)))
        registrar.destination(Mail, lambda context: _made(ByLogIn(context)))
        registrar.destination(Record, lambda context: _made(ByCard(context)))


@asynccontextmanager
async def _made(thing):  # type: ignore[no-untyped-def]
    yield thing


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch, provider: ScriptedService, op: Op) -> dict[str, object]:
    monkeypatch.setenv(VARIABLE, SECRET)
    op.clock = SystemClock()
    return {
        "issuer": op.issuer,
        "client_id": CLIENT,
        "client_secret": {"env": VARIABLE},
        "credential": "psc",
        "answer_timeout": 2.0,
    }


@asynccontextmanager
async def running(folder: Path, table: dict[str, object], browser: Browser) -> AsyncIterator[Kernel]:
    plugins = {"psc": Psc(browser), "postman": Postman()}
    card = FakeCard(DOCTOR, authority=AUTHORITY)
    async with kernel_for(plugins, folder=folder, tables={"psc": table}, credentials=card) as kernel:
        yield kernel


async def settled(kernel: Kernel, kind: str, state: DeliveryState) -> str:
    with anyio.fail_after(20):
        while True:
            for row in await kernel._store.deliveries():
                if row.kind == kind and row.state is state:
                    return row.why
            await anyio.sleep(0.02)


async def test_with_the_provider_down_mail_waits_for_a_log_in_and_what_the_card_signs_goes_on(
    tmp_path: Path, table: dict[str, object], op: Op, provider: ScriptedService, browser: Browser
) -> None:
    provider.inflict(Outage.DOWN)
    async with running(tmp_path, table, browser) as kernel, kernel.use(POST) as post:
        await post.hand_over("essai_mail")
        await post.hand_over("essai_record")
        assert await settled(kernel, "essai_mail", DeliveryState.BLOCKED) == "login"
        await settled(kernel, "essai_record", DeliveryState.DELIVERED)
        assert browser.opened == []

        provider.lift()
        async with kernel.use(PROFESSIONAL_SESSION) as session:
            await session.login("roux", acting=ROUX)
        await settled(kernel, "essai_mail", DeliveryState.DELIVERED)
    assert len(browser.opened) == 1
