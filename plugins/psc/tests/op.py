"""An OpenID provider as the tests script it: it judges what it is sent, and lies where a test tells it to."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import httpx
from joserfc import jwk, jwt

from caducee.clock import Clock
from caducee.testing import Answer, Request, ScriptedService

CLIENT, SECRET = "lgc-essai", "secret-du-client-canari"
ROUX = "899700000017"
SUBJECT = f"f:essai:{ROUX}"
CABINET, SEA = "499700000017001", "499700000017002"


def activity(structure: str, name: str, **more: Any) -> dict[str, Any]:
    return {
        "codeModeExercice": "L",
        "codeSecteurDactivite": "SA07",
        "numeroSiretSite": "",
        "identifiantTechniqueDeLaStructure": structure,
        "raisonSocialeSite": name,
        **more,
    }


def person(*activities: dict[str, Any], specialty: str = "SM26", identifier: str = ROUX) -> dict[str, Any]:
    return {
        "sub": SUBJECT,
        "SubjectNameID": identifier,
        "given_name": "CAMILLE",
        "family_name": "CANARI-ROUX",
        "SubjectOrganization": "",
        "SubjectOrganizationID": "",
        "PSI_Locale": "",
        "SubjectRefPro": {
            "exercices": [
                {
                    "codeProfession": "10",
                    "codeCategorieProfessionnelle": "C",
                    "nomDexercice": "CANARI-ROUX",
                    "prenomDexercice": "CAMILLE",
                    "codeSavoirFaire": specialty,
                    "activities": list(activities),
                }
            ]
        },
    }


class Op:
    """``answer`` serves it. ``refreshes`` counts what E03 counts; ``claims`` and ``userinfo`` are what it says."""

    path = "/auth/realms/essai"

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.key = jwk.generate_key("RSA", 2048, {"kid": "a", "use": "sig"})
        self.published = [self.key]
        self.url = ""
        self.claims: dict[str, Any] = {}
        self.userinfo: dict[str, Any] = person(activity(CABINET, "Cabinet du Dr Roux"))
        self.signs_userinfo = False
        self.described: dict[str, Any] = {}
        self.lives: dict[str, Any] = {"expires_in": 120, "refresh_expires_in": 1800}
        self.refreshes = 0
        self.fetches = 0
        self.revoked: list[str] = []
        self.ended: list[str] = []
        self.issued: list[str] = []
        self.answers: dict[str, Callable[[Request], Answer | None]] = {}
        self.header: dict[str, Any] = {"alg": "RS256", "kid": "a"}
        self.signing: Any = None
        self.forgives = False  # a code that comes twice, when the network repeated a request
        self._codes: dict[str, dict[str, str]] = {}
        self._refresh = ""
        self._alive = False

    @property
    def issuer(self) -> str:
        return self.url + self.path

    def answer(self, request: Request) -> Answer:
        name = urlsplit(request.path).path.removeprefix(self.path).rpartition("/")[2]
        given = self.answers[name](request) if name in self.answers else None
        return given or getattr(self, "_" + name.replace("-", "_"))(request)

    def approved(self, address: str, **changes: str | None) -> str:
        """Return where the browser is sent back to; ``changes`` alter or take away what it brings."""
        asked = dict(parse_qsl(urlsplit(address).query))
        code = f"code-canari-{secrets.token_hex(4)}"
        self._codes[code] = asked
        brings = {"code": code, "state": asked["state"], "iss": self.issuer, **changes}
        return f"{asked['redirect_uri']}?{urlencode({k: v for k, v in brings.items() if v is not None})}"

    def signed(self, claims: Mapping[str, Any]) -> str:
        return jwt.encode(self.header, dict(claims), self.signing or self.key, algorithms=[self.header["alg"]])

    def _wallet_openid_configuration(self, request: Request) -> Answer:
        base = f"{self.issuer}/protocol/openid-connect"
        return Answer.of_json(
            {
                "issuer": self.issuer,
                "authorization_endpoint": "https://wallet.essai.invalid/auth",
                "token_endpoint": f"{base}/token",
                "userinfo_endpoint": f"{base}/userinfo",
                "jwks_uri": f"{base}/certs",
                "revocation_endpoint": f"{base}/revoke",
                "end_session_endpoint": f"{base}/logout",
                "authorization_response_iss_parameter_supported": True,
                **self.described,
            }
        )

    def _certs(self, request: Request) -> Answer:
        self.fetches += 1
        return Answer.of_json({"keys": [key.as_dict(private=False) for key in self.published]})

    def _token(self, request: Request) -> Answer:
        if request.headers.get("authorization") != basic(CLIENT, SECRET):
            return Answer.of_json({"error": "invalid_client"}, status=401)
        form = {name: value for name, (value,) in parse_qs(request.body.decode()).items()}
        if form["grant_type"] == "refresh_token":
            return self._renewed(form["refresh_token"])
        asked = self._codes.get(form["code"])
        if not self.forgives:
            self._codes.pop(form["code"], None)
        if asked is None or asked["redirect_uri"] != form["redirect_uri"] or not _proves(form["code_verifier"], asked):
            return Answer.of_json({"error": "invalid_grant"}, status=400)
        self._alive = True
        return self._granted(nonce=asked["nonce"])

    def _renewed(self, token: str) -> Answer:
        self.refreshes += 1
        if not self._alive or token != self._refresh:
            self._alive = False  # a second use ends the whole family
            return Answer.of_json({"error": "invalid_grant"}, status=400)
        return self._granted()

    def _granted(self, **more: Any) -> Answer:
        number = len(self.issued)
        self._refresh = f"refresh-canari-{number}"
        self.issued.append(f"access-canari-{number}")
        now = self.clock.now().timestamp()
        claims = {"iss": self.issuer, "sub": SUBJECT, "aud": CLIENT, "azp": CLIENT, "exp": now + 120, "iat": now}
        id_token = self.signed({k: v for k, v in {**claims, **more, **self.claims}.items() if v is not None})
        tokens = {"access_token": self.issued[-1], "token_type": "Bearer", "refresh_token": self._refresh}
        return Answer.of_json({**tokens, "id_token": id_token, **self.lives})

    def _userinfo(self, request: Request) -> Answer:
        if not self._alive or request.headers.get("authorization") != f"Bearer {self.issued[-1]}":
            return Answer.of_json({"error": "invalid_token"}, status=401)
        if not self.signs_userinfo:
            return Answer.of_json(self.userinfo)
        body = self.signed({"iss": self.issuer, "aud": CLIENT, **self.userinfo})
        return Answer(body.encode(), 200, "application/jwt;charset=UTF-8")

    def _revoke(self, request: Request) -> Answer:
        self.revoked += parse_qs(request.body.decode())["token"]
        self._alive = False
        return Answer(b"", 200, "text/plain")

    def _logout(self, request: Request) -> Answer:
        self.ended += parse_qs(request.body.decode())["id_token_hint"]
        return Answer(b"", 200, "text/plain")


class Browser:
    """Opens addresses as a person would: it goes where the provider sends it, unless a test says otherwise."""

    def __init__(self, op: Op) -> None:
        self.op = op
        self.opened: list[str] = []
        self.pages: list[tuple[int, str]] = []
        self.brings: dict[str, str | None] = {}
        self.works = True

    async def __call__(self, address: str) -> bool:
        self.opened.append(address)
        if self.works:
            await self.visit(self.op.approved(address, **self.brings))
        return self.works

    async def visit(self, address: str, method: str = "GET", **headers: str) -> int:
        async with httpx.AsyncClient(trust_env=False) as client:
            page = await client.request(method, address, headers=headers)
        self.pages.append((page.status_code, page.text))
        return page.status_code


def served(op: Op, authority: Any) -> ScriptedService:
    return ScriptedService(op.answer, writes=lambda request: False, tls=authority.server)


def basic(name: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


def part(content: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def _proves(verifier: str, asked: Mapping[str, str]) -> bool:
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    return asked["code_challenge_method"] == "S256" and asked["code_challenge"] == digest
