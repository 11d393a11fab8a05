"""A prescription from the desk to the pharmacy and back; then the national base is off."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import uuid4

import anyio
import httpx

from caducee import Audience, Code, Document, Kernel, Patient
from caducee.clinical import (
    CIS,
    Dose,
    Duration,
    Medicine,
    MedicinePrescription,
    Moment,
    Posology,
    Prescription,
    Quantity,
    Step,
    TimingEvent,
    Unit,
)
from caducee.contracts.session import PROFESSIONAL_SESSION
from caducee.model.codes import TA_ASIP
from caducee.outbox.contract import DeliveryState
from caducee_demo.chapters.letter import qualified_jeanne
from caducee_demo.mailing import approve, mail_kernel
from caducee_demo.pages import count_pages
from caducee_demo.stage import DOCTOR, Stage, told
from caducee_dmp import Dmp
from caducee_eprescription import EPRESCRIPTION, EPrescription, Issued, RxState
from caducee_mss import PatientMail

NAME = "ordonnance"
TITLE = "12. L'ordonnance numérique, du bureau à la pharmacie et retour (base nationale simulée)"
_WAIT = 40.0
_DONE = {"dispensed": "délivré", "substituted": "remplacé par"}
_BIZONE = Code("MED-1096", TA_ASIP, "Prescription bizone")


async def play(stage: Stage) -> None:
    """Write, register, print, share, dispense in two times, follow; then be local, and replace on order."""
    jeanne = await qualified_jeanne(stage)
    await approve(stage.practice, "roux")
    async with mail_kernel(stage.practice, (jeanne,), "roux") as kernel, kernel.use(EPRESCRIPTION) as rx:
        async with kernel.use(PROFESSIONAL_SESSION) as session:
            await session.login("roux", acting=DOCTOR)
        issued = await _issued(stage, kernel, rx, jeanne)
        await _dispensed(stage, rx, issued)
        await _local_then_replaced(stage, rx, jeanne)


async def _issued(stage: Stage, kernel: Kernel, rx: EPrescription, patient: Patient) -> Issued:
    with stage.story.step("L'ordonnance est contrôlée, numérotée, enregistrée, imprimée avec son code") as telling:
        issued = await rx.issue(_prescription(patient), Audience(Dmp(), PatientMail()), acting=DOCTOR)
        _must(issued.state is RxState.REGISTERED, issued.state)
        pages = await anyio.to_thread.run_sync(count_pages, issued.pdf)
        telling.say(f"Numéro simulé {issued.number}, {pages} page marquée SPÉCIMEN.")
    with stage.story.step("La même ordonnance est au DMP et dans la messagerie du patient") as telling:
        ticket = await kernel.documents.ticket(issued.document_id)
        with anyio.fail_after(_WAIT):
            rows = await ticket.settled()
        _must(all(row.state is DeliveryState.DELIVERED for row in rows), [row.state for row in rows])
        telling.say(told(*rows))
    return issued


async def _dispensed(stage: Stage, rx: EPrescription, issued: Issued) -> None:
    with stage.story.step("La pharmacie délivre une ligne, puis substitue l'autre") as telling:
        await _at_the_pharmacy(stage, issued.number, "medicines[0]", "dispensed")
        first = await rx.refresh(issued.number, acting=DOCTOR)
        await _at_the_pharmacy(stage, issued.number, "medicines[1]", "substituted", product="GÉNÉRIQUE EXEMPLE")
        with anyio.fail_after(_WAIT):
            changes = [change async for change in rx.follow(issued.number, acting=DOCTOR)]
        _must((first.state, changes[-1].state) == (RxState.PARTIALLY_DISPENSED, RxState.DISPENSED), changes[-1].state)
        lines = [
            f"ligne {number} {_DONE[line.action]} {line.product}".strip()
            for number, line in enumerate((line for one in changes for line in one.lines), start=1)
        ]
        telling.say(f"Suivi ligne à ligne : {' ; '.join(lines)}.")


async def _local_then_replaced(stage: Stage, rx: EPrescription, patient: Patient) -> None:
    with stage.story.step("La base est coupée : le patient part avec un papier sans code") as telling:
        stage.control.fault("erx", "down")
        try:
            local = await rx.issue(_prescription(patient), Audience(Dmp()), acting=DOCTOR)
        finally:
            stage.control.clear()
        _must(local.state is RxState.LOCAL_ONLY, local.state)
        telling.say("Ordonnance locale, pour toujours : rien n'est renvoyé en cachette.")
    with stage.story.step("La base revient : le médecin la remplace, avec un nouveau papier") as telling:
        issued = await rx.replace(local.local_id, _prescription(patient), Audience(Dmp()), acting=DOCTOR)
        _must(issued.state is RxState.REGISTERED, issued.state)
        telling.say(f"Nouveau numéro {issued.number}, version suivante au DMP.")


async def _at_the_pharmacy(stage: Stage, number: str, line: str, action: str, *, product: str = "") -> None:
    """Fill the form of the pharmacist's page."""
    form = {"number": number, f"action:{line}": action, f"product:{line}": product, f"quantity:{line}": "1 boîte"}
    async with httpx.AsyncClient(timeout=20) as client:
        (await client.post(f"{stage.practice.sandbox['pharmacy']}dispense", data=form)).raise_for_status()


def _prescription(patient: Patient) -> Document:
    tablet = Dose(Quantity(Decimal(1), "{tablet}", "comprimé"))
    morning = Posology(steps=(Step(dose=tablet, moments=(Moment(TimingEvent.BREAKFAST),)),))
    lines = tuple(
        MedicinePrescription(
            medicine=Medicine(name=name, code=Code(cis, CIS, name)),
            posology=morning,
            duration=Duration(Decimal(1), Unit.MONTH),
            quantity=Quantity(Decimal(1), "30009000", "boîte"),
            ald=ald,
        )
        for name, cis, ald in (
            ("RAMIPRIL EXEMPLE 5 mg, comprimé", "69999995", True),
            ("PARACÉTAMOL EXEMPLE 500 mg, comprimé", "69999999", False),
        )
    )
    return Document(
        local_id=f"ORDONNANCE-{uuid4()}",
        patient=patient,
        author="roux",
        created=datetime.now().astimezone().strftime("%Y%m%d%H%M%S%z"),
        body=Prescription(medicines=lines, kinds=(_BIZONE,)),
    )


def _must(holds: bool, found: object) -> None:  # noqa: FBT001 - a sentence reads better
    if not holds:
        raise AssertionError(str(found))
