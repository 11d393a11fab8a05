"""A model beside the desk: whatever is done, and in whatever order, no unqualified INS ever leaves.

``PATIENTS`` random patients go through random moves; the whole count is run with ``CADUCEE_INS_PATIENTS=1000``.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import msgspec
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from caducee.contracts.identity import InsAnswer, InsOutcome
from caducee.errors import CaduceeError
from caducee.model.environment import Environment
from caducee.model.identity import INS_NIR_TEST, Ins, InsStatus, Sex, Traits
from caducee.model.nir import control_key
from caducee.model.patient import Patient
from caducee.model.practice import Actor
from caducee.testing.state import MemoryState
from caducee_insi import Evidence, Mark
from caducee_insi.comparison import Verdict, compare
from caducee_insi.desk import Desk
from caducee_insi.trail import Decision

from .scripted import StillClock

PATIENTS = int(os.environ.get("CADUCEE_INS_PATIENTS", "150"))
DOCTOR = Actor.doctor("Dr Camille Roux")
NAMES = st.sampled_from(["NESSI-TEST", "NESSI TEST", "DURAND-ESSAI", "L'ESSAI"])
TRAITS = st.builds(
    Traits,
    birth_name=NAMES,
    given_names=st.sampled_from([("JEANNE",), ("JEANNE", "MARIE")]),
    sex=st.sampled_from([Sex.FEMALE, Sex.MALE]),
    birth_date=st.sampled_from(["1975-03-12", "1980-01-01"]),
    birth_place=st.sampled_from([None, "63999"]),
)


def matricule(number: int) -> Ins:
    nir = f"2750363999{number:03d}"
    return Ins(matricule=nir + control_key(nir), oid=INS_NIR_TEST, environment=Environment.SANDBOX)


class LifeOfAnIdentity(RuleBasedStateMachine):
    """What a person would say of each file, beside the desk: did INSi give the number, was a document seen."""

    @initialize(traits=TRAITS)
    def arrives(self, traits: Traits) -> None:
        self.state = MemoryState()
        self.desk = Desk(
            environment=Environment.SANDBOX, evidence=tuple(Evidence), clock=StillClock(), state=self.state
        )
        self.patients = [Patient(local_id=f"P{n}", traits=traits) for n in range(2)]
        self.given: list[Ins | None] = [None, None]
        self.seen = [False, False]
        self.doubted: list[set[Mark]] = [set(), set()]
        self.closed = [False, False]
        self.old = [[patient] for patient in self.patients]
        self.decided = [0, 0]

    def do(self, act: Callable[[], Awaitable[Any]]) -> Any:
        """Let the desk do something; ``None`` when it refused, and then nothing may have changed."""
        before = dict(self.state.values)
        try:
            return anyio.run(act)
        except CaduceeError:
            assert self.state.values == before
            return None

    @rule(which=st.integers(0, 1), number=st.integers(1, 3), traits=TRAITS, despite=st.booleans())
    def insi_answers(self, which: int, number: int, traits: Traits, despite: bool) -> None:
        answer = InsAnswer(outcome=InsOutcome.FOUND, label="OK", ins=matricule(number), traits=traits)
        somebody_else = compare(self.patients[which].traits, traits).verdict is Verdict.MAJOR
        moved = self.do(
            lambda: self.desk.retrieve(self.patients[which], answer, acting=DOCTOR, despite_differences=despite)
        )
        if moved is not None:
            assert not self.doubted[which] & {Mark.DOUBTFUL, Mark.FICTITIOUS}
            self.given[which] = answer.ins
            self.seen[which] = self.seen[which] and not somebody_else
            self.keep(which, moved)

    @rule(which=st.integers(0, 1), outcome=st.sampled_from([InsOutcome.NOT_FOUND, InsOutcome.SEVERAL]))
    def insi_finds_nobody(self, which: int, outcome: InsOutcome) -> None:
        answer = InsAnswer(outcome=outcome, label="")
        assert self.do(lambda: self.desk.retrieve(self.patients[which], answer, acting=DOCTOR)) is None

    @rule(which=st.integers(0, 1), evidence=st.sampled_from(list(Evidence)))
    def a_document_is_seen(self, which: int, evidence: Evidence) -> None:
        moved = self.do(lambda: self.desk.validate(self.patients[which], evidence=evidence, acting=DOCTOR))
        if moved is not None:
            self.seen[which] = True
            self.keep(which, moved)

    @rule(which=st.integers(0, 1), traits=TRAITS, fits=st.booleans())
    def traits_are_changed(self, which: int, traits: Traits, fits: bool) -> None:
        same = traits == self.patients[which].traits
        moved = self.do(lambda: self.desk.edit(self.patients[which], traits, document_still_fits=fits, acting=DOCTOR))
        if moved is not None and not same:
            self.given[which] = None
            self.seen[which] = self.seen[which] and fits
        if moved is not None:
            self.keep(which, moved)

    @rule(which=st.integers(0, 1), mark=st.sampled_from(list(Mark)))
    def a_mark_is_set(self, which: int, mark: Mark) -> None:
        moved = self.do(lambda: self.desk.mark(self.patients[which], mark, acting=DOCTOR))
        if moved is not None:
            self.doubted[which].add(mark)
            if mark is not Mark.HOMONYM:
                self.given[which], self.seen[which] = None, False
            self.keep(which, moved)

    @rule(which=st.integers(0, 1), mark=st.sampled_from(list(Mark)))
    def a_mark_is_taken_away(self, which: int, mark: Mark) -> None:
        moved = self.do(lambda: self.desk.unmark(self.patients[which], mark, acting=DOCTOR))
        if moved is not None:
            self.doubted[which].discard(mark)
            self.keep(which, moved)

    @rule(which=st.integers(0, 1), coherent=st.booleans())
    def the_number_is_verified(self, which: int, coherent: bool) -> None:
        if self.patients[which].ins is None:
            return
        moved = self.do(lambda: self.desk.verified(self.patients[which], coherent=coherent, acting=DOCTOR))
        if moved is not None:
            if not coherent:
                self.given[which] = None
            self.keep(which, moved)

    @rule(kept=st.integers(0, 1), despite=st.booleans())
    def files_are_merged(self, kept: int, despite: bool) -> None:
        other = 1 - kept
        one, two = self.patients[kept], self.patients[other]
        moved = self.do(lambda: self.desk.merge(one, two, acting=DOCTOR, despite_differences=despite))
        if moved is not None:
            self.keep(kept, moved)
            self.given[other], self.seen[other], self.closed[other] = None, False, True
            self.decided[other] += 1

    @rule(kept=st.integers(0, 1))
    def files_are_split(self, kept: int) -> None:
        other = 1 - kept
        if not self.closed[other]:
            return
        parted = self.do(lambda: self.desk.split(self.patients[kept], self.patients[other], acting=DOCTOR))
        if parted is not None:
            for which, patient in ((kept, parted[0]), (other, parted[1])):
                self.given[which], self.seen[which], self.closed[which] = None, False, False
                self.keep(which, patient)

    @rule(which=st.integers(0, 1), back=st.integers(1, 4), number=st.integers(1, 3))
    def an_old_copy_is_taken_for_the_file(self, which: int, back: int, number: int) -> None:
        copies = self.old[which]
        stale = copies[-min(back, len(copies))]
        answer = InsAnswer(outcome=InsOutcome.FOUND, label="OK", ins=matricule(number), traits=stale.traits)
        moved = self.do(lambda: self.desk.retrieve(stale, answer, acting=DOCTOR))
        if moved is not None:
            self.given[which] = answer.ins
            self.seen[which] = self.seen[which] and moved.status is InsStatus.QUALIFIED
            self.keep(which, moved)

    @invariant()
    def no_old_copy_lets_a_number_leave(self) -> None:
        for which, copies in enumerate(getattr(self, "old", ())):
            for stale in copies[-4:]:
                printed = self.print(stale)
                assert printed is None or (self.may_leave(which) and stale.ins == self.given[which])

    def print(self, patient: Patient) -> Any:
        return self.do(lambda: self.desk.datamatrix(patient))

    def keep(self, which: int, patient: Patient) -> None:
        self.old[which].append(self.patients[which])
        self.patients[which] = patient
        self.decided[which] += 1

    def may_leave(self, which: int) -> bool:
        free = not self.doubted[which] & {Mark.DOUBTFUL, Mark.FICTITIOUS}
        return self.given[which] is not None and self.seen[which] and free and not self.closed[which]

    @invariant()
    def no_unqualified_number_leaves(self) -> None:
        for which, patient in enumerate(getattr(self, "patients", ())):
            printed = self.print(patient)
            assert (printed is not None) == self.may_leave(which)
            if printed is not None:
                assert self.given[which] is not None
                assert f"S1{self.given[which].matricule}" in printed.text  # type: ignore[union-attr]
            if patient.status is InsStatus.QUALIFIED and not self.closed[which]:
                assert self.may_leave(which)

    @invariant()
    def no_decision_is_ever_lost(self) -> None:
        for which, patient in enumerate(getattr(self, "patients", ())):
            kept = self.state.values.get(("identity", patient.local_id))
            known = msgspec.json.decode(kept, type=tuple[Decision, ...]) if kept else ()
            assert len(known) == self.decided[which]


LifeOfAnIdentity.TestCase.settings = settings(
    max_examples=PATIENTS // 2,
    stateful_step_count=15,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
TestLifeOfIdentities = LifeOfAnIdentity.TestCase
