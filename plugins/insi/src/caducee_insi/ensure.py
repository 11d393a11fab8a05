"""``ensure``: the one verb for when a record opens. It asks INSi only when something is missing, for this patient only.

Nothing is accepted by itself: an answer comes with its comparison, and a person decides (``Desk.retrieve``, and
``Desk.acquire`` for the appli carte Vitale).
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from caducee.clock import Clock
from caducee.contracts.identity import InsAnswer, InsOutcome
from caducee.model.patient import Patient
from caducee.model.practice import Actor
from caducee.services import ServiceKey
from caducee_insi.apcv import AppCard, AppContext, Scan
from caducee_insi.comparison import Comparison, compare
from caducee_insi.desk import Desk
from caducee_insi.due import Need, Needed, due
from caducee_insi.evidence import Collection
from caducee_insi.lifecycle import asks
from caducee_insi.qualification import differences
from caducee_insi.service import InsiService
from caducee_insi.trail import Standing
from caducee_insi.verification import Verdicted, Verifier, stored
from caducee_insi.vitale import VitaleReader, VitaleUnreadable


class Step(StrEnum):
    """What comes next at the desk."""

    READY = "ready"
    """Qualified and recent enough: nothing was asked."""
    COMPARE = "compare"
    """INSi gave an identity: show both, let a person accept it."""
    DOCUMENT = "document"
    """The matricule is there; an identity document must be checked."""
    CORRECT = "correct"
    """INSi found nobody, or several: look at the traits."""
    DOUBT = "doubt"
    """Marked doubtful or fictitious: nothing was asked."""
    WITHDRAWN = "withdrawn"
    """INSi no longer knows this matricule with these traits: it was taken away."""


class Ensured(msgspec.Struct, frozen=True, kw_only=True):
    """Where an identity stands after ``ensure``. ``patient`` is to be kept; ``why`` are French sentences.

    ``answer`` is what INSi gave, ``app`` what the appli carte Vitale gave: its context is destroyed by then.
    """

    step: Step
    patient: Patient
    why: tuple[str, ...] = ()
    answer: InsAnswer | None = None
    comparison: Comparison | None = None
    app: AppContext | None = None
    verified: Verdicted | None = None


HINTS = {
    InsOutcome.NOT_FOUND: "INSi n'a trouvé personne : vérifiez que le nom de naissance n'est pas le nom d'usage, puis "
    "les prénoms un à un, le sexe et la date.",
    InsOutcome.SEVERAL: "INSi a trouvé plusieurs personnes : complétez les prénoms de naissance, puis le lieu.",
}


class Insi:
    """What the practice's software asks of INSi about one patient who is there."""

    def __init__(
        self,
        *,
        service: InsiService,
        desk: Desk,
        verifier: Verifier,
        clock: Clock,
        reverify_after: int,
        app: AppCard | None = None,
    ) -> None:
        self._service = service
        self._desk = desk
        self._verifier = verifier
        self._clock = clock
        self._reverify_after = reverify_after
        self._app = app

    async def ensure(
        self,
        patient: Patient,
        mode: Collection = Collection.INSI,
        *,
        acting: Actor,
        reader: VitaleReader | None = None,
        chosen: int | None = None,
        scan: Scan | None = None,
    ) -> Ensured:
        """Bring an identity as far as it goes without a person's decision, and say what comes next.

        ``mode`` says how a missing matricule is looked for: by traits (``INSI``), by the card in ``reader``
        (``VITALE_CARD``, for the beneficiary ``chosen``), by the appli carte Vitale (``VITALE_APP``, with what was
        scanned). A matricule that comes from elsewhere, without a decision here, is verified. A doubtful or fictitious
        identity is never asked for; a qualified one that is recent enough neither. The patient counts as seen, with the
        status that they leave with, whatever INSi answers.

        Raises:
            TraitsInvalid, VitaleUnreadable, BeneficiaryUnclear, IdentityStale, FileMerged: nothing was sent.
            ServiceUnavailable, InsiRefused, ProtocolViolation, CredentialError: nothing changed.
        """
        now = _known(patient, await self._desk.opened(patient))
        await self._desk.seen(patient)
        ensured = await self._ensured(patient, now, mode, acting=acting, reader=reader, chosen=chosen, scan=scan)
        if ensured.patient.status is not patient.status:
            await self._desk.seen(ensured.patient)
        return ensured

    async def _ensured(
        self,
        patient: Patient,
        now: Standing,
        mode: Collection,
        *,
        acting: Actor,
        reader: VitaleReader | None,
        chosen: int | None,
        scan: Scan | None,
    ) -> Ensured:
        if not asks(now.marks):
            return Ensured(step=Step.DOUBT, patient=patient, why=_reasons(self._due(now)))
        needs = {one.need for one in self._due(now)}
        if patient.ins is None:
            return await self._search(patient, mode, acting=acting, reader=reader, chosen=chosen, scan=scan)
        if Need.VERIFY in needs:
            return await self._verify(patient, acting=acting)
        return self._next(patient, self._due(now))

    async def search_card(
        self, reader: VitaleReader, *, local_id: str, acting: Actor, chosen: int | None = None
    ) -> InsAnswer:
        """Search by the Vitale card; see ``InsiService.search_card``."""
        return await self._service.search_card(reader, local_id=local_id, acting=acting, chosen=chosen)

    async def verify(self, patient: Patient, *, acting: Actor) -> Ensured:
        """Verify the stored matricule now, whenever it was confirmed last.

        Raises:
            InsNotQualified: there is none. Others as ``ensure``.
        """
        await self._desk.opened(patient)
        return await self._verify(patient, acting=acting)

    async def _search(
        self,
        patient: Patient,
        mode: Collection,
        *,
        acting: Actor,
        reader: VitaleReader | None,
        chosen: int | None,
        scan: Scan | None,
    ) -> Ensured:
        if mode is Collection.VITALE_APP:
            return await self._shown(patient, scan, acting=acting)
        if mode is Collection.VITALE_CARD:
            if reader is None:
                raise VitaleUnreadable("no reader was given")
            answer = await self._service.search_card(reader, local_id=patient.local_id, acting=acting, chosen=chosen)
        else:
            answer = await self._service.search(patient.traits, local_id=patient.local_id, acting=acting)
        if answer.outcome is not InsOutcome.FOUND:
            return Ensured(step=Step.CORRECT, patient=patient, why=(HINTS[answer.outcome],), answer=answer)
        comparison = differences(patient, answer)
        return Ensured(step=Step.COMPARE, patient=patient, answer=answer, comparison=comparison)

    async def _shown(self, patient: Patient, scan: Scan | None, *, acting: Actor) -> Ensured:
        if self._app is None or scan is None:
            raise VitaleUnreadable("no application, or nothing was scanned")
        async with self._app.context(scan, local_id=patient.local_id, acting=acting) as app:
            comparison = compare(patient.traits, app.traits)
            return Ensured(step=Step.COMPARE, patient=patient, comparison=comparison, app=app)

    async def _verify(self, patient: Patient, *, acting: Actor) -> Ensured:
        ins, traits = stored(patient), patient.traits
        said = await self._verifier.verify(ins, traits, local_id=patient.local_id, acting=acting)
        kept = await self._desk.verified(patient, coherent=said.coherent, acting=acting, reason=said.reason)
        if not said.coherent:
            return Ensured(step=Step.WITHDRAWN, patient=kept, why=(said.reason,), verified=said)
        following = self._next(kept, self._due(await self._desk.standing(patient.local_id)))
        return msgspec.structs.replace(following, verified=said)

    def _due(self, now: Standing) -> tuple[Needed, ...]:
        return due(now, today=self._clock.now().date(), reverify_after=self._reverify_after)

    def _next(self, patient: Patient, needs: tuple[Needed, ...]) -> Ensured:
        step = Step.DOCUMENT if any(one.need is Need.DOCUMENT for one in needs) else Step.READY
        return Ensured(step=step, patient=patient, why=_reasons(needs))


def _known(patient: Patient, now: Standing) -> Standing:
    """A file without any decision here stands where it is given, never confirmed."""
    if now.count:
        return now
    return msgspec.structs.replace(now, status=patient.status, ins=patient.ins, traits=patient.traits)


def _reasons(needs: tuple[Needed, ...]) -> tuple[str, ...]:
    return tuple(one.why for one in needs)


INSI: ServiceKey[Insi] = ServiceKey("insi.insi")
