"""Third-party payment: from the invoices to the money, and what is missing."""

from __future__ import annotations

from functools import partial

import anyio

from caducee_demo.billing import FIRST_DAY, PAYERS, Billing, billing_desk
from caducee_demo.browser import photograph
from caducee_demo.invoices import SIGNED, corrected, invoices_of
from caducee_demo.stage import DOCTOR, Stage
from caducee_demo.story import Sheet
from caducee_paymed_tp import Invoice, Match, Part, State
from caducee_paymed_tp.dashboard.page import page
from caducee_paymed_tp.euros import euros
from caducee_paymed_tp.model.unpaid import Why

NAME = "paiement"
TITLE = "13. Le tiers payant, de la facture à la banque (SPECIMEN : concentrateur, payeurs et banque simulés)"
INVOICES = 60
SILENT = "AMC02"
"""The payer that announces its wires and never sends them."""
_WAIT = 40.0


async def play(stage: Stage) -> None:
    """Send, correct what is refused, match what came, find what did not, have a patient pay, look at the month."""
    invoices = invoices_of(FIRST_DAY, INVOICES, amo=PAYERS["amo"], amc=PAYERS["amc"])
    async with billing_desk(stage.practice) as desk:
        await desk.wires_vanish(SILENT)
        await _sent(stage, desk, invoices)
        await _corrected(stage, desk, invoices)
        await _matched(stage, desk)
        await _missing(stage, desk)
        await _paid_by_link(stage, desk, invoices[0])
        await _shown(stage, desk)


async def _sent(stage: Stage, desk: Billing, invoices: list[Invoice]) -> None:
    with stage.story.step("Les factures du cabinet partent en lots, les accusés reviennent") as telling:
        lots: dict[str, list[Invoice]] = {}
        for destination in PAYERS["amo"]:  # one by one: the simulated payers then answer alike at every performance
            together = [one for one in invoices if one.destination == destination]
            lots |= dict.fromkeys(await _send(desk, together), together)
        await desk.let_pass(1)
        again = [lot for lot, group in lots.items() if any(c.state is State.NACKED for c in await desk.claims(group))]
        for lot in again:
            await desk.tp.resend(lot, acting=DOCTOR)
        await _gone(desk, invoices)
        total = sum(one.billed for one in invoices)
        telling.say(f"{len(invoices)} factures, {euros(total)}, {len(lots)} lots remis au concentrateur simulé.")
        telling.say(f"Renvoyés après un accusé négatif : {len(again)}.")


async def _send(desk: Billing, invoices: list[Invoice]) -> tuple[str, ...]:
    for invoice in invoices:
        await desk.tp.take(invoice, SIGNED, acting=DOCTOR)
    lots = await desk.tp.send(acting=DOCTOR)
    await _gone(desk, invoices)
    return lots


async def _gone(desk: Billing, invoices: list[Invoice]) -> None:
    with anyio.fail_after(_WAIT):
        while [one for one in await desk.claims(invoices) if one.state in (State.READY, State.LOTTED)]:  # noqa: ASYNC110
            await anyio.sleep(0.05)


async def _corrected(stage: Stage, desk: Billing, invoices: list[Invoice]) -> None:
    with stage.story.step("Les retours arrivent : une facture est rejetée, corrigée et renvoyée") as telling:
        await desk.let_pass(18)
        claims = await desk.claims(invoices)
        refused = [one for one in claims if one.state is State.REJECTED]
        _must(bool(refused), "nothing was refused")
        old = next(one for one in invoices if one.id == refused[0].invoice)
        standing = await desk.tp.standing(old.id)
        assert standing is not None
        advice = standing.corrections[0]
        new = corrected(old, len(invoices) + 1, [one.part for one in standing.corrections])
        await _send(desk, [new])
        linked = [one for one in await desk.claims([old]) if one.replaced_by == new.id]
        _must([one.state for one in linked] == [State.CORRECTED] * len(new.shares), linked)
        paid = sum(one.state in (State.NOTIFIED, State.PARTIAL) for one in claims)
        telling.say(f"{paid} parts annoncées payées, {len(refused)} rejetées. {advice.title} : {advice.correction}")
        telling.say(f"{new.id} remplace {new.replaces} sous un nouveau numéro.")


async def _matched(stage: Stage, desk: Billing) -> None:
    with stage.story.step("Les relevés de la banque arrivent : les virements sont rapprochés") as telling:
        await desk.let_pass(7)
        done = await desk.tp.reconcile(acting=DOCTOR)
        _must(bool(done.confirmed), "no wire was matched")
        one: Match = done.confirmed[0]
        telling.say(f"{len(done.confirmed)} virements reconnus ; par exemple : {' '.join(one.because)}")
        telling.say(f"Laissés à la décision d'une personne : {len(done.proposed)}.")


async def _missing(stage: Stage, desk: Billing) -> None:
    with stage.story.step("De l'argent annoncé n'est jamais venu : il est trouvé, avec ce qu'il faut faire") as telling:
        await desk.let_pass(14)
        await desk.tp.reconcile(acting=DOCTOR)
        actions = await desk.tp.unpaid()
        missing = (await desk.tp.summary(FIRST_DAY)).missing
        _must(bool(missing), [one.why for one in actions])
        following = next(one for one in actions if one.why is Why.MISSING_MONEY)
        wire = missing[0]
        telling.say(f"Virements manquants : {len(missing)}.")
        telling.say(f"{euros(wire.amount)} annoncés le {wire.announced:%d/%m/%Y} par {wire.payer}.")
        telling.say(f"À partir du {following.due:%d/%m/%Y} : {following.sentence}")


async def _paid_by_link(stage: Stage, desk: Billing, invoice: Invoice) -> None:
    with stage.story.step("Le patient paie sa part par un lien ; le prestataire le dit deux fois") as telling:
        opened = await desk.tp.open_link(invoice.id, Part.PATIENT, acting=DOCTOR)
        page_of_provider = await desk.tp.follow_link(opened.address.rpartition("/")[2])
        _must(page_of_provider.endswith(opened.link.id), page_of_provider)
        for body, signature in await desk.patient_pays(opened.link.id, times=2):
            await desk.tp.webhook(body, signature)
        (claim,) = [one for one in await desk.claims([invoice]) if one.part is Part.PATIENT]
        _must((claim.state, claim.money) == (State.SETTLED, opened.link.amount), claim)
        telling.say(f"{euros(claim.money)}, comptés une fois ; l'adresse du lien ne dit rien des soins.")


async def _shown(stage: Stage, desk: Billing) -> None:
    with stage.story.step("Le tableau de bord du mois") as telling:
        figures = await desk.tp.summary(FIRST_DAY)
        written = stage.pictures / "tiers-payant.html"
        await anyio.Path(written).write_text(page(figures), encoding="utf-8")
        picture = written.with_suffix(".png")
        take = partial(photograph, written.resolve(), picture.resolve(), width=1100, height=3250)
        taken = await anyio.to_thread.run_sync(take)
        money = figures.money
        telling.say(f"Facturé {euros(money.billed)}, payé {euros(money.paid)}, en attente {euros(money.waiting)},")
        telling.say(f"rejeté {euros(money.rejected)}, en retard {euros(money.late)}. SPECIMEN.")
        telling.say("" if taken else f"Aucun navigateur sur ce poste pour en faire une image : ouvrez {written}.")
    stage.story.show(
        Sheet(
            title="Tableau de bord du tiers payant",
            patient="SPECIMEN : payeurs et patients inventés",
            author="Cabinet du Dr Roux",
            where=f"Payé : {euros(money.paid)} sur {euros(money.billed)} (simulé).",
            arrived=True,
            picture=picture,
            wide=True,
        )
    )


def _must(holds: bool, found: object) -> None:  # noqa: FBT001 - a sentence reads better
    if not holds:
        raise AssertionError(str(found))
