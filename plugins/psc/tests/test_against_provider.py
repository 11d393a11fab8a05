"""Judged by a real OpenID provider: what we read into the standard is not what we wrote a stand-in from."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Any

import anyio
import httpx
import pytest

from caducee.clock import SystemClock
from caducee.config import Secret
from caducee.contracts.http import HttpClient
from caducee.contracts.session import SessionPhase
from caducee.errors import SessionExpired
from caducee.model.practice import Actor
from caducee.testing import FakeCard
from caducee.testing.state import MemoryState
from caducee.wire.http import HttpClient as WireClient
from caducee_psc.authorization import AuthorizationRequest
from caducee_psc.config import Life, PscConfig, UserinfoForm
from caducee_psc.errors import OtherPerson, PscRejected
from caducee_psc.grant import TokenAnswer
from caducee_psc.loopback import listening
from caducee_psc.plugin import open_session
from caducee_psc.provider import Provider
from caducee_psc.service import PscService

from .conftest import AUTHORITY, DOCTOR, Context
from .op import CABINET, ROUX, SEA
from .real_provider import SECRET, Person, running

pytestmark = pytest.mark.anyio
ACTING = Actor.doctor("Dr Roux")


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(tmp_path_factory.mktemp("provider"), AUTHORITY) as address:
        yield address


@pytest.fixture(scope="module")
def keys() -> FakeCard:
    """The software's certificate, named as the provider knows it."""
    return FakeCard(DOCTOR, authority=AUTHORITY, certificates={"psc": "lgc"})


class RealContext(Context):
    def secret(self, reference: Secret, *, key: str) -> bytes:
        return SECRET.encode()


def table(issuer: str, **changes: Any) -> PscConfig:
    given = {"client_id": "lgc-secret", "client_secret": Secret(env="UNUSED"), "life": Life(window=30.0), **changes}
    return PscConfig(issuer=issuer, credential="psc", **given)


Opening = Callable[..., AbstractAsyncContextManager[PscService]]


@pytest.fixture
def psc(issuer: str, keys: FakeCard) -> Opening:
    @asynccontextmanager
    async def opening(person: str = ROUX, **changes: Any) -> AsyncIterator[PscService]:
        context = RealContext(table(issuer, **changes), SystemClock(), MemoryState(), keys)  # type: ignore[arg-type]
        async with open_session(context, Person(person, keys.tls("browser"))) as session:
            yield session

    return opening


async def test_a_professional_logs_in_and_has_their_situations(psc: Opening) -> None:
    async with psc() as session:
        identity = await session.login("roux", acting=ACTING)
        token = await session.token("roux", acting=ACTING)
        chosen = await session.chosen("roux")
    assert identity.identifier == ROUX
    assert [one.structures for one in identity.situations] == [(CABINET,), (SEA,)]
    assert chosen == identity.situations[0]
    assert token.kind == "Bearer"


async def test_its_signed_userinfo_is_read(psc: Opening) -> None:
    async with psc(client_id="lgc-signed", userinfo=UserinfoForm.SIGNED) as session:
        assert (await session.login("roux", acting=ACTING)).identifier == ROUX


async def test_it_knows_us_by_our_certificate_alone(psc: Opening) -> None:
    async with psc(client_id="lgc-certificate", client_secret=None) as session:
        assert (await session.login("roux", acting=ACTING)).identifier == ROUX


async def test_somebody_else_at_its_pages_is_turned_away(psc: Opening) -> None:
    async with psc(person="899700000025") as session:
        try:
            await session.login("roux", acting=ACTING)
        except OtherPerson:
            return
    pytest.fail("somebody else was let in")


async def test_eight_callers_get_one_renewed_token_and_the_session_lives_on(psc: Opening) -> None:
    values = set()

    async def call(session: PscService) -> None:
        values.add((await session.token("roux", acting=ACTING)).value)

    async with psc() as session:
        await session.login("roux", acting=ACTING)
        first = await session.token("roux", acting=ACTING)
        await session.evict("roux", first)
        async with anyio.create_task_group() as tasks:
            for _ in range(8):
                tasks.start_soon(call, session)
        (second,) = values
        await session.evict("roux", await session.token("roux", acting=ACTING))
        third = await session.token("roux", acting=ACTING)
    assert len({first.value, second, third.value}) == 3


async def test_a_log_out_ends_the_token_at_the_provider_too(psc: Opening, issuer: str, keys: FakeCard) -> None:
    async with psc() as session:
        await session.login("roux", acting=ACTING)
        token = await session.token("roux", acting=ACTING)
        assert await active(issuer, token.value, keys)
        await session.logout("roux", acting=ACTING)
        assert not await active(issuer, token.value, keys)
        assert session.state("roux").phase is SessionPhase.ABSENT
        with pytest.raises(SessionExpired):
            await session.token("roux", acting=ACTING)


async def active(issuer: str, token: str, keys: FakeCard) -> bool:
    async with httpx.AsyncClient(verify=keys.tls("browser"), trust_env=False) as client:
        answer = await client.post(
            f"{issuer}/protocol/openid-connect/token/introspect",
            auth=("lgc-secret", SECRET),
            data={"token": token},
        )
    return bool(answer.json()["active"])


@asynccontextmanager
async def bare(issuer: str, keys: FakeCard) -> AsyncIterator[tuple[Provider, PscConfig]]:
    """The calls alone, without the session around them."""
    config = table(issuer)
    async with AsyncExitStack() as stack:

        async def client(origin: str) -> HttpClient:
            return await stack.enter_async_context(WireClient(service="psc", base_url=origin, tls=keys.tls("psc")))

        async def secret() -> bytes:
            return SECRET.encode()

        yield Provider(config, client=client, secret=secret, clock=SystemClock()), config


async def authorized(provider: Provider, config: PscConfig, keys: FakeCard) -> tuple[AuthorizationRequest, str]:
    metadata = await provider.metadata()
    async with listening(config.redirect_path) as loopback:
        request = AuthorizationRequest.fresh(loopback.redirect_uri)
        person = Person(ROUX, keys.tls("browser"))
        address = request.address(metadata.authorization_endpoint, config)
        code = await loopback.code(
            open_browser=lambda: person(address),
            state=request.state,
            issuer=config.issuer,
            must_name_issuer=True,
            within=30,
        )
    return request, code


async def exchange(provider: Provider, request: AuthorizationRequest, code: str, verifier: str) -> TokenAnswer:
    return await provider.exchange(code, verifier=verifier, redirect_uri=request.redirect_uri)


async def test_another_verifier_is_refused(issuer: str, keys: FakeCard) -> None:
    async with bare(issuer, keys) as (provider, config):
        request, code = await authorized(provider, config, keys)
        with pytest.raises(PscRejected) as caught:
            await exchange(provider, request, code, AuthorizationRequest.fresh("").verifier)
    assert caught.value.error == "invalid_grant"


async def test_a_refresh_token_used_twice_ends_the_whole_session(issuer: str, keys: FakeCard) -> None:
    async with bare(issuer, keys) as (provider, config):
        request, code = await authorized(provider, config, keys)
        first = await exchange(provider, request, code, request.verifier)
        second = await provider.refresh(first.refresh_token)
        for token in (first.refresh_token, second.refresh_token):
            with pytest.raises(PscRejected) as caught:
                await provider.refresh(token)
            assert caught.value.error == "invalid_grant"


async def test_its_id_token_holds_after_a_log_in_and_after_a_renewal(issuer: str, keys: FakeCard) -> None:
    async with bare(issuer, keys) as (provider, config):
        request, code = await authorized(provider, config, keys)
        first = await exchange(provider, request, code, request.verifier)
        subject = await provider.subject(first.id_token, nonce=request.nonce)
        second = await provider.refresh(first.refresh_token)
        assert await provider.subject(second.id_token, nonce=None) == subject == ROUX
