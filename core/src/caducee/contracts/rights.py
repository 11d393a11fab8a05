"""The patient's rights with the health insurance (ADRi, appli carte Vitale), as other plugins see them."""

from __future__ import annotations

from datetime import date
from typing import Protocol

import msgspec

from caducee.model.identity import Ins
from caducee.model.practice import Actor
from caducee.services import ServiceKey


class Cover(msgspec.Struct, frozen=True, kw_only=True):
    """One cover on one day. ``regime`` and ``fund`` are the insurer's own codes, kept as they came."""

    regime: str
    fund: str
    centre: str = ""
    since: date | None = None
    until: date | None = None
    exemption: str = ""


class RightsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What the service said of that day. ``source`` names the service; ``assumed`` marks a simulated profile."""

    source: str
    on: date
    compulsory: tuple[Cover, ...]
    complementary: tuple[Cover, ...] = ()
    assumed: bool = False


class Rights(Protocol):
    """Ask for the rights of a patient."""

    async def of(self, ins: Ins, *, on: date, practitioner: str, acting: Actor) -> RightsAnswer:
        """Return the rights on that day.

        Raises:
            ServiceUnavailable, ServiceRejected, ProtocolViolation: with the service's own code and text.
        """
        ...


RIGHTS: ServiceKey[Rights] = ServiceKey("rights")
