"""What the practice's software calls when a person decides about an identity: every decision is recorded."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Protocol, TypeVar

import anyio
import msgspec

from caducee.clock import Clock
from caducee.contracts.identity import InsAnswer
from caducee.contracts.state import State
from caducee.errors import IdentityError
from caducee.model.environment import Environment
from caducee.model.identity import Ins, InsStatus, Traits
from caducee.model.patient import Patient
from caducee.model.permissions import Verb, require
from caducee.model.practice import Actor
from caducee.services import ServiceKey
from caducee_insi import qualification
from caducee_insi.evidence import Evidence

T = TypeVar("T")
IDENTITIES = "identity"


class EvidenceRefused(IdentityError):
    """An identity document that this practice does not accept."""

    code = "insi.evidence_refused"
    sentence = "Cette pièce d'identité n'est pas acceptée ici."
    remedy = "Contrôlez une pièce d'identité de haut niveau de confiance, ou complétez la configuration."


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """One decision about an identity: who, when, what it became, on which document, what was taken away."""

    action: str
    at: str
    actor: str
    status: InsStatus
    evidence: Evidence | None = None
    ins: Ins | None = None
    dropped: Ins | None = None


class Desk:
    """Moves identities from state to state (``qualification``) and keeps each decision, encrypted and audited."""

    def __init__(self, *, environment: Environment, evidence: tuple[Evidence, ...], clock: Clock, state: State) -> None:
        self._environment = environment
        self._evidence = evidence
        self._clock = clock
        self._state = state
        self._lock = anyio.Lock()

    async def retrieve(
        self, patient: Patient, answer: InsAnswer, *, acting: Actor, despite_differences: bool = False
    ) -> Patient:
        """Accept an answer 00 after the comparison was shown.

        Raises:
            NothingFound, TraitsMismatch, RealmMixed: the patient is unchanged.
        """
        moved = qualification.retrieve(
            patient, answer, environment=self._environment, despite_differences=despite_differences
        )
        await self._record("insi.retrieve", moved, acting)
        return moved.patient

    async def validate(self, patient: Patient, *, evidence: Evidence, acting: Actor) -> Patient:
        """Say that this document was checked against the traits.

        Raises:
            EvidenceRefused: this practice does not accept it.
        """
        self._check(evidence)
        moved = qualification.Moved(patient=qualification.validate(patient))
        await self._record("insi.validate", moved, acting, evidence)
        return moved.patient

    async def qualify(
        self,
        patient: Patient,
        answer: InsAnswer,
        *,
        evidence: Evidence,
        acting: Actor,
        despite_differences: bool = False,
    ) -> Patient:
        """Accept an answer 00 and say that this document was checked; all or nothing.

        Raises:
            EvidenceRefused, NothingFound, TraitsMismatch, RealmMixed: nothing was recorded.
        """
        self._check(evidence)
        retrieved = await self.retrieve(patient, answer, acting=acting, despite_differences=despite_differences)
        return await self.validate(retrieved, evidence=evidence, acting=acting)

    async def edit(self, patient: Patient, traits: Traits, *, document_still_fits: bool, acting: Actor) -> Patient:
        """Change strict traits; a matricule that was there is taken away and kept as history."""
        moved = qualification.edit(patient, traits, document_still_fits=document_still_fits)
        await self._record("insi.edit", moved, acting)
        return moved.patient

    async def doubt(self, patient: Patient, *, acting: Actor) -> Patient:
        """Mark as doubtful or fictitious: provisional, without matricule."""
        moved = qualification.doubt(patient)
        await self._record("insi.doubt", moved, acting)
        return moved.patient

    async def decisions(self, local_id: str) -> tuple[Decision, ...]:
        """Return every decision about one patient, oldest first."""
        kept = await self._state.get(IDENTITIES, local_id)
        return msgspec.json.decode(kept, type=tuple[Decision, ...]) if kept else ()

    def _check(self, evidence: Evidence) -> None:
        if evidence not in self._evidence:
            raise EvidenceRefused(evidence)

    async def _record(
        self, action: str, moved: qualification.Moved, acting: Actor, evidence: Evidence | None = None
    ) -> None:
        require(acting, Verb.QUALIFY_IDENTITY)
        patient = moved.patient
        decision = Decision(
            action=action,
            at=self._clock.now().isoformat(timespec="milliseconds"),
            actor=acting.named,
            status=patient.status,
            evidence=evidence,
            ins=patient.ins,
            dropped=moved.dropped,
        )
        async with self._lock:
            kept = (*await self.decisions(patient.local_id), decision)
            document = f" evidence={evidence}" if evidence else ""
            async with self._state.transaction() as tx:
                await tx.put(IDENTITIES, patient.local_id, msgspec.json.encode(kept))
                await tx.audit(
                    action, actor=decision.actor, subject=patient.local_id, detail=f"status={patient.status}{document}"
                )


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
