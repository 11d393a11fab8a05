from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from caducee.contracts.identity import InsAnswer, InsOutcome
from caducee.errors import RealmMixed, TraitsMismatch
from caducee.model.environment import Environment
from caducee.model.identity import INS_NIR_TEST, Ins, InsStatus, Sex, Traits
from caducee.model.patient import Patient
from caducee_insi.evidence import Mark
from caducee_insi.qualification import NothingFound, acquire, edit, mark, retrieve, validate

TRAITS = Traits(birth_name="NESSI-TEST", given_names=("JEANNE",), sex=Sex.FEMALE, birth_date="1975-03-12")
INS = Ins(matricule="275036399900137", oid=INS_NIR_TEST, environment=Environment.SANDBOX)
PATIENT = Patient(local_id="P1", traits=TRAITS, used_name="MARTIN")
FOUND = InsAnswer(
    outcome=InsOutcome.FOUND,
    label="OK",
    ins=INS,
    traits=msgspec.structs.replace(TRAITS, given_names=("JEANNE", "MARIE"), birth_place="63999"),
)
PROVISIONAL, RETRIEVED, VALIDATED, QUALIFIED = InsStatus


def at(status: InsStatus) -> Patient:
    ins = INS if status in (RETRIEVED, QUALIFIED) else None
    return msgspec.structs.replace(PATIENT, status=status, ins=ins)


@pytest.mark.requirement("INS-STATUS")
@pytest.mark.parametrize(
    ("before", "after"),
    [(PROVISIONAL, RETRIEVED), (VALIDATED, QUALIFIED), (RETRIEVED, RETRIEVED), (QUALIFIED, QUALIFIED)],
)
def test_an_identity_found_moves_the_status(before: InsStatus, after: InsStatus) -> None:
    moved = retrieve(at(before), FOUND, environment=Environment.SANDBOX).patient
    assert (moved.status, moved.ins, moved.traits) == (after, INS, FOUND.traits)
    assert moved.used_name == "MARTIN"


@pytest.mark.requirement("INS-STATUS")
@pytest.mark.parametrize(
    ("before", "after"),
    [(PROVISIONAL, VALIDATED), (RETRIEVED, QUALIFIED), (VALIDATED, VALIDATED), (QUALIFIED, QUALIFIED)],
)
def test_a_document_checked_moves_the_status(before: InsStatus, after: InsStatus) -> None:
    assert validate(at(before)).status is after


@pytest.mark.parametrize("outcome", [InsOutcome.NOT_FOUND, InsOutcome.SEVERAL])
def test_an_answer_without_identity_moves_nothing(outcome: InsOutcome) -> None:
    with pytest.raises(NothingFound):
        retrieve(PATIENT, InsAnswer(outcome=outcome, label=""), environment=Environment.SANDBOX)


def test_a_major_difference_is_not_accepted_by_itself() -> None:
    other = msgspec.structs.replace(PATIENT, traits=msgspec.structs.replace(TRAITS, birth_date="1975-03-13"))
    with pytest.raises(TraitsMismatch, match="birth_date"):
        retrieve(other, FOUND, environment=Environment.SANDBOX)
    accepted = retrieve(other, FOUND, environment=Environment.SANDBOX, despite_differences=True)
    assert accepted.patient.status is RETRIEVED


@pytest.mark.parametrize("before", list(InsStatus))
def test_the_document_of_other_traits_qualifies_nobody(before: InsStatus) -> None:
    other = msgspec.structs.replace(at(before), traits=msgspec.structs.replace(TRAITS, birth_name="AUTRE"))
    moved = retrieve(other, FOUND, environment=Environment.SANDBOX, despite_differences=True)
    assert (moved.patient.status, moved.patient.ins) == (RETRIEVED, INS)


def test_an_answer_of_another_environment_is_refused() -> None:
    with pytest.raises(RealmMixed):
        retrieve(PATIENT, FOUND, environment=Environment.PRODUCTION)


def test_an_identity_of_the_application_of_another_environment_is_refused() -> None:
    with pytest.raises(RealmMixed):
        acquire(PATIENT, INS, TRAITS, environment=Environment.PRODUCTION)


def test_a_former_matricule_is_handed_back_when_another_replaces_it() -> None:
    old = msgspec.structs.replace(INS, matricule="175036399900137")
    moved = retrieve(msgspec.structs.replace(at(QUALIFIED), ins=old), FOUND, environment=Environment.SANDBOX)
    assert moved.dropped == old


@pytest.mark.parametrize(
    ("before", "fits", "after"),
    [
        (QUALIFIED, True, VALIDATED),
        (QUALIFIED, False, PROVISIONAL),
        (RETRIEVED, True, PROVISIONAL),
        (VALIDATED, True, VALIDATED),
        (VALIDATED, False, PROVISIONAL),
    ],
)
def test_editing_a_strict_trait_takes_the_matricule_away(before: InsStatus, fits: bool, after: InsStatus) -> None:
    patient = at(before)
    moved = edit(patient, msgspec.structs.replace(TRAITS, birth_name="AUTRE"), document_still_fits=fits)
    assert (moved.patient.status, moved.patient.ins, moved.dropped) == (after, None, patient.ins)


def test_editing_nothing_changes_nothing() -> None:
    assert edit(at(QUALIFIED), TRAITS, document_still_fits=False).patient == at(QUALIFIED)


@pytest.mark.parametrize("before", list(InsStatus))
def test_a_doubtful_identity_is_provisional_without_matricule(before: InsStatus) -> None:
    moved = mark(at(before), frozenset(), Mark.DOUBTFUL)[0].patient
    assert (moved.status, moved.ins) == (PROVISIONAL, None)


MOVES: dict[str, Callable[[Patient], Patient]] = {
    "retrieve": lambda patient: (
        retrieve(patient, FOUND, environment=Environment.SANDBOX, despite_differences=True).patient
    ),
    "validate": validate,
    "edit": lambda patient: edit(patient, TRAITS, document_still_fits=True).patient,
    "doubt": lambda patient: mark(patient, frozenset(), Mark.DOUBTFUL)[0].patient,
}


@given(st.lists(st.sampled_from(sorted(MOVES)), max_size=12))
def test_no_path_leads_to_a_matricule_without_the_status_or_the_other_way_round(moves: list[str]) -> None:
    patient = PATIENT
    for move in moves:
        patient = MOVES[move](patient)
        assert (patient.ins is not None) == (patient.status in (RETRIEVED, QUALIFIED))
    if patient.status is QUALIFIED:
        assert {"retrieve", "validate"} <= set(moves)
