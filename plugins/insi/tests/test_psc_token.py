"""A log-in with Pro Santé Connect shows its token, in the form that is assumed, over real sockets."""

from __future__ import annotations

import base64
import hashlib
import logging
import ssl
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from caducee.contracts.identity import InsOutcome
from caducee.contracts.session import AccessToken
from caducee.errors import ConfigError, SessionExpired
from caducee.model.environment import Environment
from caducee.model.practice import Actor
from caducee.testing import FakeProfessionalSession
from caducee.testing.state import MemoryState
from caducee_insi.access import PscToken
from caducee_insi.faults import InsiRefused
from caducee_insi.opening import open_identity

from .conftest import Opened
from .people import JEANNE, SECRETARY
from .sandbox_process import Sandbox
from .scripted import StillClock
from .test_access import PSC

pytestmark = pytest.mark.anyio
WITH_TOKEN = {**PSC, "psc_token": PscToken.BEARER}
BACK, VERIFIER = "http://127.0.0.1:9/retour", "v" * 43


class LoggedIn(FakeProfessionalSession):
    """A log-in that the provider knows."""

    def __init__(self, token: str) -> None:
        super().__init__()
        self.value = token

    async def token(self, practitioner: str, *, acting: Actor) -> AccessToken:
        await super().token(practitioner, acting=acting)
        return AccessToken(value=self.value, kind="Bearer", expires=StillClock().now())


def log_in(sandbox: Sandbox, person: str) -> str:
    """Log a doctor in at the simulated provider and return their token."""
    told: dict[str, Any] = sandbox.described["psc"]
    challenge = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "client_id": told["client_id"],
        "redirect_uri": BACK,
        "response_type": "code",
        "scope": "openid scope_all",
        "acr_values": "eidas1",
        "state": "etat",
        "nonce": "nonce",
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    trusted = ssl.create_default_context(cafile=str(sandbox.described["authorities"]))
    with httpx.Client(verify=trusted, timeout=10) as http:
        places = http.get(f"{told['issuer']}/.well-known/wallet-openid-configuration").json()
        approve = f"{sandbox.described['control']}/psc/approve"
        http.post(approve, json={"person": person, "always": True}).raise_for_status()
        back = http.get(places["authorization_endpoint"], params=asked).headers["location"]
        form = {
            "grant_type": "authorization_code",
            "code": parse_qs(urlsplit(back).query)["code"][0],
            "redirect_uri": BACK,
            "code_verifier": VERIFIER,
        }
        secret = Path(told["client_secret_file"]).read_text(encoding="utf-8").strip()
        answer = http.post(places["token_endpoint"], data=form, auth=(told["client_id"], secret))
    return str(answer.raise_for_status().json()["access_token"])


async def test_a_living_token_of_the_professional_is_accepted_and_stands_in_no_log_and_no_store(
    placed: Opened, sandbox: Sandbox, state: MemoryState, caplog: pytest.LogCaptureFixture
) -> None:
    token = log_in(sandbox, "roux")
    with caplog.at_level(logging.DEBUG):
        async with placed("insi_session", **WITH_TOKEN) as context:
            context.session = LoggedIn(token)
            async with open_identity(context) as insi:
                answer = await insi.search(JEANNE.traits, local_id="P1", acting=SECRETARY)
    assert answer.outcome is InsOutcome.FOUND
    assert state.values
    assert token not in caplog.text
    assert token not in repr((state.values, state.audit))


async def test_the_token_of_somebody_else_is_refused(placed: Opened, sandbox: Sandbox) -> None:
    token = log_in(sandbox, "lenoir")
    async with placed("insi_session", **WITH_TOKEN) as context:
        context.session = LoggedIn(token)
        async with open_identity(context) as insi:
            with pytest.raises(InsiRefused, match="desir_561") as refused:
                await insi.search(JEANNE.traits, local_id="P1", acting=SECRETARY)
    assert token not in str(refused.value)


async def test_a_token_that_the_provider_does_not_know_is_refused(placed: Opened) -> None:
    async with placed("insi_session", **WITH_TOKEN) as context, open_identity(context) as insi:
        with pytest.raises(InsiRefused, match="desir_561"):
            await insi.search(JEANNE.traits, local_id="P1", acting=SECRETARY)


async def test_a_session_that_ends_before_its_token_is_taken_sends_nothing_and_says_what_to_do(
    placed: Opened, state: MemoryState
) -> None:
    class Ended(FakeProfessionalSession):
        async def token(self, practitioner: str, *, acting: Actor) -> AccessToken:
            raise SessionExpired

    async with placed("insi_session", **WITH_TOKEN) as context:
        context.session = Ended()
        async with open_identity(context) as insi:
            with pytest.raises(SessionExpired) as ended:
                await insi.search(JEANNE.traits, local_id="P1", acting=SECRETARY)
    assert ended.value.explain().remedy.startswith("Connectez-vous à nouveau")
    assert state.audit == []


@pytest.mark.parametrize("environment", [Environment.INTEGRATION, Environment.PRODUCTION])
async def test_a_log_in_calls_no_real_service_while_the_form_of_its_token_is_not_configured(
    placed: Opened, environment: Environment
) -> None:
    async with placed("insi_session", **PSC) as context:
        context.environment = environment
        with pytest.raises(ConfigError, match="psc_token"):
            async with open_identity(context):
                raise AssertionError("opened")
