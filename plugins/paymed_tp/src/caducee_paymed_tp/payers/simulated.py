"""Simulated IDB, CLC and directory. Everything they answer is marked ``simulated``; no real service is like this."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from caducee.errors import ServiceUnavailable
from caducee_paymed_tp.payers.card import AmcCard
from caducee_paymed_tp.payers.ports import Beneficiary, ClcAnswer, DirectoryEntry, IdbAnswer, PricedLine

DOMAINS = ("MEDG", "SPEC", "EXTE")
CLOSED, SILENT = "C", "X"
"""The last character of a member number plays a scenario: closed rights, a service that does not answer."""


class SimulatedAmc:
    """Answers by scenario: ``Idb``, ``Clc`` and ``AmcDirectory`` at once. ``today`` bounds its promises."""

    def __init__(self, today: date) -> None:
        self._today = today

    async def rights(self, card: AmcCard, beneficiary: Beneficiary, *, on: date) -> IdbAnswer:  # noqa: ARG002
        """Say that a valid card has rights, unless its member number plays another scenario."""
        if card.member.endswith(SILENT):
            raise ServiceUnavailable("idb", "simulated silence")
        if card.member.endswith(CLOSED) or not card.valid_on(on):
            return IdbAnswer(known=False, messages=("Droits fermés à cette date (simulation).",), simulated=True)
        return IdbAnswer(
            known=True,
            reference=f"SIM-{card.amc}-{on:%y%m%d}",
            since=card.since,
            until=card.until,
            domains=DOMAINS,
            simulated=True,
        )

    async def price(self, rights: IdbAnswer, lines: Sequence[PricedLine]) -> ClcAnswer:
        """Pay what the compulsory insurance leaves of the base, and no overrun."""
        amounts = tuple(max(0, line.base - line.amo) if rights.known else 0 for line in lines)
        return ClcAnswer(
            amounts=amounts,
            engagement=rights.reference,
            expires=self._today + timedelta(days=30),
            simulated=True,
        )

    async def route(self, card: AmcCard) -> DirectoryEntry | None:
        """Give every insurer an address that leads nowhere."""
        return DirectoryEntry(
            amc=card.amc,
            convention=card.convention,
            dre_address=f"dre-{card.amc}@amc.invalid",
            services=("IDB", "CLC"),
            simulated=True,
        )
