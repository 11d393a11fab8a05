"""The calls to the provider. Nothing is kept here but its description and its public keys."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

import msgspec

from caducee.clock import Clock
from caducee.contracts.http import HttpAnswer, HttpClient
from caducee.contracts.session import SessionIdentity
from caducee.drift import Drift
from caducee.errors import ServiceUnavailable
from caducee.wire.media_type import media_type
from caducee_psc.claims import Terms, check_id_token, check_userinfo
from caducee_psc.config import PscConfig, UserinfoForm
from caducee_psc.errors import SERVICE, AnswerForged, OutOfItsTime, PscRejected, only_code, unreadable
from caducee_psc.grant import TokenAnswer
from caducee_psc.jwt import KeyRing
from caducee_psc.metadata import Metadata, read_metadata
from caducee_psc.userinfo import read_person

_FORM = "application/x-www-form-urlencoded"


class _Refusal(msgspec.Struct, frozen=True):
    error: str


class Provider:
    """Speaks OpenID Connect to one issuer.

    ``client`` gives an HTTP client for one origin. ``secret`` returns the client's secret, or ``None`` when the
    certificate of the connection says who we are.
    """

    def __init__(
        self,
        config: PscConfig,
        *,
        client: Callable[[str], Awaitable[HttpClient]],
        secret: Callable[[], Awaitable[bytes | None]],
        clock: Clock,
    ) -> None:
        self._config = config
        self._client = client
        self._secret = secret
        self._clock = clock
        self._metadata: Metadata | None = None
        self._drift: Drift | None = None
        self._keys = KeyRing(self._fetch_keys, clock)
        self._terms = Terms(issuer=config.issuer, client_id=config.client_id, skew=config.life.skew)

    async def metadata(self) -> Metadata:
        """Return what the provider says of itself; asked once.

        Raises:
            ServiceUnavailable, ProtocolViolation, AnswerForged.
        """
        if self._metadata is None:
            answer = await self._get(self._config.discovery_url)
            self._metadata = read_metadata(_well(answer).body, issuer=self._config.issuer)
        return self._metadata

    async def exchange(self, code: str, *, verifier: str, redirect_uri: str) -> TokenAnswer:
        """Change a code for tokens.

        Raises:
            PscRejected: the code, its verifier or this client was refused.
            ServiceUnavailable, ProtocolViolation.
        """
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        return await self._tokens({**form, "code_verifier": verifier})

    async def refresh(self, refresh_token: str) -> TokenAnswer:
        """Change a refresh token for the next tokens; errors as ``exchange``."""
        return await self._tokens({"grant_type": "refresh_token", "refresh_token": refresh_token})

    async def subject(self, id_token: str, *, nonce: str | None) -> str:
        """Return whom an ID token is about; ``nonce`` is ``None`` after a refresh.

        Raises:
            AnswerForged: it does not hold.
            ServiceUnavailable, ProtocolViolation: the keys could not be had.
        """
        claims = await self._keys.verified(id_token.encode())
        with self._told_the_time():
            return check_id_token(claims, self._terms, now=self._clock.now(), nonce=nonce)

    async def person(self, access_token: str, *, subject: str) -> SessionIdentity:
        """Return who is logged in.

        Raises:
            AnswerForged: the answer is about somebody else, is wrongly signed, or is not signed where that was agreed.
            PscRejected: the token was refused.
            ServiceUnavailable, ProtocolViolation.
        """
        headers = {"Authorization": f"Bearer {access_token}", "Accept": "application/jwt, application/json"}
        url = (await self.metadata()).called("userinfo_endpoint", certificate=self._by_certificate())
        claims = await self._userinfo_claims(_well(await self._get(url, headers)))
        about, person = read_person(claims)
        if about != subject:
            raise AnswerForged("the userinfo answer is about somebody else")
        return person

    async def end(self, *, refresh_token: str, id_token: str) -> None:
        """Tell the provider that a log-in ends: the refresh token is revoked (RFC 7009), the session closed.

        Raises:
            ServiceUnavailable, PscRejected, ProtocolViolation: it may live on there until its end.
        """
        metadata = await self.metadata()
        certificate = self._by_certificate()
        if metadata.revocation_endpoint and refresh_token:
            form = {"token": refresh_token, "token_type_hint": "refresh_token"}
            _well(await self._post(metadata.called("revocation_endpoint", certificate=certificate), form))
        if metadata.end_session_endpoint and id_token:
            form = {"id_token_hint": id_token, "client_id": self._config.client_id}
            _well(await self._post(metadata.end_session_endpoint, form, authenticated=False))

    async def _tokens(self, form: Mapping[str, str]) -> TokenAnswer:
        url = (await self.metadata()).called("token_endpoint", certificate=self._by_certificate())
        answer = _well(await self._post(url, form))
        try:
            tokens = msgspec.json.decode(answer.body, type=TokenAnswer, strict=False)
        except msgspec.DecodeError:
            raise unreadable("the answer of the token endpoint is not one") from None
        if not tokens.access_token or tokens.token_type.lower() != "bearer":
            raise unreadable("the tokens are of another kind than Bearer")
        return tokens

    async def _userinfo_claims(self, answer: HttpAnswer) -> Mapping[str, Any]:
        kind, _ = media_type(answer.content_type)
        if kind == "application/jwt":
            claims = await self._keys.verified(answer.body.strip())
            with self._told_the_time():
                check_userinfo(claims, self._terms, now=self._clock.now())
            return claims
        if self._config.userinfo is UserinfoForm.SIGNED:
            raise AnswerForged("the userinfo answer is not signed although that was agreed")
        if kind != "application/json":
            raise unreadable("the userinfo answer is neither JSON nor a signed token")
        try:
            return msgspec.json.decode(answer.body, type=dict[str, Any])
        except msgspec.DecodeError:
            raise unreadable("the userinfo answer is not JSON") from None

    async def _fetch_keys(self) -> bytes:
        return _well(await self._get((await self.metadata()).jwks_uri)).body

    def _by_certificate(self) -> bool:
        return self._config.client_secret is None

    async def _post(self, url: str, form: Mapping[str, str], *, authenticated: bool = True) -> HttpAnswer:
        headers, fields = {"Accept": "application/json"}, dict(form)
        if authenticated:
            secret = await self._secret()
            if secret is None:
                fields["client_id"] = self._config.client_id
            else:
                headers["Authorization"] = _basic(self._config.client_id, secret)
        client, path = await self._reached(url)
        content = [urlencode(fields).encode("ascii")]
        return self._noted(await client.post(path, content_type=_FORM, content=content, changes=False, headers=headers))

    async def _get(self, url: str, headers: Mapping[str, str] | None = None) -> HttpAnswer:
        client, path = await self._reached(url)
        return self._noted(await client.get(path, headers=headers or {"Accept": "application/json"}))

    def _noted(self, answer: HttpAnswer) -> HttpAnswer:
        self._drift = answer.drift or self._drift
        return answer

    @contextmanager
    def _told_the_time(self) -> Iterator[None]:
        try:
            yield
        except OutOfItsTime as error:
            raise OutOfItsTime(error.detail, self._drift) from None

    async def _reached(self, url: str) -> tuple[HttpClient, str]:
        address = urlsplit(url)
        path = address.path.removeprefix("/") + (f"?{address.query}" if address.query else "")
        return await self._client(f"{address.scheme}://{address.netloc}"), path


def _basic(client_id: str, secret: bytes) -> str:
    """Return client_secret_basic: both parts are form-encoded first (RFC 6749, 2.3.1)."""
    pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"
    return f"Basic {base64.b64encode(pair.encode('ascii')).decode('ascii')}"


def _well(answer: HttpAnswer) -> HttpAnswer:
    """Return an answer of success; an error of OAuth (RFC 6749, 5.2) or of the server is raised."""
    if 200 <= answer.status < 400:
        return answer
    if answer.status >= 500 or answer.status == 429:
        raise ServiceUnavailable(SERVICE, f"HTTP {answer.status}")
    raise PscRejected(_refusal(answer))


def _refusal(answer: HttpAnswer) -> str:
    try:
        error = msgspec.json.decode(answer.body, type=_Refusal).error
    except msgspec.DecodeError:
        return f"http_{answer.status}"
    return only_code(error, otherwise=f"http_{answer.status}")
