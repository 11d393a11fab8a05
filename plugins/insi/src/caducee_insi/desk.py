"""What the practice's software calls when a person decides about an identity: every decision is recorded."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Protocol, TypeVar

import msgspec

from caducee.clock import Clock
from caducee.contracts.identity import InsAnswer
from caducee.contracts.state import State
from caducee.errors import IdentityError
from caducee.model.environment import Environment
from caducee.model.identity import InsStatus, Traits
from caducee.model.patient import Patient
from caducee.model.permissions import Verb, require
from caducee.model.practice import Actor
from caducee.services import ServiceKey
from caducee.sharing.fact_kind import FactKind
from caducee_insi import files, qualification
from caducee_insi.apcv import AppContext
from caducee_insi.datamatrix import carrier
from caducee_insi.datamatrix.symbol import Symbol
from caducee_insi.due import Due, due
from caducee_insi.evidence import Collection, Evidence, Mark
from caducee_insi.lifecycle import asks
from caducee_insi.qualification import Moved
from caducee_insi.trail import (
    MERGED,
    SPLIT,
    Decision,
    FileMerged,
    IdentityMarked,
    IdentityStale,
    Standing,
    Trail,
    then,
)

T = TypeVar("T")


class EvidenceRefused(IdentityError):
    """An identity document that this practice does not accept."""

    code = "insi.evidence_refused"
    sentence = "Cette pièce d'identité n'est pas acceptée ici."
    remedy = "Contrôlez une pièce d'identité de haut niveau de confiance, ou complétez la configuration."


class Desk:
    """Moves identities from state to state (``qualification``) and keeps each decision, encrypted and audited.

    A patient who claims a matricule, a status or strict traits beyond the trail's is refused (``IdentityStale``): an
    old copy of a file brings nothing back, and a trait changes by ``edit`` only. A file without any decision here is
    taken as it is given.
    """

    def __init__(
        self,
        *,
        environment: Environment,
        evidence: tuple[Evidence, ...],
        clock: Clock,
        state: State,
        reverify_after: int = 3 * 365,
    ) -> None:
        self._environment = environment
        self._evidence = evidence
        self._clock = clock
        self._reverify_after = reverify_after
        self._trail = Trail(state)

    async def retrieve(
        self,
        patient: Patient,
        answer: InsAnswer,
        *,
        acting: Actor,
        despite_differences: bool = False,
        mode: Collection = Collection.INSI,
    ) -> Patient:
        """Accept an answer 00 after the comparison was shown.

        Raises:
            NothingFound, TraitsMismatch, RealmMixed, IdentityMarked, IdentityStale, FileMerged: nothing changed.
        """
        now = await self._open(patient)
        moved = qualification.retrieve(
            patient, answer, environment=self._environment, despite_differences=despite_differences
        )
        await self._record("insi.retrieve", moved, acting, now, mode=mode)
        return moved.patient

    async def validate(self, patient: Patient, *, evidence: Evidence, acting: Actor) -> Patient:
        """Say that this document was checked against the traits.

        Raises:
            EvidenceRefused: this practice does not accept it.
            IdentityMarked, IdentityStale, FileMerged: nothing changed.
        """
        self._check(evidence)
        now = await self._open(patient)
        moved = Moved(patient=qualification.validate(patient))
        await self._record("insi.validate", moved, acting, now, evidence=evidence)
        return moved.patient

    async def qualify(
        self,
        patient: Patient,
        answer: InsAnswer,
        *,
        evidence: Evidence,
        acting: Actor,
        despite_differences: bool = False,
        mode: Collection = Collection.INSI,
    ) -> Patient:
        """Accept an answer 00 and say that this document was checked: both decisions are kept, or neither.

        Raises:
            EvidenceRefused, NothingFound, TraitsMismatch, RealmMixed, IdentityMarked, IdentityStale, FileMerged:
                nothing was recorded.
        """
        self._check(evidence)
        now = await self._open(patient)
        moved = qualification.retrieve(
            patient, answer, environment=self._environment, despite_differences=despite_differences
        )
        retrieved = self._decision("insi.retrieve", moved, acting, now, mode=mode)
        checked = Moved(patient=qualification.validate(moved.patient))
        validated = self._decision("insi.validate", checked, acting, then(now, retrieved), evidence=evidence)
        await self._write((now, patient.local_id, (retrieved, validated)))
        return checked.patient

    async def acquire(
        self, patient: Patient, app: AppContext, *, acting: Actor, despite_differences: bool = False
    ) -> Patient:
        """Accept what the appli carte Vitale gave, after the comparison was shown.

        The identity is qualified at once: the application is the document.

        Raises:
            TraitsMismatch, RealmMixed, IdentityMarked, IdentityStale, FileMerged: nothing changed.
        """
        now = await self._open(patient)
        moved = qualification.acquire(
            patient,
            app.ins,
            app.traits,
            environment=self._environment,
            despite_differences=despite_differences,
        )
        mode = Collection.VITALE_APP
        await self._record("insi.acquire", moved, acting, now, evidence=Evidence.VITALE_APP, mode=mode)
        return moved.patient

    async def verified(self, patient: Patient, *, coherent: bool, acting: Actor, reason: str = "") -> Patient:
        """Record what a verification said: a matricule that INSi no longer knows with these traits is taken away."""
        now = await self._open(patient)
        moved = Moved(patient=patient) if coherent else qualification.fail_verification(patient)
        action = "insi.verify" if coherent else "insi.verification_failed"
        await self._record(action, moved, acting, now, reason=reason)
        return moved.patient

    async def edit(self, patient: Patient, traits: Traits, *, document_still_fits: bool, acting: Actor) -> Patient:
        """Change strict traits; a matricule that was there is taken away and kept as history.

        The change is told from the traits of the trail: ``patient`` may bear the new ones already.

        Raises:
            IdentityStale, FileMerged: nothing changed.
        """
        known = (await self._trail.standing(patient.local_id)).traits or patient.traits
        patient = msgspec.structs.replace(patient, traits=known)
        now = await self._open(patient, marked=True)
        moved = qualification.edit(patient, traits, document_still_fits=document_still_fits)
        await self._record("insi.edit", moved, acting, now)
        return moved.patient

    async def mark(self, patient: Patient, mark: Mark, *, acting: Actor, reason: str = "") -> Patient:
        """Mark an identity; doubtful or fictitious makes it provisional, without matricule.

        Raises:
            MarksRefused: it does not go with a mark that is there; nothing changed.
        """
        now = await self._open(patient, marked=True)
        moved, marks = qualification.mark(patient, now.marks, mark)
        await self._record("insi.mark", moved, acting, now, marks=marks, reason=reason)
        return moved.patient

    async def unmark(self, patient: Patient, mark: Mark, *, acting: Actor, reason: str = "") -> Patient:
        """Take a mark away. The status stays: what doubt took away comes back by the ordinary way only."""
        now = await self._open(patient, marked=True)
        await self._record("insi.unmark", Moved(patient=patient), acting, now, marks=now.marks - {mark}, reason=reason)
        return patient

    async def merge(
        self, kept: Patient, absorbed: Patient, *, acting: Actor, reason: str = "", despite_differences: bool = False
    ) -> Patient:
        """Join two files of one person. ``kept`` stays as it is; ``absorbed`` closes, and its trail stays readable.

        Nothing is qualified by a merge: the status of the closed file is not inherited.

        Raises:
            MergeRefused: two matricules, or major differences that nobody took on; nothing changed.
        """
        now, other = await self._open(kept, marked=True), await self._open(absorbed, marked=True)
        files.check_merge(_held(kept, now), _held(absorbed, other), despite_differences=despite_differences)
        closed = qualification.undo(absorbed)
        one = self._decision("insi.merge", Moved(patient=kept), acting, now, other=absorbed.local_id, reason=reason)
        two = self._decision(MERGED, closed, acting, other, other=kept.local_id, reason=reason)
        await self._write((now, kept.local_id, (one,)), (other, absorbed.local_id, (two,)))
        return kept

    async def split(
        self, kept: Patient, separated: Patient, *, acting: Actor, reason: str = ""
    ) -> tuple[Patient, Patient]:
        """Part two files again. Nobody knows whose document was seen: both begin again, their trails stay.

        Raises:
            SplitRefused: the same file twice, or one that was merged into a third; nothing changed.
            IdentityStale, FileMerged: nothing changed.
        """
        now = await self._open(kept, marked=True)
        other = await self._trail.standing(separated.local_id)
        files.check_split(kept, separated, merged_into=other.merged_into)
        one, two = qualification.undo(kept), qualification.undo(separated)
        mine = self._decision(SPLIT, one, acting, now, other=separated.local_id, reason=reason)
        theirs = self._decision(SPLIT, two, acting, other, other=kept.local_id, reason=reason)
        await self._write((now, kept.local_id, (mine,)), (other, separated.local_id, (theirs,)))
        return one.patient, two.patient

    async def datamatrix(self, patient: Patient) -> Symbol:
        """Return the INS datamatrix of a qualified identity, to be printed on the first page of a document.

        Raises:
            InsNotQualified: the status does not allow it.
            IdentityStale, IdentityMarked, FileMerged: the trail says otherwise than the patient that was given.
        """
        await self._open(patient)
        return carrier.symbol(patient, environment=self._environment)

    async def opened(self, patient: Patient) -> Standing:
        """Return where the decisions leave this patient's file, marks included.

        Raises:
            IdentityStale, FileMerged: this copy of the patient is not the file's.
        """
        return await self._open(patient, marked=True)

    async def standing(self, local_id: str) -> Standing:
        """Return where the decisions leave an identity: status, marks, document, last confirmation, former numbers."""
        return await self._trail.standing(local_id)

    async def decisions(self, local_id: str) -> tuple[Decision, ...]:
        """Return every decision about one file, oldest first."""
        return await self._trail.decisions(local_id)

    async def history(self, local_id: str) -> tuple[Decision, ...]:
        """Return the decisions about one file and about those that were merged into it, oldest first."""
        own = await self.decisions(local_id)
        found = list(own)
        for other in files.absorbed(own):
            found += await self.history(other)
        return tuple(sorted(found, key=lambda one: one.at))

    async def due(self) -> tuple[Due, ...]:
        """Return the files whose identity needs something, each with why."""
        today = self._clock.now().date()
        found = [
            Due(local_id=local_id, needs=needs)
            async for local_id, now in self._trail.all()
            if not now.merged_into and (needs := due(now, today=today, reverify_after=self._reverify_after))
        ]
        return tuple(sorted(found, key=lambda one: one.local_id))

    def _check(self, evidence: Evidence) -> None:
        if evidence not in self._evidence:
            raise EvidenceRefused(evidence)

    async def _open(self, patient: Patient, *, marked: bool = False) -> Standing:
        """Return where the file stands, when decisions about this patient may be taken at all."""
        now = await self._trail.standing(patient.local_id)
        if now.merged_into:
            raise FileMerged("merged into another file")
        if not marked and not asks(now.marks):
            raise IdentityMarked("marked doubtful or fictitious")
        if now.count and patient.ins is not None and patient.ins != now.ins:
            raise IdentityStale("another matricule than the trail's")
        if now.count and qualification.exceeds(patient.status, now.status):
            raise IdentityStale("a higher status than the trail's")
        claims = patient.status is not InsStatus.PROVISIONAL and now.traits is not None
        if claims and patient.traits != now.traits:
            raise IdentityStale("other strict traits than the trail's")
        return now

    def _decision(
        self,
        action: str,
        moved: Moved,
        acting: Actor,
        now: Standing,
        *,
        evidence: Evidence | None = None,
        marks: frozenset[Mark] | None = None,
        mode: Collection | None = None,
        other: str = "",
        reason: str = "",
    ) -> Decision:
        require(acting, Verb.QUALIFY_IDENTITY)
        patient = moved.patient
        held = now.ins if now.count else moved.dropped
        return Decision(
            action=action,
            at=self._clock.now().isoformat(timespec="milliseconds"),
            actor=acting.named,
            status=patient.status,
            evidence=evidence,
            ins=patient.ins,
            dropped=held if held != patient.ins else None,
            marks=tuple(sorted(now.marks if marks is None else marks)),
            mode=mode,
            other=other,
            reason=reason,
            traits=patient.traits,
        )

    async def _record(
        self,
        action: str,
        moved: Moved,
        acting: Actor,
        now: Standing,
        *,
        evidence: Evidence | None = None,
        marks: frozenset[Mark] | None = None,
        mode: Collection | None = None,
        reason: str = "",
    ) -> None:
        decision = self._decision(action, moved, acting, now, evidence=evidence, marks=marks, mode=mode, reason=reason)
        await self._write((now, moved.patient.local_id, (decision,)))

    async def _write(self, *decided: tuple[Standing, str, tuple[Decision, ...]]) -> None:
        async with self._trail.writing() as tx:
            for before, local_id, decisions in decided:
                await self._trail.add(tx, local_id, *decisions, after=before.count)
                for one in decisions:
                    document = f" evidence={one.evidence}" if one.evidence else ""
                    detail = f"status={one.status}{document}"
                    await tx.audit(one.action, actor=one.actor, subject=local_id, detail=detail)
                if decisions[-1].evidence is not None:
                    await tx.note(FactKind.SEEN, code=decisions[-1].status, local_id=local_id)

    async def seen(self, patient: Patient) -> None:
        """Note that a patient is there, and what their identity is worth, for the practice's figures."""
        async with self._trail.writing() as tx:
            await tx.note(FactKind.SEEN, code=patient.status, local_id=patient.local_id)


def _held(patient: Patient, now: Standing) -> Patient:
    """Return the patient with the matricule that the trail says is theirs: an old copy may have none."""
    return msgspec.structs.replace(patient, ins=now.ins) if now.count else patient


DESK: ServiceKey[Desk] = ServiceKey("insi.desk")


class Kernel(Protocol):
    """As much of the kernel as is needed here."""

    def use(self, key: ServiceKey[T]) -> AbstractAsyncContextManager[T]:
        """Lend a service."""
        ...


async def qualify(
    kernel: Kernel,
    patient: Patient,
    answer: InsAnswer,
    *,
    evidence: Evidence,
    acting: Actor,
    despite_differences: bool = False,
) -> Patient:
    """Accept an answer 00 and say which identity document was checked; return the qualified patient.

    Both decisions are recorded under the name of ``acting``; after an error nothing is. The patient that was given
    is unchanged.

    Raises:
        NothingFound: the answer is 01 or 02.
        TraitsMismatch: a major difference, and ``despite_differences`` was not said.
        RealmMixed: the answer comes from another environment.
        EvidenceRefused: this practice does not accept that document.
        NotReady: the plugin is not ready.
    """
    async with kernel.use(DESK) as desk:
        return await desk.qualify(
            patient, answer, evidence=evidence, acting=acting, despite_differences=despite_differences
        )
