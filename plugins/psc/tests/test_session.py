from __future__ import annotations

import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
import anyio.from_thread
import anyio.to_thread
import pytest
from joserfc import jwk

from caducee.contracts.session import AccessToken, SessionPhase
from caducee.errors import ServiceUnavailable, SessionExpired
from caducee.model.practice import Actor
from caducee.testing import Answer, Canaries, MovingClock, Outage, Request, ScriptedService
from caducee.testing.state import MemoryState
from caducee_psc.errors import PscRejected
from caducee_psc.service import PscService

from .conftest import Context, Opening
from .op import SECRET, Browser, Op

pytestmark = pytest.mark.anyio
ROUX = Actor.doctor("Dr Roux")


async def token(session: PscService) -> AccessToken:
    return await session.token("roux", acting=ROUX)


async def together(session: PscService, callers: int) -> tuple[list[str], list[Exception]]:
    values: list[str] = []
    errors: list[Exception] = []

    async def call() -> None:
        try:
            values.append((await token(session)).value)
        except Exception as error:
            errors.append(error)

    async with anyio.create_task_group() as tasks:
        for _ in range(callers):
            tasks.start_soon(call)
    return values, errors


@pytest.mark.requirement("PSC-ONE-RENEWAL")
async def test_eight_callers_with_an_expired_token_make_one_renewal_and_all_get_the_new_token(
    psc: Opening, op: Op, clock: MovingClock
) -> None:
    async with psc() as session:
        await session.login("roux", acting=ROUX)
        await clock.advance(121)
        values, errors = await together(session, 8)
        assert (await token(session)).value == values[0]
    assert (op.refreshes, errors, set(values), len(values)) == (1, [], {op.issued[1]}, 8)


async def test_eight_threads_make_one_renewal_too(psc: Opening, op: Op, clock: MovingClock) -> None:
    values: list[str] = []
    async with psc() as session:
        await session.login("roux", acting=ROUX)
        await clock.advance(121)

        def call() -> None:
            values.append(anyio.from_thread.run(token, session).value)

        async with anyio.create_task_group() as tasks:
            for _ in range(8):
                tasks.start_soon(anyio.to_thread.run_sync, call)
    assert (op.refreshes, values) == (1, [op.issued[1]] * 8)


async def test_the_next_tokens_are_kept_before_anyone_goes_on(psc: Opening, op: Op, clock: MovingClock) -> None:
    async with psc() as session:
        await session.login("roux", acting=ROUX)
        for turn in (1, 2, 3):
            await clock.advance(121)
            values, _ = await together(session, 8)
            assert set(values) == {op.issued[turn]}
    assert op.refreshes == 3


async def test_a_caller_who_stops_waiting_does_not_lose_the_session(
    psc: Opening, op: Op, provider: ScriptedService, clock: MovingClock
) -> None:
    async with psc() as session:
        await session.login("roux", acting=ROUX)
        await clock.advance(121)
        with anyio.CancelScope() as scope:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(token, session)
                await anyio.lowlevel.checkpoint()
                scope.cancel()
        assert (await token(session)).value == op.issued[1]
    assert op.refreshes == 1


async def test_a_refresh_token_that_was_used_elsewhere_ends_the_session_cleanly_for_all(
    psc: Opening, op: Op, clock: MovingClock, state: MemoryState
) -> None:
    op.answers["token"] = _used_elsewhere(op)
    async with psc() as session:
        await session.login("roux", acting=ROUX)
        await clock.advance(121)
        values, errors = await together(session, 8)
        assert session.state("roux").phase is SessionPhase.ENDED
        assert (await together(session, 2))[0] == []
    assert values == []
    assert [type(error) for error in errors] == [SessionExpired] * 8
    assert op.refreshes == 1
    assert [kind for kind, _, _ in state.events] == ["login", "login_needed"]


def _used_elsewhere(op: Op):
    def answer(request: Request) -> Answer | None:
        if b"refresh_token" in request.body:
            op.refreshes += 1
            return Answer.of_json({"error": "invalid_grant"}, status=400)
        return None

    return answer


async def test_a_token_is_renewed_before_its_last_minute(psc: Opening, op: Op, clock: MovingClock) -> None:
    async with psc() as session:
        await session.login("roux", acting=ROUX)
        await clock.advance(60)
        assert (await token(session)).value == op.issued[0]
        await clock.advance(1)
        assert (await token(session)).value == op.issued[1]


async def test_a_life_shorter_than_a_minute_is_renewed_at_its_half(psc: Opening, op: Op, clock: MovingClock) -> None:
    op.lives = {"expires_in": 30, "refresh_expires_in": 1800}
    async with psc() as session:
        await session.login("roux", acting=ROUX)
        await token(session)
        assert op.refreshes == 0
        await clock.advance(16)
        await token(session)
        assert op.refreshes == 1


async def test_lives_that_the_provider_does_not_tell_are_those_of_the_settings(
    psc: Opening, op: Op, clock: MovingClock
) -> None:
    op.lives = {}
    async with psc() as session:
        await session.login("roux", acting=ROUX)
        assert ((await token(session)).expires - clock.now()).total_seconds() == 120


async def test_an_outage_does_not_end_a_session_and_its_return_renews_it(
    psc: Opening, op: Op, provider: ScriptedService, clock: MovingClock
) -> None:
    async with psc() as session:
        await session.login("roux", acting=ROUX)
        await clock.advance(121)
        provider.inflict(Outage.DOWN)
        with pytest.raises(ServiceUnavailable):
            await token(session)
        assert session.state("roux").phase is SessionPhase.OPEN
        provider.lift()
        assert (await token(session)).value == op.issued[1]


async def test_an_outage_that_outlives_the_session_asks_for_a_log_in(
    psc: Opening, provider: ScriptedService, clock: MovingClock
) -> None:
    async with psc() as session:
        await session.login("roux", acting=ROUX)
        provider.inflict(Outage.DOWN)
        await clock.advance(1801)
        with pytest.raises(SessionExpired):
            await token(session)


async def test_a_session_that_nobody_uses_ends_after_its_idle_time(
    psc: Opening, op: Op, clock: MovingClock, browser: Browser
) -> None:
    op.lives = {"expires_in": 120, "refresh_expires_in": 7200}
    async with psc() as session:
        await session.login("roux", acting=ROUX)
        await clock.advance(1799)
        await token(session)
        await clock.advance(1800)
        with pytest.raises(SessionExpired):
            await token(session)
    assert len(browser.opened) == 1


async def test_a_session_ends_after_four_hours_whatever_is_done(psc: Opening, clock: MovingClock) -> None:
    async with psc() as session:
        await session.login("roux", acting=ROUX)
        ends = session.state("roux").ends
        for _ in range(14):
            await clock.advance(1000)
            await token(session)
        await clock.advance(400)
        assert ends == clock.now()
        with pytest.raises(SessionExpired):
            await token(session)
        assert session.state("roux").phase is SessionPhase.ENDED


async def test_a_token_that_a_service_refused_is_not_given_again(psc: Opening, op: Op) -> None:
    async with psc() as session:
        await session.login("roux", acting=ROUX)
        refused = await token(session)
        await session.evict("roux", refused)
        await session.evict("roux", refused)
        assert (await token(session)).value == op.issued[1]
        await session.evict("roux", refused)  # long gone: the current one stays
        assert (await token(session)).value == op.issued[1]
    assert op.refreshes == 1


async def test_a_refusal_told_during_a_renewal_does_not_end_the_session(
    psc: Opening, op: Op, clock: MovingClock
) -> None:
    asked, told = threading.Event(), threading.Event()

    def renewing(request: Request) -> None:
        if b"grant_type=refresh_token" in request.body:
            asked.set()
            assert told.wait(10)

    async def tell(session: PscService, refused: AccessToken) -> None:
        await anyio.to_thread.run_sync(asked.wait, 10)
        await session.evict("roux", refused)
        told.set()

    op.answers["token"] = renewing
    async with psc() as session:
        await session.login("roux", acting=ROUX)
        refused = await token(session)
        await clock.advance(70)  # it still lasts, but not for the minute that callers are promised
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(tell, session, refused)
            tasks.start_soon(token, session)
        assert (await token(session)).value == op.issued[1]
    assert (op.refreshes, op.revoked) == (1, [])


async def test_a_renewal_that_cannot_be_checked_now_keeps_the_next_refresh_token(
    psc: Opening, op: Op, clock: MovingClock
) -> None:
    async with psc() as session:
        await session.login("roux", acting=ROUX)
        op.key = jwk.generate_key("RSA", 2048, {"kid": "b", "use": "sig"})
        op.header["kid"] = "b"
        op.published = [op.key]
        op.answers["certs"] = lambda request: Answer(b"", 503, "text/plain")
        await clock.advance(121)
        with pytest.raises(ServiceUnavailable):
            await token(session)
        assert session.state("roux").phase is SessionPhase.OPEN
        del op.answers["certs"]
        assert (await token(session)).value == op.issued[2]


async def test_a_renewal_about_somebody_else_ends_the_session(psc: Opening, op: Op, clock: MovingClock) -> None:
    async with psc() as session:
        await session.login("roux", acting=ROUX)
        op.claims = {"sub": "f:essai:autre"}
        await clock.advance(121)
        with pytest.raises(SessionExpired):
            await token(session)
    assert op.revoked == ["refresh-canari-1"]


async def test_a_client_that_is_refused_at_a_renewal_keeps_the_session(
    psc: Opening, op: Op, clock: MovingClock
) -> None:
    async with psc() as session:
        await session.login("roux", acting=ROUX)
        op.answers["token"] = lambda request: Answer.of_json({"error": "invalid_client"}, status=401)
        await clock.advance(121)
        with pytest.raises(PscRejected):
            await token(session)
        assert session.state("roux").phase is SessionPhase.OPEN


async def test_two_who_start_at_once_share_the_connections_to_the_provider(
    psc: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    @asynccontextmanager
    async def client(context: Context, origin: str, **more: object) -> AsyncIterator[str]:
        await anyio.lowlevel.checkpoint()
        opened.append(origin)
        yield origin

    monkeypatch.setattr(Context, "http", client)
    async with psc() as session, anyio.create_task_group() as tasks:
        for _ in range(2):
            tasks.start_soon(session._provider._client, "https://127.0.0.1:1")
    assert opened == ["https://127.0.0.1:1"]


@pytest.mark.parametrize("said", ["Camille ROUX 899700000017", "x" * 41, ""])
async def test_what_a_provider_says_beyond_a_code_is_not_repeated(
    psc: Opening, op: Op, clock: MovingClock, said: str
) -> None:
    async with psc() as session:
        await session.login("roux", acting=ROUX)
        op.answers["token"] = lambda request: Answer.of_json({"error": said}, status=400)
        await clock.advance(121)
        with pytest.raises(PscRejected) as caught:
            await token(session)
    assert caught.value.error == "http_400"


async def test_callers_during_a_log_in_share_one_window(psc: Opening, browser: Browser) -> None:
    seen: list[SessionPhase] = []

    async with psc() as session:
        visit = browser.visit

        async def slowly(address: str) -> int:
            seen.append(session.state("roux").phase)
            return await visit(address)

        browser.visit = slowly  # type: ignore[method-assign,assignment]
        async with anyio.create_task_group() as tasks:
            for _ in range(8):
                tasks.start_soon(lambda: session.login("roux", acting=ROUX))
    assert len(browser.opened) == 1
    assert seen == [SessionPhase.ASKED]


async def test_a_log_out_forgets_at_once_and_tells_the_provider(psc: Opening, op: Op, state: MemoryState) -> None:
    async with psc() as session:
        await session.login("roux", acting=ROUX)
        await session.logout("roux", acting=ROUX)
        assert session.state("roux").phase is SessionPhase.ABSENT
        with pytest.raises(SessionExpired):
            await token(session)
    assert op.revoked == ["refresh-canari-0"]
    assert len(op.ended) == 1
    assert [line.action for line in state.audit] == ["psc.login", "psc.logout"]


async def test_a_log_out_during_an_outage_forgets_all_the_same(psc: Opening, provider: ScriptedService) -> None:
    async with psc() as session:
        await session.login("roux", acting=ROUX)
        provider.inflict(Outage.DOWN)
        await session.logout("roux", acting=ROUX)
        assert session.state("roux").phase is SessionPhase.ABSENT


async def test_a_service_that_stopped_knows_no_session_any_more(psc: Opening) -> None:
    async with psc() as session:
        await session.login("roux", acting=ROUX)
    assert session.state("roux").phase is SessionPhase.ABSENT
    with pytest.raises(SessionExpired):
        await token(session)


async def test_no_token_code_secret_or_name_is_in_a_log_an_error_a_repr_or_what_is_kept_in_clear(
    psc: Opening, op: Op, clock: MovingClock, state: MemoryState, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caught: list[Exception] = []
    async with psc() as session:
        await session.login("roux", acting=ROUX)
        given = await token(session)
        op.answers["token"] = _used_elsewhere(op)
        await clock.advance(121)
        caught += (await together(session, 1))[1]
        ours = [record for record in caplog.records if "/caducee/psc" not in record.getMessage()]  # not the browser's
        places = (given, session, *caught, *ours, state.events, state.audit)
    canaries = Canaries("access-canari", "refresh-canari", "code-canari", SECRET, "CANARI-ROUX")
    canaries.assert_none(*places)
    tokens = Canaries("access-canari", "refresh-canari", "code-canari", SECRET)
    tokens.assert_none(*state.values.values())
