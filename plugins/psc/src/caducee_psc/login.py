"""One log-in: the browser is opened, brings a code back, and the code becomes tokens of the right person."""

from __future__ import annotations

from contextlib import suppress

import msgspec

from caducee.clock import Clock
from caducee.contracts.session import SessionIdentity
from caducee.errors import CaduceeError
from caducee_psc.authorization import AuthorizationRequest
from caducee_psc.browser import OpenBrowser
from caducee_psc.config import PscConfig
from caducee_psc.errors import LoginRefused, OtherPerson, PscRejected, unreadable
from caducee_psc.grant import Grant, TokenAnswer
from caducee_psc.loopback import listening
from caducee_psc.metadata import Metadata
from caducee_psc.provider import Provider


class LoggedIn(msgspec.Struct, frozen=True, kw_only=True):
    """What a log-in gave."""

    grant: Grant
    subject: str
    identity: SessionIdentity


async def log_in(
    identifier: str, *, provider: Provider, config: PscConfig, open_browser: OpenBrowser, clock: Clock
) -> LoggedIn:
    """Let the professional of this national identifier log in.

    Raises:
        LoginRefused, LoginTimedOut, BrowserNotOpened, NoRedirectPort: nobody logged in.
        OtherPerson: somebody else did; their session was closed again.
        AnswerForged: an answer did not hold.
        PscRejected, ServiceUnavailable, ProtocolViolation: the provider refused this client, or does not answer.
    """
    metadata = await provider.metadata()
    answer, nonce = await _tokens(metadata, provider=provider, config=config, open_browser=open_browser)
    if not answer.id_token:
        raise unreadable("the token endpoint gave no ID token")
    try:
        subject = await provider.subject(answer.id_token, nonce=nonce)
        identity = await provider.person(answer.access_token, subject=subject)
        if identity.identifier != identifier:
            raise OtherPerson
    except CaduceeError:
        with suppress(CaduceeError):
            await provider.end(refresh_token=answer.refresh_token, id_token=answer.id_token)
        raise
    grant = Grant.of(answer, now=clock.now(), life=config.life)
    return LoggedIn(grant=grant, subject=subject, identity=identity)


async def _tokens(
    metadata: Metadata, *, provider: Provider, config: PscConfig, open_browser: OpenBrowser
) -> tuple[TokenAnswer, str]:
    async with listening(config.redirect_path, config.redirect_ports) as loopback:
        request = AuthorizationRequest.fresh(loopback.redirect_uri)
        address = request.address(metadata.authorization_endpoint, config)
        code = await loopback.code(
            open_browser=lambda: open_browser(address),
            state=request.state,
            issuer=metadata.issuer,
            must_name_issuer=metadata.authorization_response_iss_parameter_supported,
            within=config.life.window,
        )
    try:
        answer = await provider.exchange(code, verifier=request.verifier, redirect_uri=request.redirect_uri)
    except PscRejected as refusal:
        if refusal.error == "invalid_grant":
            raise LoginRefused(refusal.error) from None
        raise
    return answer, request.nonce
