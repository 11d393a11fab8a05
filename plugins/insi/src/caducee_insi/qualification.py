"""The states of an identity, and what moves it from one to the next. Pure.

    provisional ──retrieve──▶ retrieved ──validate──▶ qualified
         └──────validate────▶ validated ──retrieve──▶ qualified

The transitions are data (``lifecycle.toml``). An answer 01 or 02, or an error, changes nothing. Editing a strict trait
takes the matricule away; it comes back only from INSi. What was taken away is never lost: the caller gets it as
``dropped`` and keeps it as history.

Source: RNIV, statuts de confiance; the downgrades are general practice, to be confirmed on its current text.
"""

from __future__ import annotations

import msgspec

from caducee.contracts.identity import InsAnswer, InsOutcome
from caducee.errors import IdentityError, InsNotQualified, RealmMixed, Retry, TraitsMismatch
from caducee.model.environment import Environment
from caducee.model.identity import Ins, InsStatus, Traits
from caducee.model.patient import Patient
from caducee_insi.comparison import Comparison, Verdict, compare
from caducee_insi.evidence import Mark
from caducee_insi.lifecycle import allowed, lifecycle


class NothingFound(IdentityError):
    """The answer holds no identity: the status cannot change."""

    code = "insi.nothing_found"
    retry = Retry.AFTER_HUMAN
    sentence = "INSi n'a pas donné d'identité : le statut reste inchangé."
    remedy = "Vérifiez le nom de naissance (et non le nom d'usage), les prénoms, le sexe et la date, puis recommencez."


class MarksRefused(IdentityError):
    """Two marks that do not go together."""

    code = "insi.marks_refused"
    sentence = "Cet attribut ne va pas avec celui que porte déjà l'identité."
    remedy = "Retirez d'abord l'autre attribut : seuls « douteux » et « homonyme » vont ensemble."


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """A patient after a move. ``dropped`` is the matricule that was taken away, to be kept as history."""

    patient: Patient
    dropped: Ins | None = None


def retrieve(
    patient: Patient, answer: InsAnswer, *, environment: Environment, despite_differences: bool = False
) -> Moved:
    """Take the matricule and the traits of an answer 00, after a person has looked at the comparison.

    ``despite_differences`` is that person's explicit word for a major difference; nothing else overrides it. Whatever
    document was seen, it was not for these traits: the identity is retrieved, and wants one again.

    Raises:
        NothingFound: the answer is 01 or 02.
        RealmMixed: the answer comes from another environment.
        TraitsMismatch: a major difference, and nobody took it on.
    """
    if answer.outcome is not InsOutcome.FOUND or answer.ins is None or answer.traits is None:
        raise NothingFound(f"outcome {answer.outcome}")
    if answer.ins.environment is not environment:
        raise RealmMixed(f"answer of {answer.ins.environment}, kernel of {environment}")
    moves, status = lifecycle().moves, patient.status
    if _major(patient.traits, answer.traits, despite_differences):
        status = moves.undone[status]
    retrieved = msgspec.structs.replace(patient, traits=answer.traits, ins=answer.ins, status=moves.retrieved[status])
    former = patient.ins if patient.ins != answer.ins else None
    return Moved(patient=retrieved, dropped=former)


def validate(patient: Patient) -> Patient:
    """Say that an identity document was checked against the traits."""
    return msgspec.structs.replace(patient, status=lifecycle().moves.validated[patient.status])


def edit(patient: Patient, traits: Traits, *, document_still_fits: bool) -> Moved:
    """Change strict traits. The matricule goes; without a document that fits the new traits the status goes too."""
    if traits == patient.traits:
        return Moved(patient=patient)
    moves = lifecycle().moves
    status = (moves.unverified if document_still_fits else moves.undone)[patient.status]
    edited = msgspec.structs.replace(patient, traits=traits, status=status, ins=None)
    return Moved(patient=edited, dropped=patient.ins)


def fail_verification(patient: Patient) -> Moved:
    """Say that INSi no longer knows this matricule with these traits: it is taken away."""
    status = lifecycle().moves.unverified[patient.status]
    return Moved(patient=msgspec.structs.replace(patient, status=status, ins=None), dropped=patient.ins)


def acquire(
    patient: Patient, ins: Ins, traits: Traits, *, environment: Environment, despite_differences: bool = False
) -> Moved:
    """Take identity and INS from the appli carte Vitale: qualified at once (RNIV 1 v2.0, 4.3.4).

    Raises:
        RealmMixed: it comes from another environment.
        TraitsMismatch: a major difference, and nobody took it on.
    """
    if ins.environment is not environment:
        raise RealmMixed(f"identity of {ins.environment}, kernel of {environment}")
    _major(patient.traits, traits, despite_differences)
    status = lifecycle().moves.acquired[patient.status]
    acquired = msgspec.structs.replace(patient, traits=traits, ins=ins, status=status)
    return Moved(patient=acquired, dropped=patient.ins if patient.ins != ins else None)


def mark(patient: Patient, marks: frozenset[Mark], added: Mark) -> tuple[Moved, frozenset[Mark]]:
    """Add a mark. One that only a provisional identity bears takes status and matricule away.

    Raises:
        MarksRefused: this mark does not go with one that is there.
    """
    rule = lifecycle().marks[added]
    if not marks - {added} <= set(rule.beside):
        raise MarksRefused(f"{added} beside {', '.join(sorted(marks))}")
    if patient.status in rule.only_with:
        return Moved(patient=patient), marks | {added}
    return undo(patient), marks | {added}


def undo(patient: Patient) -> Moved:
    """Begin again: provisional, without matricule."""
    status = lifecycle().moves.undone[patient.status]
    return Moved(patient=msgspec.structs.replace(patient, status=status, ins=None), dropped=patient.ins)


def releasable(patient: Patient) -> Ins:
    """Return the matricule when it may leave the practice.

    Raises:
        InsNotQualified: the status does not allow it, or there is none.
    """
    if patient.ins is None or not allowed(patient.status).sends_ins:
        raise InsNotQualified(f"status {patient.status}")
    return patient.ins


def differences(patient: Patient, answer: InsAnswer) -> Comparison:
    """Compare the patient with an answer 00, to be shown side by side before anything is accepted.

    Raises:
        NothingFound: the answer holds no identity.
    """
    if answer.traits is None:
        raise NothingFound(f"outcome {answer.outcome}")
    return compare(patient.traits, answer.traits)


def _major(known: Traits, given: Traits, despite_differences: bool) -> bool:  # noqa: FBT001 - a person's word
    """Say whether the difference is major; refuse it when nobody took it on."""
    comparison = compare(known, given)
    major = comparison.verdict is Verdict.MAJOR
    if major and not despite_differences:
        raise TraitsMismatch(f"major difference in {', '.join(comparison.differing)}")
    return major


def exceeds(claimed: InsStatus, known: InsStatus) -> bool:
    """Say whether a status claims a step that the known one has not: a matricule, or a document."""
    return not set(allowed(known).wants) <= set(allowed(claimed).wants)
