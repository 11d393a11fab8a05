"""The simulated Pro Santé Connect: judges each request of a log-in and answers as an OpenID provider does."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, urlencode, urlsplit

from caducee_sandbox.exchange import Judgement
from caducee_sandbox.faults import FaultBoard
from caducee_sandbox.http import Answer, Request
from caducee_sandbox.psc.desk import ApprovalDesk
from caducee_sandbox.psc.signing import Signing
from caducee_sandbox.psc.tokens import Asked, Refused, Session, TokenDesk, subject_of
from caducee_sandbox.psc.userinfo import userinfo

REALM = "/auth/realms/esante-wallet"
CONNECT = f"{REALM}/protocol/openid-connect"
CLIENT, CERTIFICATE_CLIENT = "lgc-simu", "lgc-simu-mtls"
ID_TOKEN_LIFE = 120
_PATHS = {
    f"{REALM}/.well-known/wallet-openid-configuration": "discovery",
    f"{CONNECT}/certs": "certs",
    f"{CONNECT}/token": "token",
    f"{CONNECT}/token/introspect": "introspect",
    f"{CONNECT}/userinfo": "userinfo",
    f"{CONNECT}/revoke": "revoke",
    f"{CONNECT}/logout": "logout",
}
_WAITING = """<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8">
<meta http-equiv="refresh" content="1;url={address}"><title>Pro Santé Connect simulé</title></head>
<body><p>Connexion simulée : en attente d'approbation.</p><p><a href="{address}">Continuer</a></p></body></html>"""
_WALLET = {"/auth": "authorize", "/auth/wait": "wait"}


class PscJudge:
    """``issuer`` and ``wallet`` return the two origins, known once the ports are open."""

    def __init__(self, *, secret: str, board: FaultBoard, issuer: Callable[[], str], wallet: Callable[[], str]) -> None:
        self.tokens = TokenDesk()
        self.approvals = ApprovalDesk()
        self._signing = Signing()
        self._secret = secret
        self._board = board
        self._issuer = issuer
        self._wallet = wallet

    @property
    def issuer(self) -> str:
        """The issuer, which has a path."""
        return self._issuer() + REALM

    def introspect(self, token: str) -> dict[str, Any]:
        """Say what a token stands for, as the endpoint does, to another service of this sandbox."""
        return {"active": False} if self._board.behaves("psc", "expired") else self.tokens.introspect(token)

    def transaction(self, request: Request) -> str:
        """Name what is asked for; empty when it is nothing of ours."""
        path = urlsplit(request.path).path
        return _PATHS.get(path) or _WALLET.get(path, "")

    def judge(self, request: Request) -> Judgement:
        """Answer one request."""
        answers: dict[str, Callable[[Request], Answer]] = {
            "discovery": lambda _: _json(self._described()),
            "certs": lambda _: _json(self._signing.key_set()),
            "authorize": self._authorize,
            "wait": self._wait,
            "token": self._token,
            "introspect": self._introspect,
            "userinfo": self._userinfo,
            "revoke": self._revoke,
            "logout": self._logout,
        }
        answer = answers.get(self.transaction(request))
        if answer is None:
            return Judgement(answer=_json({"error": "not_found"}, 404), verdict="not_found")
        try:
            return Judgement(answer=answer(request), verdict="accepted")
        except Refused as refused:
            error = str(refused)
            status = 401 if error in ("invalid_client", "invalid_token") else 400
            return Judgement(answer=_json({"error": error}, status), verdict=error)

    def unavailable(self) -> Answer:
        """Return the answer of a provider that is out of order."""
        return _json({"error": "temporarily_unavailable"}, 503)

    def _described(self) -> dict[str, Any]:
        base = self._issuer() + CONNECT
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self._wallet()}/auth",
            "token_endpoint": f"{base}/token",
            "userinfo_endpoint": f"{base}/userinfo",
            "jwks_uri": f"{base}/certs",
            "introspection_endpoint": f"{base}/token/introspect",
            "revocation_endpoint": f"{base}/revoke",
            "end_session_endpoint": f"{base}/logout",
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
            "id_token_signing_alg_values_supported": ["RS256"],
            "acr_values_supported": ["0", "0"],
        }

    def _authorize(self, request: Request) -> Answer:
        asked = _asked(dict(parse_qsl(urlsplit(request.path).query)))
        if self._board.behaves("psc", "refuse"):
            return self._back(asked, error="access_denied")
        return self._answered(self.approvals.wait(asked))

    def _wait(self, request: Request) -> Answer:
        return self._answered(dict(parse_qsl(urlsplit(request.path).query)).get("login", ""))

    def _answered(self, number: str) -> Answer:
        asked = self.approvals.asked(number)
        if asked is None:
            raise Refused("invalid_request")
        doctor = self.approvals.take(number)
        if doctor is not None:
            return self._back(asked, code=self.tokens.code(asked, doctor))
        page = _WAITING.format(address=f"/auth/wait?login={number}")
        return Answer(content_type="text/html; charset=utf-8", body=page.encode())

    def _back(self, asked: Asked, **result: str) -> Answer:
        query = urlencode({**result, "state": asked.state, "iss": self.issuer})
        return Answer(status=302, content_type="text/plain", headers={"location": f"{asked.redirect_uri}?{query}"})

    def _token(self, request: Request) -> Answer:
        form = _form(request)
        client = self._client(request, form)
        if self._board.behaves("psc", "expired"):
            raise Refused("invalid_grant")
        if form.get("grant_type") == "authorization_code":
            session = self.tokens.redeem(
                form.get("code", ""),
                client_id=client,
                redirect_uri=form.get("redirect_uri", ""),
                verifier=form.get("code_verifier", ""),
            )
        elif form.get("grant_type") == "refresh_token":
            session = self.tokens.renew(form.get("refresh_token", ""), client_id=client)
        else:
            raise Refused("unsupported_grant_type")
        return _json({**self.tokens.issue(session), "id_token": self._id_token(session)})

    def _id_token(self, session: Session) -> str:
        now = int(time.time())
        return self._signing.signed(
            {
                "iss": self.issuer,
                "sub": subject_of(session.doctor),
                "aud": session.asked.client_id,
                "azp": session.asked.client_id,
                "exp": now + ID_TOKEN_LIFE,
                "iat": now,
                "auth_time": int(session.began),
                "nonce": session.asked.nonce,
                "acr": "eidas1",
            }
        )

    def _userinfo(self, request: Request) -> Answer:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        session = self.tokens.session(token) if scheme == "Bearer" else None
        if session is None or self._board.behaves("psc", "expired"):
            raise Refused("invalid_token")
        claims = userinfo(session.doctor)
        if not self._board.behaves("psc", "jwt"):
            return _json(claims)
        signed = self._signing.signed({**claims, "iss": self.issuer, "aud": session.asked.client_id})
        return Answer(content_type="application/jwt;charset=UTF-8", body=signed.encode())

    def _introspect(self, request: Request) -> Answer:
        form = _form(request)
        self._client(request, form)
        return _json(self.introspect(form.get("token", "")))

    def _revoke(self, request: Request) -> Answer:
        form = _form(request)
        self._client(request, form)
        self.tokens.end(form.get("token", ""))
        return _json({})

    def _logout(self, request: Request) -> Answer:
        parts = _form(request).get("id_token_hint", "").split(".")
        if len(parts) == 3:
            self.tokens.end_of(_claims(parts[1]).get("sub", ""))
        return _json({})

    def _client(self, request: Request, form: dict[str, str]) -> str:
        scheme, _, value = request.headers.get("authorization", "").partition(" ")
        if scheme == "Basic":
            name, _, secret = _decoded(value).partition(":")
            right = hmac.compare_digest(unquote_plus(secret).encode(), self._secret.encode())
            if unquote_plus(name) == CLIENT and right:
                return CLIENT
        elif form.get("client_id") == CERTIFICATE_CLIENT and request.certificate is not None:
            return CERTIFICATE_CLIENT
        raise Refused("invalid_client")


def _asked(query: dict[str, str]) -> Asked:
    if query.get("client_id") not in (CLIENT, CERTIFICATE_CLIENT):
        raise Refused("unauthorized_client")
    redirect = urlsplit(query.get("redirect_uri", ""))
    if redirect.scheme != "http" or redirect.hostname != "127.0.0.1" or redirect.query or redirect.fragment:
        raise Refused("invalid_redirect_uri")
    needed = {"response_type": "code", "code_challenge_method": "S256", "acr_values": "eidas1"}
    there = all(query.get(name) for name in ("state", "nonce", "code_challenge"))
    scopes = query.get("scope", "").split()
    if not there or any(query.get(name) != value for name, value in needed.items()) or "openid" not in scopes:
        raise Refused("invalid_request")
    return Asked(
        client_id=query["client_id"],
        redirect_uri=query["redirect_uri"],
        state=query["state"],
        nonce=query["nonce"],
        challenge=query["code_challenge"],
        scope=query["scope"],
    )


def _form(request: Request) -> dict[str, str]:
    if request.method != "POST" or not request.content_type.startswith("application/x-www-form-urlencoded"):
        raise Refused("invalid_request")
    return dict(parse_qsl(request.body.decode("utf-8", "replace")))


def _decoded(value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise Refused("invalid_client") from None


def _claims(part: str) -> dict[str, Any]:
    try:
        claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except ValueError:
        raise Refused("invalid_request") from None
    return claims


def _json(content: dict[str, Any], status: int = 200) -> Answer:
    return Answer(
        status=status,
        content_type="application/json",
        body=json.dumps(content, ensure_ascii=False).encode(),
        headers={"cache-control": "no-store"},
    )
