"""Rights and prices, as the practice's software asks for them before it bills."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from caducee.contracts.plugin import PluginContext
from caducee.contracts.rights import RIGHTS, RightsAnswer
from caducee.errors import CapabilityMissing
from caducee.model.identity import Ins
from caducee.model.practice import Actor
from caducee.services import ServiceKey
from caducee_paymed_tp.errors import CardFault, CardUnknown
from caducee_paymed_tp.payers.card import AmcCard, CardProfile
from caducee_paymed_tp.payers.ports import AmcServices, Beneficiary, ClcAnswer, DirectoryEntry, IdbAnswer, PricedLine


class RightsAndPrices(Protocol):
    """Who covers a patient, and what they would pay. ``kernel.use(RIGHTS_AND_PRICES)`` lends it."""

    def card(self, content: bytes) -> AmcCard:
        """Read the Datamatrix of a complementary insurance card.

        Raises:
            CardUnknown: the configured profile does not read it; ``explain()`` says why.
        """
        ...

    async def amo(self, ins: Ins, *, on: date, practitioner: str, acting: Actor) -> RightsAnswer:
        """Ask for the rights with the compulsory insurance.

        Raises:
            CapabilityMissing: no plugin offers them (ADRi, appli carte Vitale).
            ServiceError: as the service.
        """
        ...

    async def idb(self, card: AmcCard, beneficiary: Beneficiary, *, on: date) -> IdbAnswer:
        """Ask the complementary insurer for the rights of a beneficiary.

        Raises:
            CapabilityMissing: no profile is configured.
            ServiceError: as the service.
        """
        ...

    async def clc(self, rights: IdbAnswer, lines: Sequence[PricedLine]) -> ClcAnswer:
        """Ask the complementary insurer what it would pay; errors as ``idb``."""
        ...

    async def route(self, card: AmcCard) -> DirectoryEntry | None:
        """Ask the directory where claims go; errors as ``idb``."""
        ...


RIGHTS_AND_PRICES: ServiceKey[RightsAndPrices] = ServiceKey("paymed_tp.rights")


class RightsDesk:
    """The ``RightsAndPrices`` of one installation."""

    def __init__(self, context: PluginContext, *, amc: AmcServices | None, cards: CardProfile | None) -> None:
        self._context, self._services, self._cards = context, amc, cards

    def card(self, content: bytes) -> AmcCard:
        """Read a card."""
        if self._cards is None:
            raise CardUnknown(CardFault.NO_PROFILE)
        return self._cards(content)

    async def amo(self, ins: Ins, *, on: date, practitioner: str, acting: Actor) -> RightsAnswer:
        """Ask the plugin that offers rights."""
        async with self._context.use(RIGHTS) as rights:
            return await rights.of(ins, on=on, practitioner=practitioner, acting=acting)

    async def idb(self, card: AmcCard, beneficiary: Beneficiary, *, on: date) -> IdbAnswer:
        """Ask IDB."""
        return await self._amc().rights(card, beneficiary, on=on)

    async def clc(self, rights: IdbAnswer, lines: Sequence[PricedLine]) -> ClcAnswer:
        """Ask CLC."""
        return await self._amc().price(rights, lines)

    async def route(self, card: AmcCard) -> DirectoryEntry | None:
        """Ask the directory."""
        return await self._amc().route(card)

    def _amc(self) -> AmcServices:
        if self._services is None:
            raise CapabilityMissing("no profile of the AMC services is configured")
        return self._services
