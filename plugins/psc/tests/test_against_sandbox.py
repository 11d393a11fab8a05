from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from caducee.clock import SystemClock
from caducee.config import Secret
from caducee.errors import CaduceeError, ServiceUnavailable, SessionExpired
from caducee.model.practice import Actor, Practitioner
from caducee.testing.state import MemoryState
from caducee_psc.config import Life, PscConfig, UserinfoForm
from caducee_psc.errors import LoginRefused, OtherPerson, PscRejected
from caducee_psc.plugin import open_session
from caducee_psc.service import PscService

from .conftest import DOCTOR, Context
from .op import CABINET, ROUX, SEA
from .sandbox_process import Person, Sandbox, running

pytestmark = pytest.mark.anyio
ACTING = Actor.doctor("Dr Camille Roux")


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running(tmp_path_factory.mktemp("sandbox")) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(started: Sandbox) -> Iterator[Sandbox]:
    started.approve("roux", always=True)
    yield started
    started.clear()


class Keys:
    """The keys of the practice, as the sandbox made them."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def practitioner(self, key: str) -> Practitioner:
        return DOCTOR

    def tls(self, credential: str) -> ssl.SSLContext:
        return self._sandbox.tls("" if credential == "trust" else credential)


class SandboxContext(Context):
    def secret(self, reference: Secret, *, key: str) -> bytes:
        assert reference.file is not None
        return reference.file.read_bytes()


Opening = Callable[..., AbstractAsyncContextManager[tuple[PscService, Person]]]


@pytest.fixture
def psc(sandbox: Sandbox) -> Opening:
    @asynccontextmanager
    async def opening(**changes: Any) -> AsyncIterator[tuple[PscService, Person]]:
        secret = Secret(file=Path(sandbox.psc["client_secret_file"]))
        given = {"client_id": sandbox.psc["client_id"], "client_secret": secret, "credential": "trust", **changes}
        config = PscConfig(issuer=sandbox.psc["issuer"], life=Life(window=20.0), answer_timeout=5.0, **given)
        person = Person(sandbox)
        context = SandboxContext(config, SystemClock(), MemoryState(), Keys(sandbox))  # type: ignore[arg-type]
        async with open_session(context, person) as session:
            yield session, person

    return opening


async def refusal(session: PscService) -> CaduceeError:
    with pytest.raises(CaduceeError) as caught:
        await session.login("roux", acting=ACTING)
    return caught.value


async def test_a_log_in_gives_a_token_that_other_services_recognise(psc: Opening, sandbox: Sandbox) -> None:
    async with psc() as (session, _):
        identity = await session.login("roux", acting=ACTING)
        token = await session.token("roux", acting=ACTING)
        told = sandbox.introspected(token.value)
        chosen = await session.chosen("roux")
    assert [one.structures for one in identity.situations] == [(CABINET,), (SEA,)]
    assert chosen == identity.situations[0]
    assert (told["active"], told["SubjectNameID"], told["client_id"]) == (True, ROUX, sandbox.psc["client_id"])


async def test_a_page_waits_until_somebody_approves(psc: Opening, sandbox: Sandbox) -> None:
    sandbox.approve("")
    async with psc() as (session, person):
        await session.login("roux", acting=ACTING)
    assert person.waited == 3


async def test_a_certificate_says_who_we_are_without_a_secret(psc: Opening, sandbox: Sandbox) -> None:
    changes = {"client_id": sandbox.psc["certificate_client_id"], "client_secret": None, "credential": "org_auth"}
    async with psc(**changes) as (session, _):
        assert (await session.login("roux", acting=ACTING)).identifier == ROUX


async def test_without_secret_and_certificate_the_client_is_refused(psc: Opening, sandbox: Sandbox) -> None:
    changes = {"client_id": sandbox.psc["certificate_client_id"], "client_secret": None}
    async with psc(**changes) as (session, _):
        error = await refusal(session)
    assert isinstance(error, PscRejected)
    assert error.error == "invalid_client"


async def test_a_renewal_keeps_the_session_and_uses_the_earlier_token_up(psc: Opening, sandbox: Sandbox) -> None:
    async with psc() as (session, person):
        await session.login("roux", acting=ACTING)
        for _ in range(3):
            await session.evict("roux", await session.token("roux", acting=ACTING))
        assert sandbox.introspected((await session.token("roux", acting=ACTING)).value)["active"]
    assert person.opened == 1


async def test_a_log_out_ends_the_token_everywhere(psc: Opening, sandbox: Sandbox) -> None:
    async with psc() as (session, _):
        await session.login("roux", acting=ACTING)
        token = await session.token("roux", acting=ACTING)
        await session.logout("roux", acting=ACTING)
    assert sandbox.introspected(token.value) == {"active": False}


async def test_somebody_else_is_turned_away(psc: Opening, sandbox: Sandbox) -> None:
    sandbox.approve("lenoir", always=True)
    async with psc() as (session, _):
        assert isinstance(await refusal(session), OtherPerson)


async def test_a_signed_userinfo_is_read(psc: Opening, sandbox: Sandbox) -> None:
    sandbox.fault("jwt")
    async with psc(userinfo=UserinfoForm.SIGNED) as (session, _):
        assert (await session.login("roux", acting=ACTING)).identifier == ROUX


async def test_a_refusal_at_its_page_is_the_persons(psc: Opening, sandbox: Sandbox) -> None:
    sandbox.fault("refuse", times=1)
    async with psc() as (session, person):
        assert isinstance(await refusal(session), LoginRefused)
        await session.login("roux", acting=ACTING)
    assert person.opened == 2


async def test_when_it_is_down_nobody_is_sent_to_it(psc: Opening, sandbox: Sandbox) -> None:
    sandbox.fault("down")
    async with psc() as (session, person):
        assert isinstance(await refusal(session), ServiceUnavailable)
    assert person.opened == 0


async def test_when_it_is_slow_the_log_in_waits(psc: Opening, sandbox: Sandbox) -> None:
    sandbox.fault("slow", seconds=0.2, times=2)
    async with psc() as (session, _):
        await session.login("roux", acting=ACTING)


async def test_a_session_that_it_ended_asks_for_a_log_in(psc: Opening, sandbox: Sandbox) -> None:
    async with psc() as (session, _):
        await session.login("roux", acting=ACTING)
        token = await session.token("roux", acting=ACTING)
        sandbox.fault("expired")
        await session.evict("roux", token)
        with pytest.raises(SessionExpired):
            await session.token("roux", acting=ACTING)
