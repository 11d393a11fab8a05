from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from caducee.contracts.session import SessionPhase
from caducee.drift import Drift
from caducee.errors import ServiceUnavailable, SessionExpired
from caducee.model.practice import Actor
from caducee.testing import Answer, MovingClock, Outage, ScriptedService
from caducee.testing.state import MemoryState
from caducee_psc.config import Life
from caducee_psc.errors import (
    AnswerForged,
    BrowserNotOpened,
    LoginRefused,
    LoginTimedOut,
    OtherPerson,
    OutOfItsTime,
    PscRejected,
)

from .conftest import Opening
from .op import CABINET, ROUX, Browser, Op, activity, person

pytestmark = pytest.mark.anyio
ROUX_ACTS, SECRETARY = Actor.doctor("Dr Roux"), Actor.secretary("accueil")


async def test_a_professional_logs_in_and_others_are_given_a_token(psc: Opening, op: Op, browser: Browser) -> None:
    async with psc() as session:
        identity = await session.login("roux", acting=ROUX_ACTS)
        token = await session.token("roux", acting=ROUX_ACTS)
    assert (identity.identifier, identity.situations[0].structures) == (ROUX, (CABINET,))
    assert (token.value, token.kind) == (op.issued[0], "Bearer")
    assert browser.pages[0][0] == 200
    assert "Vous pouvez fermer cette fenêtre" in browser.pages[0][1]


async def test_the_browser_is_sent_to_the_announced_host_with_what_the_text_asks(
    psc: Opening, browser: Browser
) -> None:
    async with psc() as session:
        await session.login("roux", acting=ROUX_ACTS)
    address = urlsplit(browser.opened[0])
    asked = {name: value for name, (value,) in parse_qs(address.query).items()}
    assert (address.hostname, address.path) == ("wallet.essai.invalid", "/auth")
    assert (asked["scope"], asked["acr_values"], asked["response_type"]) == ("openid scope_all", "eidas1", "code")
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"].startswith("http://127.0.0.1:")
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 43


async def test_every_log_in_has_secrets_of_its_own(psc: Opening, browser: Browser) -> None:
    async with psc() as session:
        for _ in range(2):
            await session.login("roux", acting=ROUX_ACTS)
            await session.logout("roux", acting=ROUX_ACTS)
    first, second = (parse_qs(urlsplit(address).query) for address in browser.opened)
    assert all(first[name] != second[name] for name in ("state", "nonce", "code_challenge"))


async def test_whoever_is_logged_in_is_not_asked_again(psc: Opening, browser: Browser) -> None:
    async with psc() as session:
        await session.login("roux", acting=ROUX_ACTS)
        await session.login("roux", acting=SECRETARY)
    assert len(browser.opened) == 1


async def test_without_a_log_in_nobody_is_asked_and_the_software_is_told_once(
    psc: Opening, browser: Browser, state: MemoryState
) -> None:
    async with psc() as session:
        for _ in range(3):
            with pytest.raises(SessionExpired):
                await session.token("roux", acting=ROUX_ACTS)
        assert session.state("roux").phase is SessionPhase.ABSENT
    assert browser.opened == []
    assert [kind for kind, _, _ in state.events] == ["login_needed"]


async def test_a_log_in_that_was_declined_is_not_asked_again_by_itself(psc: Opening, browser: Browser) -> None:
    browser.brings = {"code": None, "error": "access_denied"}
    async with psc() as session:
        with pytest.raises(LoginRefused) as caught:
            await session.login("roux", acting=ROUX_ACTS)
        with pytest.raises(SessionExpired):
            await session.token("roux", acting=ROUX_ACTS)
    assert caught.value.reason == "access_denied"
    assert len(browser.opened) == 1
    assert "n'a pas abouti" in browser.pages[0][1]


async def test_a_log_in_releases_what_waited_and_once_more_a_little_later(
    psc: Opening, state: MemoryState, clock: MovingClock
) -> None:
    async with psc() as session:
        await session.login("roux", acting=ROUX_ACTS)
        assert len(state.logins) == 1
        await clock.advance(0)  # the second release is waiting
        await clock.advance(5)
        assert len(state.logins) == 2
    assert [(line.action, line.actor) for line in state.audit] == [("psc.login", ROUX_ACTS.named)]


async def test_somebody_else_who_logs_in_is_turned_away_and_their_session_is_closed(psc: Opening, op: Op) -> None:
    op.userinfo = person(activity(CABINET, "Cabinet"), identifier="899700000025")
    async with psc() as session:
        with pytest.raises(OtherPerson):
            await session.login("roux", acting=ROUX_ACTS)
        with pytest.raises(SessionExpired):
            await session.token("roux", acting=ROUX_ACTS)
    assert op.revoked == ["refresh-canari-0"]


async def test_a_browser_that_does_not_open_ends_the_log_in_at_once(psc: Opening, browser: Browser) -> None:
    browser.works = False
    async with psc() as session:
        with pytest.raises(BrowserNotOpened):
            await session.login("roux", acting=ROUX_ACTS)


async def test_a_person_who_does_not_come_back_lets_the_log_in_end(psc: Opening, browser: Browser, op: Op) -> None:
    async def leave(address: str) -> bool:
        return True

    browser.visit = leave  # type: ignore[method-assign,assignment]
    async with psc(life=Life(window=0.05)) as session:
        with pytest.raises(LoginTimedOut):
            await session.login("roux", acting=ROUX_ACTS)
        assert session.state("roux").phase is SessionPhase.ABSENT


@pytest.mark.requirement("RFC9207-ISS")
@pytest.mark.parametrize(
    "changes",
    [{"iss": "https://ailleurs.invalid"}, {"iss": None}],
    ids=["another provider's", "no provider's"],
)
async def test_an_answer_that_another_provider_may_have_given_is_refused(
    psc: Opening, browser: Browser, changes: dict[str, str | None]
) -> None:
    browser.brings = changes
    async with psc() as session:
        with pytest.raises(AnswerForged):
            await session.login("roux", acting=ROUX_ACTS)


async def test_a_provider_that_never_names_itself_is_believed_by_its_state(
    psc: Opening, browser: Browser, op: Op
) -> None:
    op.described = {"authorization_response_iss_parameter_supported": False}
    browser.brings = {"iss": None}
    async with psc() as session:
        await session.login("roux", acting=ROUX_ACTS)


@pytest.mark.requirement("OIDC-ID-TOKEN")
@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://ailleurs.invalid"},
        {"aud": "autre-logiciel"},
        {"aud": ["lgc-essai", "autre"], "azp": None},
        {"azp": "autre-logiciel"},
        {"nonce": "autre"},
        {"nonce": None},
        {"exp": 1.0},
        {"exp": None},
        {"iat": 4e9, "exp": 5e9},
        {"iat": None},
        {"nbf": 4e9},
        {"sub": ""},
        {"exp": "demain"},
        {"sub": "f:essai:autre"},
    ],
    ids=str,
)
async def test_an_id_token_with_a_claim_that_does_not_hold_is_refused_and_nothing_is_kept(
    psc: Opening, op: Op, state: MemoryState, claims: dict[str, object]
) -> None:
    op.claims = claims
    async with psc() as session:
        with pytest.raises(AnswerForged):
            await session.login("roux", acting=ROUX_ACTS)
        assert session.state("roux").phase is SessionPhase.ABSENT
    assert state.values == {}


async def test_an_id_token_within_the_skew_of_the_clocks_holds(psc: Opening, op: Op, clock: MovingClock) -> None:
    now = clock.now().timestamp()
    op.claims = {"iat": now + 50, "nbf": now + 50}
    async with psc() as session:
        await session.login("roux", acting=ROUX_ACTS)


@pytest.mark.parametrize("left", [0, -1])
async def test_the_end_of_an_id_token_is_not_of_its_life_and_the_desk_reads_how_wrong_its_clock_is(
    psc: Opening, op: Op, clock: MovingClock, left: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("caducee.wire.http.measure", lambda *_, **__: Drift(seconds=130.2, margin=0.5))
    op.claims = {"exp": clock.now().timestamp() + left}
    async with psc() as session:
        with pytest.raises(OutOfItsTime) as caught:
            await session.login("roux", acting=ROUX_ACTS)
        assert session.state("roux").phase is SessionPhase.ABSENT
    assert "L'horloge de ce poste avance de 2 min 10 s" in caught.value.explain().sentence
    assert "Réglez l'heure" in caught.value.explain().remedy


async def test_a_provider_that_is_down_is_unavailable_and_the_person_is_not_sent_to_it(
    psc: Opening, provider: ScriptedService, browser: Browser
) -> None:
    async with psc() as session:
        provider.inflict(Outage.DOWN)
        with pytest.raises(ServiceUnavailable):
            await session.login("roux", acting=ROUX_ACTS)
        with pytest.raises(SessionExpired):
            await session.token("roux", acting=ROUX_ACTS)
        provider.lift()
        await session.login("roux", acting=ROUX_ACTS)
    assert len(browser.opened) == 1


async def test_a_code_that_is_refused_ends_the_log_in(psc: Opening, op: Op, browser: Browser) -> None:
    browser.brings = {"code": "code-dautrui"}
    async with psc() as session:
        with pytest.raises(LoginRefused):
            await session.login("roux", acting=ROUX_ACTS)


async def test_a_client_that_is_refused_is_told_apart_from_a_person_who_is(psc: Opening, op: Op) -> None:
    op.answers["token"] = lambda request: Answer.of_json({"error": "invalid_client"}, status=401)
    async with psc() as session:
        with pytest.raises(PscRejected) as caught:
            await session.login("roux", acting=ROUX_ACTS)
    assert caught.value.error == "invalid_client"


async def test_a_discovery_document_of_another_issuer_is_refused(psc: Opening, op: Op, browser: Browser) -> None:
    op.described = {"issuer": "https://ailleurs.invalid"}
    async with psc() as session:
        with pytest.raises(AnswerForged):
            await session.login("roux", acting=ROUX_ACTS)
    assert browser.opened == []
