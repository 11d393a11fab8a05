"""The national identity service, as other plugins and callers see it."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

import msgspec

from caducee.model.identity import Ins, Traits
from caducee.model.practice import Actor
from caducee.services import ServiceKey


class InsOutcome(StrEnum):
    """The service's return code. The value is the code itself."""

    FOUND = "00"
    NOT_FOUND = "01"
    SEVERAL = "02"


class InsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What INSi answered, kept as it came.

    ``ins`` and ``traits`` are present only with ``FOUND``; ``traits.given_names`` holds the birth given names of the
    answer. ``history`` lists former matricules. ``calls`` is how many requests the strategy needed.
    """

    outcome: InsOutcome
    label: str
    ins: Ins | None = None
    traits: Traits | None = None
    history: tuple[Ins, ...] = ()
    calls: int = 1


class Identity(Protocol):
    """Ask the national identity base."""

    async def search(self, traits: Traits, *, local_id: str, acting: Actor) -> InsAnswer:
        """Search by traits: one given name a call, then all, then the place of birth; ``max_calls`` at most.

        Raises:
            DocumentInvalid: traits that cannot be asked; nothing was sent.
            ServiceUnavailable, ServiceRejected, ProtocolViolation: with the service's own code and text.
        """
        ...


IDENTITY: ServiceKey[Identity] = ServiceKey("identity")
