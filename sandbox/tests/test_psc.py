"""The simulated Pro Santé Connect refuses what a provider refuses."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from caducee_sandbox.faults import Fault, FaultBoard
from caducee_sandbox.http import Answer, Request
from caducee_sandbox.people import LENOIR, ROUX
from caducee_sandbox.psc.judge import CLIENT, CONNECT, REALM, PscJudge
from caducee_sandbox.psc.tokens import ACCESS_LIFE, Asked, Refused, TokenDesk

SECRET, VERIFIER = "secret", "v" * 43
BACK = "http://127.0.0.1:9/retour"
QUERY = {
    "client_id": CLIENT,
    "redirect_uri": BACK,
    "response_type": "code",
    "scope": "openid scope_all",
    "acr_values": "eidas1",
    "state": "etat",
    "nonce": "nonce",
    "code_challenge": base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode(),
    "code_challenge_method": "S256",
}
BASIC = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()


class Provider:
    """The judge, asked without a network."""

    def __init__(self) -> None:
        self.board = FaultBoard()
        self.judge = PscJudge(
            secret=SECRET,
            board=self.board,
            issuer=lambda: "https://127.0.0.1:1",
            wallet=lambda: "https://127.0.0.1:2",
        )
        self.judge.approvals.approve("roux", always=True)

    def get(self, path: str, **headers: str) -> tuple[Answer, str]:
        judged = self.judge.judge(Request(method="GET", path=path, content_type="", body=b"", headers=headers))
        return judged.answer, judged.verdict

    def post(self, path: str, authorization: str = BASIC, **form: str) -> tuple[Answer, str]:
        request = Request(
            method="POST",
            path=CONNECT + path,
            content_type="application/x-www-form-urlencoded",
            body=urlencode(form).encode(),
            headers={"authorization": authorization},
        )
        judged = self.judge.judge(request)
        return judged.answer, judged.verdict

    def code(self, **changes: str) -> str:
        answer, _ = self.get(f"/auth?{urlencode({**QUERY, **changes})}")
        return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]

    def exchange(self, code: str, /, **changes: str) -> tuple[Answer, str]:
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": VERIFIER}
        return self.post("/token", **{**form, **changes})


@pytest.fixture
def provider() -> Provider:
    return Provider()


def test_a_log_in_comes_back_with_code_state_and_issuer(provider: Provider) -> None:
    answer, _ = provider.get(f"/auth?{urlencode(QUERY)}")
    back = parse_qs(urlsplit(answer.headers["location"]).query)
    assert answer.status == 302
    assert (back["state"], back["iss"]) == (["etat"], [f"https://127.0.0.1:1{REALM}"])


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "autre"},
        {"redirect_uri": "https://ailleurs.invalid/retour"},
        {"redirect_uri": "http://localhost/retour"},
        {"response_type": "token"},
        {"scope": "scope_all"},
        {"acr_values": ""},
        {"state": ""},
        {"nonce": ""},
        {"code_challenge": ""},
        {"code_challenge_method": "plain"},
    ],
    ids=str,
)
def test_a_request_that_lacks_what_the_text_asks_is_refused(provider: Provider, changes: dict[str, str]) -> None:
    answer, verdict = provider.get(f"/auth?{urlencode({**QUERY, **changes})}")
    assert (answer.status, answer.headers.get("location")) == (400, None)
    assert verdict != "accepted"


@pytest.mark.parametrize(
    "changes", [{"code_verifier": "w" * 43}, {"redirect_uri": "http://127.0.0.1:8/retour"}, {"code": "autre"}], ids=str
)
def test_a_code_with_another_verifier_or_address_is_refused(provider: Provider, changes: dict[str, Any]) -> None:
    assert provider.exchange(provider.code(), **changes)[1] == "invalid_grant"


def test_a_code_used_twice_ends_the_session_that_it_opened(provider: Provider) -> None:
    code = provider.code()
    tokens = json.loads(provider.exchange(code)[0].body)
    assert provider.judge.introspect(tokens["access_token"])["active"]
    assert provider.exchange(code)[1] == "invalid_grant"
    assert not provider.judge.introspect(tokens["access_token"])["active"]


@pytest.mark.parametrize("authorization", ["", "Basic !", "Basic " + base64.b64encode(b"lgc-simu:autre").decode()])
def test_a_client_that_does_not_prove_itself_is_refused(provider: Provider, authorization: str) -> None:
    answer, verdict = provider.post("/token", authorization, grant_type="refresh_token", refresh_token="x")
    assert (answer.status, verdict) == (401, "invalid_client")


def test_nobody_is_logged_in_before_somebody_approves_and_only_once(provider: Provider) -> None:
    provider.judge.approvals.approve("")
    page, _ = provider.get(f"/auth?{urlencode(QUERY)}")
    waiting = page.body.decode().partition('href="')[2].partition('"')[0]
    assert provider.get(waiting)[0].status == 200
    assert provider.judge.approvals.approve(LENOIR.identifier) == 1
    assert provider.get(waiting)[0].status == 302
    assert provider.get(waiting)[1] == "invalid_request"
    with pytest.raises(ValueError, match="person"):
        provider.judge.approvals.approve("personne")


def test_a_held_back_log_in_is_refused_and_a_session_held_for_dead_is_dead(provider: Provider) -> None:
    provider.board.set(Fault(service="psc", kind="refuse", times=1))
    answer, _ = provider.get(f"/auth?{urlencode(QUERY)}")
    assert "error=access_denied" in answer.headers["location"]
    provider.board.set(Fault(service="psc", kind="expired"))
    assert provider.exchange(provider.code())[1] == "invalid_grant"
    assert provider.judge.introspect("x") == {"active": False}


class TestTokens:
    asked = Asked(
        client_id=CLIENT, redirect_uri=BACK, state="s", nonce="n", challenge=QUERY["code_challenge"], scope=""
    )

    def opened(self) -> tuple[TokenDesk, list[float], dict[str, Any]]:
        now = [0.0]
        desk = TokenDesk(lambda: now[0])
        code = desk.code(self.asked, ROUX)
        session = desk.redeem(code, client_id=CLIENT, redirect_uri=BACK, verifier=VERIFIER)
        return desk, now, desk.issue(session)

    def test_a_token_is_introspected_until_its_end(self) -> None:
        desk, now, tokens = self.opened()
        told = desk.introspect(tokens["access_token"])
        assert (told["active"], told["SubjectNameID"], told["exp"]) == (True, ROUX.identifier, ACCESS_LIFE)
        assert desk.introspect(tokens["refresh_token"]) == {"active": False}
        now[0] = ACCESS_LIFE
        assert desk.introspect(tokens["access_token"]) == {"active": False}

    def test_a_refresh_token_used_twice_ends_the_session(self) -> None:
        desk, _, tokens = self.opened()
        second = desk.issue(desk.renew(tokens["refresh_token"], client_id=CLIENT))
        with pytest.raises(Refused):
            desk.renew(tokens["refresh_token"], client_id=CLIENT)
        with pytest.raises(Refused):
            desk.renew(second["refresh_token"], client_id=CLIENT)

    @pytest.mark.parametrize("elapsed", [1801, 14401])
    def test_a_refresh_token_ends_too(self, elapsed: int) -> None:
        desk, now, tokens = self.opened()
        now[0] = elapsed
        with pytest.raises(Refused):
            desk.renew(tokens["refresh_token"], client_id=CLIENT)

    def test_another_client_cannot_use_it(self) -> None:
        desk, _, tokens = self.opened()
        with pytest.raises(Refused):
            desk.renew(tokens["refresh_token"], client_id="autre")
