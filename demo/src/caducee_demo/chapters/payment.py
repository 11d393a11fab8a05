"""Third-party payment: from the invoices to the money, and what is missing."""

from __future__ import annotations

from functools import partial
from itertools import cycle

import anyio

from caducee_demo.billing import FIRST_DAY, PAYERS, Billing, billing_desk
from caducee_demo.browser import photograph
from caducee_demo.stage import DOCTOR, Stage
from caducee_demo.story import Sheet
from caducee_paymed_tp import Invoice, Part, Share, State
from caducee_paymed_tp.api import Reconciled
from caducee_paymed_tp.dashboard.page import page
from caducee_paymed_tp.euros import euros
from caducee_paymed_tp.model.unpaid import Why

NAME = "paiement"
TITLE = "13. Le tiers payant, de la facture à la banque (SPECIMEN : concentrateur, payeurs et banque simulés)"
INVOICES = 60
_PS = "759999990"
_WAIT = 40.0


async def play(stage: Stage) -> None:
    """Send, correct what is refused, match what came, find what did not, have a patient pay, look at the month."""
    async with billing_desk(stage.practice, stage.pace) as desk:
        await _sent(stage, desk)
        await _corrected(stage, desk)
        await _matched(stage, desk)
        await _missing(stage, desk)
        await _paid_by_link(stage, desk)
        await _shown(stage, desk)


async def _sent(stage: Stage, desk: Billing) -> None:
    with stage.story.step("Les factures du cabinet partent en lots") as telling:
        lots = 0
        for destination in PAYERS["amo"]:  # one after the other: the simulated days are the same at every performance
            invoices = [one for one in _invoices() if one.destination == destination]
            for invoice in invoices:
                await desk.tp.take(invoice, b"SPECIMEN", acting=DOCTOR)
            lots += len(await desk.tp.send(acting=DOCTOR))
            await _gone(desk, [one.id for one in invoices])
        total = sum(one.billed for one in _invoices())
        telling.say(f"{INVOICES} factures, {lots} lots, {euros(total)} demandés. SPECIMEN.")


async def _gone(desk: Billing, invoices: list[str]) -> None:
    with anyio.fail_after(_WAIT):
        while any(state in (State.READY, State.LOTTED) for state in await _states(desk, invoices)):  # noqa: ASYNC110
            await anyio.sleep(0.05)


async def _states(desk: Billing, invoices: list[str]) -> list[State]:
    standings = [await desk.tp.standing(name) for name in invoices]
    return [claim.state for standing in standings if standing is not None for claim in standing.claims]
