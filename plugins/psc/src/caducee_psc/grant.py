"""The tokens of one log-in, in memory only."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from caducee.contracts.session import AccessToken
from caducee_psc.config import Life

MARGIN = timedelta(seconds=60)
"""What a token handed over must still last (contract of ``ProfessionalSession.token``)."""


class TokenAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer of the token endpoint (RFC 6749, 5.1). Its ``repr`` shows no token."""

    access_token: str
    token_type: str
    expires_in: float | None = None
    refresh_token: str = ""
    refresh_expires_in: float | None = None
    id_token: str = ""

    def __repr__(self) -> str:
        return "TokenAnswer()"


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """What the provider granted, with the ends it said. Its ``repr`` shows no token."""

    access: str
    kind: str
    since: datetime
    access_ends: datetime
    refresh: str
    refresh_ends: datetime
    id_token: str

    def __repr__(self) -> str:
        return f"Grant(access_ends={self.access_ends.isoformat()}, refresh_ends={self.refresh_ends.isoformat()})"

    @classmethod
    def of(cls, answer: TokenAnswer, *, now: datetime, life: Life, before: Grant | None = None) -> Grant:
        """Read the lives that an answer tells; what a renewal leaves out stays as it was."""
        refreshed = answer.refresh_token or (before.refresh if before else "")
        kept = before is not None and not answer.refresh_token and answer.refresh_expires_in is None
        refresh_life = life.refresh if answer.refresh_expires_in is None else answer.refresh_expires_in
        return cls(
            access=answer.access_token,
            kind=answer.token_type,
            since=now,
            access_ends=now + timedelta(seconds=life.token if answer.expires_in is None else answer.expires_in),
            refresh=refreshed,
            refresh_ends=before.refresh_ends if kept and before else now + timedelta(seconds=refresh_life),
            id_token=answer.id_token or (before.id_token if before else ""),
        )

    def fresh(self, now: datetime) -> bool:
        """Say whether it may be handed over: for a minute more, or half its life where that is shorter."""
        return self.access_ends - now >= min(MARGIN, (self.access_ends - self.since) / 2) and now < self.access_ends

    def renewable(self, now: datetime) -> bool:
        """Say whether another can still be asked for."""
        return bool(self.refresh) and now < self.refresh_ends

    def stale(self) -> Grant:
        """Return the same with an access token that is not handed over any more."""
        return msgspec.structs.replace(self, access_ends=self.since)

    def token(self) -> AccessToken:
        """Return what other plugins are given."""
        return AccessToken(value=self.access, kind=self.kind, expires=self.access_ends)
