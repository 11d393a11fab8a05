"""The states of an identity, and what moves it from one to the next. Pure.

    provisional ──retrieve──▶ retrieved ──validate──▶ qualified
         └──────validate────▶ validated ──retrieve──▶ qualified

An answer 01 or 02, or an error, changes nothing. Editing a strict trait takes the matricule away; it comes back
only from INSi. What was taken away is never lost: the caller gets it as ``dropped`` and keeps it as history.

Source: RNIV, statuts de confiance; the downgrades are general practice, to be confirmed on its current text.
"""

from __future__ import annotations

import msgspec

from caducee.contracts.identity import InsAnswer, InsOutcome
from caducee.errors import IdentityError, RealmMixed, Retry, TraitsMismatch
from caducee.model.environment import Environment
from caducee.model.identity import Ins, InsStatus, Traits
from caducee.model.patient import Patient
from caducee_insi.comparison import Comparison, Verdict, compare

_RETRIEVED = {
    InsStatus.PROVISIONAL: InsStatus.RETRIEVED,
    InsStatus.RETRIEVED: InsStatus.RETRIEVED,
    InsStatus.VALIDATED: InsStatus.QUALIFIED,
    InsStatus.QUALIFIED: InsStatus.QUALIFIED,
}
_VALIDATED = {
    InsStatus.PROVISIONAL: InsStatus.VALIDATED,
    InsStatus.RETRIEVED: InsStatus.QUALIFIED,
    InsStatus.VALIDATED: InsStatus.VALIDATED,
    InsStatus.QUALIFIED: InsStatus.QUALIFIED,
}
_UNVERIFIED = {
    InsStatus.PROVISIONAL: InsStatus.PROVISIONAL,
    InsStatus.RETRIEVED: InsStatus.PROVISIONAL,
    InsStatus.VALIDATED: InsStatus.VALIDATED,
    InsStatus.QUALIFIED: InsStatus.VALIDATED,
}


class NothingFound(IdentityError):
    """The answer holds no identity: the status cannot change."""

    code = "insi.nothing_found"
    retry = Retry.AFTER_HUMAN
    sentence = "INSi n'a pas donné d'identité : le statut reste inchangé."
    remedy = "Vérifiez le nom de naissance (et non le nom d'usage), les prénoms, le sexe et la date, puis recommencez."


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """A patient after a move. ``dropped`` is the matricule that was taken away, to be kept as history."""

    patient: Patient
    dropped: Ins | None = None


def retrieve(
    patient: Patient, answer: InsAnswer, *, environment: Environment, despite_differences: bool = False
) -> Moved:
    """Take the matricule and the traits of an answer 00, after a person has looked at the comparison.

    ``despite_differences`` is that person's explicit word for a major difference; nothing else overrides it.

    Raises:
        NothingFound: the answer is 01 or 02.
        RealmMixed: the answer comes from another environment.
        TraitsMismatch: a major difference, and nobody took it on.
    """
    if answer.outcome is not InsOutcome.FOUND or answer.ins is None or answer.traits is None:
        raise NothingFound(f"outcome {answer.outcome}")
    if answer.ins.environment is not environment:
        raise RealmMixed(f"answer of {answer.ins.environment}, kernel of {environment}")
    comparison = compare(patient.traits, answer.traits)
    if comparison.verdict is Verdict.MAJOR and not despite_differences:
        raise TraitsMismatch(f"major difference in {', '.join(comparison.differing)}")
    retrieved = msgspec.structs.replace(
        patient, traits=answer.traits, ins=answer.ins, status=_RETRIEVED[patient.status]
    )
    former = patient.ins if patient.ins != answer.ins else None
    return Moved(patient=retrieved, dropped=former)


def validate(patient: Patient) -> Patient:
    """Say that an identity document was checked against the traits."""
    return msgspec.structs.replace(patient, status=_VALIDATED[patient.status])


def edit(patient: Patient, traits: Traits, *, document_still_fits: bool) -> Moved:
    """Change strict traits. The matricule goes; without a document that fits the new traits the status goes too."""
    if traits == patient.traits:
        return Moved(patient=patient)
    status = _UNVERIFIED[patient.status] if document_still_fits else InsStatus.PROVISIONAL
    edited = msgspec.structs.replace(patient, traits=traits, status=status, ins=None)
    return Moved(patient=edited, dropped=patient.ins)


def doubt(patient: Patient) -> Moved:
    """Say that the identity is doubtful or fictitious: provisional again, without matricule."""
    doubted = msgspec.structs.replace(patient, status=InsStatus.PROVISIONAL, ins=None)
    return Moved(patient=doubted, dropped=patient.ins)


def differences(patient: Patient, answer: InsAnswer) -> Comparison:
    """Compare the patient with an answer 00, to be shown side by side before anything is accepted.

    Raises:
        NothingFound: the answer holds no identity.
    """
    if answer.traits is None:
        raise NothingFound(f"outcome {answer.outcome}")
    return compare(patient.traits, answer.traits)
