"""One letter in three places, then what comes back."""

from __future__ import annotations

from collections.abc import Callable

import anyio

from caducee import Announce, Audience, Document, Kernel, Patient, Ticket
from caducee.contracts.inbox import InboxItem
from caducee.contracts.session import PROFESSIONAL_SESSION
from caducee.outbox.contract import DeliveryState
from caducee_demo.chapters.letter import qualified_jeanne
from caducee_demo.mailing import LENOIR_BOX, ROUX_BOX, answer_as_patient, approve, box_of, mail_kernel, whole
from caducee_demo.people import PAUL
from caducee_demo.stage import DOCTOR, Stage, told
from caducee_dmp import Dmp
from caducee_mss import MSS, Correspondent, PatientMail, incoming, read_mail

NAME = "messagerie"
TITLE = "11. Une lettre en trois endroits, et ce qui revient (opérateur MSSanté et Pro Santé Connect simulés)"
_WAIT = 40.0


async def play(stage: Stage) -> None:
    """Log in, write, announce, be answered, and meet a mail that waits for a person."""
    jeanne = await qualified_jeanne(stage)
    await approve(stage.practice, "roux")
    async with mail_kernel(stage.practice, (jeanne,), "roux") as kernel:
        await _log_in(stage, kernel)
        await _three_places(stage, kernel, jeanne)
        await _announced(stage, kernel, jeanne)
        await _answered(stage, kernel)
    await _unknown_patient(stage, jeanne)


async def _log_in(stage: Stage, kernel: Kernel) -> None:
    with stage.story.step("Le médecin se connecte à Pro Santé Connect, dans son navigateur") as telling:
        async with kernel.use(PROFESSIONAL_SESSION) as session:
            identity = await session.login("roux", acting=DOCTOR)
        telling.say(f"{identity.given_name} {identity.family_name} ; les jetons restent en mémoire.")


async def _publish(
    stage: Stage, kernel: Kernel, patient: Patient, *, about: str, announce: Announce | None = None
) -> tuple[Document, Ticket]:
    document = await stage.letter(kernel, patient, about=about)
    ticket = await kernel.documents.publish(
        document,
        audience=Audience(Dmp(), Correspondent(address=LENOIR_BOX, name="Dr Dominique Lenoir"), PatientMail()),
        acting=DOCTOR,
        idempotency_key=document.local_id,
        announce=announce,
    )
    return document, ticket


async def _three_places(stage: Stage, kernel: Kernel, patient: Patient) -> None:
    with stage.story.step("La lettre part au DMP, au confrère et au patient") as telling:
        document, ticket = await _publish(stage, kernel, patient, about="compte rendu partagé")
        with anyio.fail_after(_WAIT):
            record, colleague, own = await ticket.settled()
        sealed = await kernel.documents.sealed_bytes(ticket.document_id)
        same = [await _last_document(stage, address) == sealed for address in (LENOIR_BOX, await _own(stage, patient))]
        if not all(same):
            raise AssertionError("the document changed on its way")
        telling.say(told(record, colleague, own))
        telling.say("Un seul document scellé, le même aux trois endroits, octet pour octet.")
    stage.show(document, record)


async def _announced(stage: Stage, kernel: Kernel, patient: Patient) -> None:
    with stage.story.step("Un résultat à annoncer : le confrère d'abord") as telling:
        _, ticket = await _publish(stage, kernel, patient, about="résultat", announce=Announce("Dr Camille Roux"))
        with anyio.fail_after(_WAIT):
            rows = await ticket.deliveries()
            while sum(one.state is DeliveryState.DELIVERED for one in rows) < len(rows) - 2:
                await anyio.sleep(0.05)
                rows = await ticket.deliveries()
        waiting = [one for one in rows if one.why == "announcement"]
        telling.say("Le confrère l'a ; au DMP, invisible pour le patient jusque-là.")
        telling.say(f"Montrer et écrire au patient : {waiting[0].explanation.sentence} {waiting[0].explanation.remedy}")
    with stage.story.step("Après la consultation d'annonce, le reste part") as telling:
        await kernel.documents.announced(ticket, acting=DOCTOR)
        with anyio.fail_after(_WAIT):
            telling.say(told(*await ticket.settled()))


async def _answered(stage: Stage, kernel: Kernel) -> None:
    with stage.story.step("Le patient répond depuis Mon espace santé") as telling:
        own = stage.practice.sandbox["mail"]["patients"]["NESSI-TEST"]
        await answer_as_patient(stage.practice, patient=own, to=ROUX_BOX, text="Merci docteur, je prends rendez-vous.")
        item = await _item(kernel, "patient_mail", lambda _: True)
        mail = incoming(item.content)
        async with kernel.use(MSS) as mss:
            lines = await mss.timeline(mail.thread)
        text = read_mail(mail.content).text
        telling.say(f"« {text} » : non lu, dans le fil de notre message ({len(lines)} messages).")


async def _unknown_patient(stage: Stage, jeanne: Patient) -> None:
    """Another practice writes about somebody this one does not know."""
    await approve(stage.practice, "lenoir")
    async with mail_kernel(stage.practice, (), "lenoir") as sender:
        async with sender.use(PROFESSIONAL_SESSION) as session:
            await session.login("lenoir", acting=DOCTOR)
        document = await stage.letter(sender, PAUL, about="avis demandé", author="lenoir")
        ticket = await sender.documents.publish(
            document,
            audience=Audience(Correspondent(address=ROUX_BOX)),
            acting=DOCTOR,
            idempotency_key=document.local_id,
        )
        with anyio.fail_after(_WAIT):
            (delivery,) = await ticket.settled()
    await approve(stage.practice, "roux")
    with stage.story.step("Un courrier arrive pour un patient que le cabinet ne connaît pas") as telling:
        async with mail_kernel(stage.practice, (jeanne,), "roux") as kernel:
            async with kernel.use(PROFESSIONAL_SESSION) as session:
                await session.login("roux", acting=DOCTOR)
            wanted = delivery.row.delivery_id
            item = await _item(kernel, "mail", lambda one: wanted in incoming(one.content).message_id)
            async with kernel.use(MSS) as mss:
                (proposed,) = (await mss.propose(item)).documents
        telling.say(f"{proposed.reasons[0].sentence} Une personne décide, rien n'est classé seul.")


async def _item(kernel: Kernel, kind: str, wanted: Callable[[InboxItem], bool]) -> InboxItem:
    """Return the next item that is wanted; the others are filed as this desk would."""
    with anyio.fail_after(_WAIT):
        while True:
            item = await kernel.inbox.take(kinds=(kind,))
            if item is not None and wanted(item):
                return item
            if item is not None:
                await kernel.inbox.filed(item, acting=DOCTOR)
            await anyio.sleep(0.05)


async def _own(stage: Stage, patient: Patient) -> str:
    return str(stage.practice.sandbox["mail"]["patients"][patient.traits.birth_name])


async def _last_document(stage: Stage, address: str) -> bytes:
    last = (await box_of(stage.practice, address))[-1]
    (document,) = read_mail(await whole(stage.practice, address, last["uid"])).documents
    return document.content
