"""What to do next about a case, and what the patient may be asked for. Pure."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from caducee_paymed_tp.ledger.book import Book, Claim
from caducee_paymed_tp.ledger.machine import Step, may
from caducee_paymed_tp.model.parts import Part, State
from caducee_paymed_tp.model.unpaid import Action, UnpaidCase, Why
from caducee_paymed_tp.returns.correcting import correction_of
from caducee_paymed_tp.unpaid.delays import Delays

_SENTENCES = {
    Action.CORRECT: "Corrigez et renvoyez une nouvelle facture.",
    Action.FIRST_REMINDER: "Envoyez une première relance au payeur.",
    Action.SECOND_REMINDER: "Envoyez une seconde relance au payeur.",
    Action.ASK_PATIENT: "Informez le patient et proposez-lui de régler ce qui reste réellement dû.",
    Action.PROPOSE_ABANDON: "Décidez s'il faut abandonner cette somme.",
}


class NextAction(msgspec.Struct, frozen=True, kw_only=True):
    """What to do about one part, from which day on, in French. ``owed`` in cents."""

    invoice: str
    part: Part
    payer: str
    why: Why
    action: Action
    due: date
    owed: int
    sentence: str


def patient_may_be_asked(claim: Claim) -> bool:
    """Say whether the patient may be asked for a part.

    Their own part, always. A payer's part, never while the law makes third-party payment of it compulsory (ALD,
    maternity, work accident, C2S, AME…), and only once the payer has refused it or paid less.
    """
    if claim.part is Part.PATIENT:
        return claim.state is State.PATIENT_DUE and claim.owed > 0
    allowed = claim.state is State.PATIENT_DUE or may(claim.state, Step.TURN_TO_PATIENT)
    return not claim.compulsory and allowed and claim.owed > 0


def next_action(book: Book, case: UnpaidCase, *, delays: Delays) -> NextAction | None:
    """Return what comes next for a case: each step once, in its order, none that is not allowed."""
    claim = book.claims[case.invoice, case.part]
    done = {step.action for step in case.steps}
    for action, after in _plan(claim, case, delays):
        if action not in done:
            return NextAction(
                invoice=case.invoice,
                part=case.part,
                payer=claim.payer,
                why=case.why,
                action=action,
                due=case.opened + timedelta(days=after),
                owed=claim.owed,
                sentence=_sentence(claim, case, action),
            )
    return None


def _plan(claim: Claim, case: UnpaidCase, delays: Delays) -> list[tuple[Action, int]]:
    plan = [(Action.CORRECT, 0)] if case.why is Why.REJECTED else []
    plan += [(Action.FIRST_REMINDER, delays.first_reminder), (Action.SECOND_REMINDER, delays.second_reminder)]
    if patient_may_be_asked(claim):
        plan.append((Action.ASK_PATIENT, delays.patient))
    return [*plan, (Action.PROPOSE_ABANDON, delays.abandon)]


def _sentence(claim: Claim, case: UnpaidCase, action: Action) -> str:
    if action is Action.CORRECT:
        advice = correction_of(claim, on=case.opened)
        return f"{advice.title} : {advice.correction}"
    return _SENTENCES[action]
