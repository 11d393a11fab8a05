"""A professional who is logged in without a card (Pro Santé Connect), as other plugins see it."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

import msgspec

from caducee.model.practice import Actor
from caducee.services import ServiceKey


class AccessToken(msgspec.Struct, frozen=True, kw_only=True):
    """A token to present. Its ``repr`` shows no token; it belongs in no log, error or record."""

    value: str
    kind: str
    expires: datetime

    def __repr__(self) -> str:
        return f"AccessToken(kind={self.kind!r}, expires={self.expires.isoformat()})"


class ProfessionalSession(Protocol):
    """The log-in of one professional."""

    async def token(self, practitioner: str, *, acting: Actor) -> AccessToken:
        """Return a token that is still valid for a minute at least, renewed if needed.

        Raises:
            SessionExpired: the person must log in again.
            ServiceUnavailable: the provider does not answer.
        """
        ...

    async def evict(self, practitioner: str, token: AccessToken) -> None:
        """Forget a token that a service has refused: the next call gets another."""
        ...


PROFESSIONAL_SESSION: ServiceKey[ProfessionalSession] = ServiceKey("professional_session")
