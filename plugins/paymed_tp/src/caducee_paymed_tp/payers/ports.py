"""The services of complementary insurers: their interfaces are not public (Inter-AMC), so these are ports.

An adapter of a vendor who has the agreement implements them; ``caducee_paymed_tp.payers.simulated`` stands in.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

import msgspec

from caducee_paymed_tp.payers.card import AmcCard


class Beneficiary(msgspec.Struct, frozen=True, kw_only=True):
    """Whose rights: as the card names them."""

    birth: date
    rank: int = 1


class IdbAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Rights of a beneficiary on a day. ``reference`` is what CLC is then asked with."""

    known: bool
    reference: str = ""
    since: date | None = None
    until: date | None = None
    domains: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()
    simulated: bool = False


class PricedLine(msgspec.Struct, frozen=True, kw_only=True):
    """One act as CLC is asked for it, in cents."""

    code: str
    fee: int
    base: int
    rate: int
    amo: int


class ClcAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What the insurer will pay, line by line, until ``expires``. ``engagement`` goes with the claim."""

    amounts: tuple[int, ...]
    engagement: str
    expires: date
    simulated: bool = False


class DirectoryEntry(msgspec.Struct, frozen=True, kw_only=True):
    """Where claims for one insurer and one routing go."""

    amc: str
    convention: str
    dre_address: str
    services: tuple[str, ...] = ()
    simulated: bool = False


class Idb(Protocol):
    """Rights in real time."""

    async def rights(self, card: AmcCard, beneficiary: Beneficiary, *, on: date) -> IdbAnswer:
        """Ask for the rights of a beneficiary.

        Raises:
            ServiceUnavailable, ServiceRejected, CapabilityMissing.
        """
        ...


class Clc(Protocol):
    """The price of the complementary part."""

    async def price(self, rights: IdbAnswer, lines: Sequence[PricedLine]) -> ClcAnswer:
        """Ask what would be paid.

        Raises:
            ServiceUnavailable, ServiceRejected, CapabilityMissing.
        """
        ...


class AmcDirectory(Protocol):
    """Routing addresses of the insurers."""

    async def route(self, card: AmcCard) -> DirectoryEntry | None:
        """Return where claims go, ``None`` when the insurer is not known there."""
        ...


class AmcServices(Idb, Clc, AmcDirectory, Protocol):
    """All three, as one agreement gives them."""
