"""What proves who calls: the three ways into the services of the Assurance Maladie.

``organisation``: mutual TLS with the structure's software certificate, no security header. ``card``: one assertion
signed by the professional's card. ``psc``: an unsigned assertion of who is logged in with Pro Santé Connect; how the
token itself travels is not public, so none is sent.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from caducee.model.practice import Actor
from caducee_insi.vitale import VitaleCard


class Access(StrEnum):
    """How this practice calls; ``[plugins.insi] access``."""

    ORGANISATION = "organisation"
    CARD = "card"
    PSC = "psc"


class Authenticator(Protocol):
    """Gives the security header of one call, and who is named in its contexts."""

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
