"""A professional who is logged in without a card (Pro Santé Connect), as other plugins see it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
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


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """One *situation d'exercice*: a profession exercised in one structure, as the national register tells it.

    ``profession`` is a code of TRE_G15, ``specialty`` one of TRE_R01 (``SM26``), ``category`` and ``mode`` the codes of
    the register, ``sector`` an SAxx code. ``structures`` are all the identifiers of the structure, each with its ANS
    prefix digit (``1`` FINESS, ``2`` SIREN, ``3`` SIRET), the technical one as it came. A text that the register leaves
    empty is empty here.
    """

    profession: str
    specialty: str = ""
    category: str = ""
    mode: str = ""
    sector: str = ""
    structures: tuple[str, ...] = ()
    structure_name: str = ""


class SessionIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """Who logged in: ``identifier`` is the PS_IdNat (``SubjectNameID``), the one that the card's holder has too."""

    identifier: str
    family_name: str
    given_name: str
    situations: tuple[Situation, ...] = ()


class SessionPhase(StrEnum):
    """Where the log-in of one professional stands."""

    ABSENT = "absent"
    """Nobody has logged in, or they have logged out."""
    ASKED = "asked"
    """The browser is open: the person is at it."""
    OPEN = "open"
    ENDED = "ended"
    """It ended by itself, or the provider ended it: a person must log in again."""


class SessionState(msgspec.Struct, frozen=True, kw_only=True):
    """``ends`` is the latest end of an open session, whatever is done; ``None`` otherwise."""

    phase: SessionPhase
    ends: datetime | None = None


class ProfessionalSession(Protocol):
    """The log-in of one professional, named by the key of ``[practitioner.KEY]``.

    Only ``login`` ever asks the person: ``token`` never opens a window, so that nobody is asked twice.
    """

    async def login(self, practitioner: str, *, acting: Actor) -> SessionIdentity:
        """Let the person log in, and release what waited for it. Callers at the same time share one window.

        Raises:
            CredentialError: the person declined, let it pass, or is not the one of ``[practitioner.KEY]``.
            ServiceUnavailable: the provider does not answer.
        """
        ...

    async def logout(self, practitioner: str, *, acting: Actor) -> None:
        """Forget the session here at once, and tell the provider as far as it listens."""
        ...

    def state(self, practitioner: str) -> SessionState:
        """Say where the log-in stands. Asks nobody."""
        ...

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

    async def situations(self, practitioner: str) -> tuple[Situation, ...]:
        """Return the *situations d'exercice* of who is logged in.

        Raises:
            SessionExpired: nobody is.
        """
        ...

    async def choose(self, practitioner: str, situation: Situation, *, acting: Actor) -> None:
        """Choose the one in which they act; it stays chosen over log-ins for as long as the register has it.

        Raises:
            SessionExpired: nobody is logged in.
            CredentialError: it is none of theirs, or not the one that ``[practitioner.KEY]`` describes: documents and
                assertions are written from that table, and would say something else.
        """
        ...

    async def chosen(self, practitioner: str) -> Situation | None:
        """Return the chosen one, ``None`` while there is none."""
        ...


PROFESSIONAL_SESSION: ServiceKey[ProfessionalSession] = ServiceKey("professional_session")
