"""What proves who calls: the three ways into the services of the Assurance Maladie.

``organisation``: mutual TLS with the structure's software certificate, no security header. ``card``: one assertion
signed by the professional's card. ``psc``: an unsigned assertion of who is logged in with Pro Santé Connect, and their
token in the header of HTTP where ``psc_token`` says so: how it really travels is not public.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

from caducee.model.practice import Actor
from caducee_insi.vitale import VitaleCard


class Access(StrEnum):
    """How this practice calls; ``[plugins.insi] access``."""

    ORGANISATION = "organisation"
    CARD = "card"
    PSC = "psc"


class PscToken(StrEnum):
    """How the token of a log-in travels. Not public: ``BEARER`` (RFC 6750) is assumed, as the likeliest form."""

    NONE = "none"
    BEARER = "bearer_assumed"


class Authenticator(Protocol):
    """Gives the security header of one call, its headers of HTTP, and who is named in its contexts."""

    async def sender(self) -> str:
        """Return ``Emetteur``."""
        ...

    async def security(self, *, acting: Actor, card: VitaleCard | None = None) -> bytes:
        """Return ``wsse:Security``, or nothing.

        Raises:
            CardAbsent, OtherCard, PinRequired: nothing was sent.
            SessionExpired: nobody is logged in; nothing was sent.
        """
        ...

    async def headers(self, *, acting: Actor) -> Mapping[str, str]:
        """Return the headers of HTTP that prove who calls. They belong in no trace.

        Raises:
            SessionExpired: nobody is logged in; nothing was sent.
        """
        ...


class ByCertificate:
    """Organisation mode: the connection says who calls."""

    def __init__(self, sender: str) -> None:
        self._sender = sender

    async def sender(self) -> str:
        """Return the OU of the certificate, or what the configuration says."""
        return self._sender

    async def security(self, *, acting: Actor, card: VitaleCard | None = None) -> bytes:  # noqa: ARG002
        """Return nothing."""
        return b""

    async def headers(self, *, acting: Actor) -> Mapping[str, str]:  # noqa: ARG002
        """Return none."""
        return {}
