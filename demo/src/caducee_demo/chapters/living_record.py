"""A record that lives: a letter is replaced, masked, followed at the practice, and opened in an emergency."""

from __future__ import annotations

import anyio.to_thread
import msgspec

from caducee import Document, Kernel, Patient
from caducee.errors import ConsentMissing
from caducee_demo.chapters.letter import qualified_jeanne
from caducee_demo.stage import CONSENTED, DOCTOR, Stage
from caducee_demo.story import Telling
from caducee_dmp import DMP, Access, AccessMode, Change
from caducee_dmp.record import SHARED_RECORD, Fetch, News

NAME = "dossier-suivi"
TITLE = "14. Un dossier qui vit : remplacé, masqué, suivi au cabinet, ouvert en urgence (DMP simulé)"

EMERGENCY = Access(mode=AccessMode.BREAK_GLASS, reason="Patiente inconsciente aux urgences")


async def play(stage: Stage) -> None:
    """Feed, synchronise, replace, mask, synchronise again, break the glass."""
    patient = await qualified_jeanne(stage)
    async with stage.kernel() as kernel:
        first = await stage.letter(kernel, patient, about="bilan à corriger")
        with stage.story.step("Nourrir le dossier, et le suivre au cabinet") as telling:
            document_id = await _fed(stage, kernel, first)
            await _followed(kernel, patient, telling)
        with stage.story.step("Remplacer la lettre") as telling:
            again = await _replaced(stage, kernel, first, document_id)
            telling.say("La première version n'est plus proposée ; la nouvelle la désigne (RPLC).")
        with stage.story.step("La masquer aux autres professionnels (TD3.3a)") as telling:
            async with kernel.use(DMP) as dmp:
                await dmp.update(patient, again, Change.MASK, practitioner="roux", acting=DOCTOR, access=CONSENTED)
            telling.say("Une nouvelle version des métadonnées ; les octets n'ont pas bougé.")
        with stage.story.step("Synchroniser : seulement ce qui a changé") as telling:
            await _news(kernel, patient, document_id, again, telling)
        with stage.story.step("Lire sans avoir dit pourquoi") as telling:
            await _refused(kernel, patient, telling)
        with stage.story.step("Bris de glace, avec son motif") as telling:
            await _emergency(stage, kernel, patient, telling)


async def _fed(stage: Stage, kernel: Kernel, document: Document) -> str:
    ticket = await stage.publish(kernel, document)
    (delivery,) = await ticket.settled()
    stage.show(document, delivery)
    return ticket.document_id


async def _followed(kernel: Kernel, patient: Patient, telling: Telling) -> None:
    async with kernel.use(SHARED_RECORD) as record:
        done = await record.synchronise(patient, practitioner="roux", acting=DOCTOR, access=CONSENTED, fetch=Fetch.ALL)
    telling.say(f"{done.listed} document(s) dans l'index du cabinet, {done.fetched} rapporté(s).")


async def _replaced(stage: Stage, kernel: Kernel, first: Document, document_id: str) -> str:
    written = await stage.letter(kernel, first.patient, about="bilan corrigé")
    version = await kernel.documents.version_of(document_id)
    return await _fed(stage, kernel, msgspec.structs.replace(written, replaces=version))


async def _news(kernel: Kernel, patient: Patient, old: str, new: str, telling: Telling) -> None:
    async with kernel.use(SHARED_RECORD) as record:
        done = await record.synchronise(patient, practitioner="roux", acting=DOCTOR, access=CONSENTED)
    told = {(notice.news, notice.document_id) for notice in done.notices}
    if not {(News.REPLACED, old), (News.NEW, new)} <= told:
        raise AssertionError("a synchronisation did not tell what changed")
    telling.say(f"{len(done.notices)} nouveautés, chacune dite une fois : la remplacée et sa remplaçante.")


async def _refused(kernel: Kernel, patient: Patient, telling: Telling) -> None:
    async with kernel.use(DMP) as dmp:
        try:
            await dmp.find(patient, practitioner="roux", acting=DOCTOR)
        except ConsentMissing as refusal:
            telling.say(f"{refusal.sentence} Rien n'est parti.")
            return
    raise AssertionError("a record was read without a basis")


async def _emergency(stage: Stage, kernel: Kernel, patient: Patient, telling: Telling) -> None:
    async with kernel.use(DMP) as dmp:
        entries = await dmp.find(patient, practitioner="roux", acting=DOCTOR, access=EMERGENCY)
        await dmp.retrieve(patient, entries[0], practitioner="roux", acting=DOCTOR, access=EMERGENCY)
    if patient.ins is None:
        raise AssertionError("a qualified patient has a number")
    told = await anyio.to_thread.run_sync(stage.control.told, patient.ins.matricule)
    if ("bris_de_glace", EMERGENCY.reason) not in {(line["kind"], line["detail"]) for line in told}:
        raise AssertionError("the patient was not told of an emergency access")
    telling.say(
        f"{len(entries)} document(s) visible(s), le dernier est lu ; la patiente en est avertie, avec le motif."
    )
