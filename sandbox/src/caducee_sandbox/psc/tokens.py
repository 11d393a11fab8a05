"""Codes, tokens and sessions of the simulated provider, in memory."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from caducee_sandbox.people import Doctor

ACCESS_LIFE, REFRESH_LIFE, SESSION_LIFE, CODE_LIFE = 120, 1800, 14400, 60


class Refused(Exception):
    """An error of OAuth; the text is its code."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request for a log-in, as the browser brought it."""

    client_id: str
    redirect_uri: str
    state: str
    nonce: str
    challenge: str
    scope: str


@dataclass(kw_only=True)
class Session:
    """One log-in. ``ended`` once it was closed, or a refresh token was used twice."""

    doctor: Doctor
    asked: Asked
    began: float
    ended: bool = False
    refresh: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class Issued:
    """What a token stands for, and when it ends."""

    session: Session
    ends: float


class TokenDesk:
    """Issues tokens and knows them again."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._codes: dict[str, Issued] = {}
        self._access: dict[str, Issued] = {}
        self._refresh: dict[str, Issued] = {}

    def code(self, asked: Asked, doctor: Doctor) -> str:
        """Return a code for somebody who has logged in."""
        session = Session(doctor=doctor, asked=asked, began=self._now())
        code = secrets.token_urlsafe(24)
        self._codes[code] = Issued(session=session, ends=self._now() + CODE_LIFE)
        return code

    def redeem(self, code: str, *, client_id: str, redirect_uri: str, verifier: str) -> Session:
        """Change a code once. Used twice, it ends the session that it opened (RFC 6749, 4.1.2).

        Raises:
            Refused: invalid_grant.
        """
        issued = self._codes.get(code)
        if issued is None:
            raise Refused("invalid_grant")
        session, asked = issued.session, issued.session.asked
        used = bool(session.refresh)
        if used:
            session.ended = True
        right = (asked.client_id, asked.redirect_uri, asked.challenge) == (client_id, redirect_uri, _s256(verifier))
        if used or not right or issued.ends <= self._now():
            raise Refused("invalid_grant")
        return session

    def renew(self, token: str, *, client_id: str) -> Session:
        """Change a refresh token. An old one ends the whole session.

        Raises:
            Refused: invalid_grant.
        """
        issued = self._refresh.get(token)
        if issued is None or issued.session.asked.client_id != client_id:
            raise Refused("invalid_grant")
        session = issued.session
        if session.refresh != token:
            session.ended = True
        over = issued.ends <= self._now() or session.began + SESSION_LIFE <= self._now()
        if session.ended or over:
            raise Refused("invalid_grant")
        return session

    def issue(self, session: Session) -> dict[str, Any]:
        """Return new tokens of a session; the earlier refresh token is used up."""
        access, refresh = f"at.{secrets.token_urlsafe(32)}", f"rt.{secrets.token_urlsafe(32)}"
        session.refresh = refresh
        self._access[access] = Issued(session=session, ends=self._now() + ACCESS_LIFE)
        self._refresh[refresh] = Issued(session=session, ends=self._now() + REFRESH_LIFE)
        return {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": ACCESS_LIFE,
            "refresh_token": refresh,
            "refresh_expires_in": REFRESH_LIFE,
            "scope": session.asked.scope,
        }

    def session(self, access: str) -> Session | None:
        """Return the log-in of a living access token."""
        issued = self._living(access)
        return None if issued is None else issued.session

    def introspect(self, token: str) -> dict[str, Any]:
        """Say what a token stands for (RFC 7662, 2.2): ``active``, and of whom (``SubjectNameID``)."""
        issued = self._living(token)
        if issued is None:
            return {"active": False}
        session = issued.session
        return {
            "active": True,
            "client_id": session.asked.client_id,
            "exp": int(issued.ends),
            "scope": session.asked.scope,
            "SubjectNameID": session.doctor.identifier,
            "sub": subject_of(session.doctor),
            "token_type": "Bearer",
        }

    def end(self, token: str) -> None:
        """End the session of an access or refresh token; nothing happens for an unknown one."""
        issued = self._refresh.get(token) or self._access.get(token)
        if issued is not None:
            issued.session.ended = True

    def end_of(self, subject: str) -> None:
        """End every session of a person."""
        for issued in self._refresh.values():
            if subject_of(issued.session.doctor) == subject:
                issued.session.ended = True

    def end_all(self) -> None:
        """End every session."""
        for issued in self._refresh.values():
            issued.session.ended = True

    def _living(self, access: str) -> Issued | None:
        issued = self._access.get(access)
        if issued is None or issued.session.ended or issued.ends <= self._now():
            return None
        return issued


def subject_of(doctor: Doctor) -> str:
    """Return the ``sub`` of a person: a form like the real one's."""
    return f"f:00000000-0000-4000-8000-000000000001:{doctor.identifier}"


def _s256(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
