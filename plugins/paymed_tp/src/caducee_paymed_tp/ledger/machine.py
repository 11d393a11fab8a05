"""The state machine of one part: pure. Spec of third-party payment, section 7, widened where a note says why."""

from __future__ import annotations

from enum import StrEnum

from caducee_paymed_tp.errors import TransitionRefused
from caducee_paymed_tp.model.parts import InvoiceStatus, State


class Step(StrEnum):
    """What moves a part. Money moves it too: see ``after_money``."""

    VALIDATE = "validate"
    VOID = "void"
    PUT_IN_LOT = "put_in_lot"
    SEND = "send"
    ACK = "ack"
    NACK = "nack"
    STALE = "stale"
    DEFER = "defer"
    REJECT = "reject"
    NOTIFY = "notify"
    LATE = "late"
    MISSING = "missing"
    CORRECT = "correct"
    ABANDON = "abandon"
    TURN_TO_PATIENT = "turn_to_patient"
    DISPUTE = "dispute"
    OPEN_CASE = "open_case"
    REVERSE = "reverse"


S = State
_UNDER_WAY = (S.LOTTED, S.SENT, S.STALE, S.NACKED, S.ACKED, S.DEFERRED, S.LATE, S.UNPAID_CASE)
"""Where a payer's answer may find a part. The table of the spec has ACKED, DEFERRED and LATE: an answer proves that the
file arrived, also when its receipt was lost or false, or when our own note of having sent it was lost."""

_TABLE: dict[Step, dict[State, State]] = {
    Step.VALIDATE: {S.DRAFT: S.READY},
    Step.VOID: {S.DRAFT: S.VOID},
    Step.PUT_IN_LOT: {S.READY: S.LOTTED, S.NACKED: S.LOTTED, S.STALE: S.LOTTED},
    Step.SEND: {S.LOTTED: S.SENT},
    # A negative receipt may be taken back by a positive one of the same file.
    Step.ACK: {S.LOTTED: S.ACKED, S.SENT: S.ACKED, S.STALE: S.ACKED, S.NACKED: S.ACKED},
    Step.NACK: {S.LOTTED: S.NACKED, S.SENT: S.NACKED, S.STALE: S.NACKED},
    Step.STALE: {S.SENT: S.STALE},
    Step.DEFER: dict.fromkeys(_UNDER_WAY, S.DEFERRED),
    Step.REJECT: dict.fromkeys(_UNDER_WAY, S.REJECTED),
    # A part that was paid in part is told of the rest; one that was rejected may be paid after all.
    Step.NOTIFY: dict.fromkeys((*_UNDER_WAY, S.REJECTED, S.PARTIAL, S.DISPUTED, S.NOTIFIED, S.REVERSED), S.NOTIFIED),
    Step.LATE: {S.ACKED: S.LATE, S.DEFERRED: S.LATE},
    Step.MISSING: {S.NOTIFIED: S.MISSING_MONEY},
    Step.CORRECT: {S.REJECTED: S.CORRECTED, S.UNPAID_CASE: S.CORRECTED},
    Step.ABANDON: dict.fromkeys((S.REJECTED, S.LATE, S.UNPAID_CASE, S.PARTIAL, S.DISPUTED, S.PATIENT_DUE), S.ABANDONED),
    Step.TURN_TO_PATIENT: {S.REJECTED: S.PATIENT_DUE, S.PARTIAL: S.PATIENT_DUE, S.UNPAID_CASE: S.PATIENT_DUE},
    Step.DISPUTE: {S.PARTIAL: S.DISPUTED},
    Step.OPEN_CASE: {S.LATE: S.UNPAID_CASE},
    Step.REVERSE: dict.fromkeys((S.SETTLED, S.NOTIFIED, S.PARTIAL, S.MISSING_MONEY), S.REVERSED),
}

MONEY = frozenset({S.NOTIFIED, S.MISSING_MONEY, S.PARTIAL, S.SETTLED, S.DISPUTED})
"""The states that the arrival of money, or its being taken back, decides between."""

ENDED = frozenset({S.VOID, S.CORRECTED, S.ABANDONED})


def step(state: State, what: Step) -> State:
    """Return where a part goes.

    Raises:
        TransitionRefused: it cannot go there from here.
    """
    try:
        return _TABLE[what][state]
    except KeyError:
        raise TransitionRefused(state, what) from None


def may(state: State, what: Step) -> bool:
    """Say whether a part can take this step."""
    return state in _TABLE[what]


def after_money(state: State, *, asked: int, notified: int, come: int, given_up: int = 0) -> State:
    """Return where a part stands once money has come (or a match was undone).

    All that is owed has come: settled. All that was announced has come, and it is less: partial. Otherwise it goes on
    waiting for the wire.
    """
    if state not in MONEY:
        return state
    if come + given_up >= asked and (come or given_up):
        return State.SETTLED
    if notified and come >= notified:
        return State.DISPUTED if state is State.DISPUTED else State.PARTIAL
    return State.MISSING_MONEY if state is State.MISSING_MONEY else State.NOTIFIED


def invoice_status(states: tuple[State, ...]) -> InvoiceStatus:
    """Fold the states of the parts: paid when all are settled, to be acted on when one is rejected."""
    alive = [state for state in states if state not in ENDED]
    if not alive:
        return InvoiceStatus.CLOSED
    if any(state in (S.REJECTED, S.REVERSED, S.NACKED) for state in alive):
        return InvoiceStatus.ACTION
    return InvoiceStatus.PAID if all(state is S.SETTLED for state in alive) else InvoiceStatus.PENDING
