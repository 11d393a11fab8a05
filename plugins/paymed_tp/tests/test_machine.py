from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caducee_paymed_tp.errors import TransitionRefused
from caducee_paymed_tp.ledger.machine import Step, after_money, invoice_status, step
from caducee_paymed_tp.model.parts import InvoiceStatus, State

S = State


@pytest.mark.parametrize(
    ("state", "what", "goes_to"),
    [
        (S.DRAFT, Step.VALIDATE, S.READY),
        (S.DRAFT, Step.VOID, S.VOID),
        (S.READY, Step.PUT_IN_LOT, S.LOTTED),
        (S.LOTTED, Step.SEND, S.SENT),
        (S.SENT, Step.ACK, S.ACKED),
        (S.SENT, Step.NACK, S.NACKED),
        (S.SENT, Step.STALE, S.STALE),
        (S.NACKED, Step.PUT_IN_LOT, S.LOTTED),
        (S.ACKED, Step.DEFER, S.DEFERRED),
        (S.DEFERRED, Step.NOTIFY, S.NOTIFIED),
        (S.DEFERRED, Step.REJECT, S.REJECTED),
        (S.ACKED, Step.LATE, S.LATE),
        (S.LATE, Step.NOTIFY, S.NOTIFIED),
        (S.LATE, Step.OPEN_CASE, S.UNPAID_CASE),
        (S.REJECTED, Step.CORRECT, S.CORRECTED),
        (S.REJECTED, Step.ABANDON, S.ABANDONED),
        (S.REJECTED, Step.TURN_TO_PATIENT, S.PATIENT_DUE),
        (S.NOTIFIED, Step.MISSING, S.MISSING_MONEY),
        (S.PARTIAL, Step.DISPUTE, S.DISPUTED),
        (S.SETTLED, Step.REVERSE, S.REVERSED),
    ],
)
def test_each_row_of_the_state_table(state: State, what: Step, goes_to: State):
    assert step(state, what) is goes_to


@pytest.mark.parametrize(
    ("state", "what"),
    [
        (S.SETTLED, Step.NOTIFY),
        (S.SETTLED, Step.REJECT),
        (S.SETTLED, Step.ABANDON),
        (S.CORRECTED, Step.NOTIFY),
        (S.ACKED, Step.PUT_IN_LOT),
        (S.READY, Step.VOID),
        (S.NOTIFIED, Step.CORRECT),
    ],
)
def test_what_the_table_does_not_have_is_refused(state: State, what: Step):
    with pytest.raises(TransitionRefused):
        step(state, what)


@given(asked=st.integers(1, 10_000), notified=st.integers(0, 10_000), come=st.integers(0, 20_000))
def test_a_part_is_settled_exactly_when_all_that_is_asked_has_come(asked: int, notified: int, come: int):
    state = after_money(S.NOTIFIED, asked=asked, notified=notified, come=come)
    assert (state is S.SETTLED) == (come >= asked)


def test_less_than_asked_and_all_that_was_announced_is_partial():
    assert after_money(S.NOTIFIED, asked=2100, notified=2000, come=2000) is S.PARTIAL


def test_money_moves_no_part_that_was_refused():
    assert after_money(S.REJECTED, asked=2100, notified=0, come=2100) is S.REJECTED


@pytest.mark.parametrize(
    ("states", "status"),
    [
        ((S.SETTLED, S.SETTLED), InvoiceStatus.PAID),
        ((S.SETTLED, S.ACKED), InvoiceStatus.PENDING),
        ((S.SETTLED, S.REJECTED), InvoiceStatus.ACTION),
        ((S.SETTLED, S.CORRECTED), InvoiceStatus.PAID),
        ((S.CORRECTED, S.ABANDONED), InvoiceStatus.CLOSED),
    ],
)
def test_an_invoice_is_the_fold_of_its_parts(states: tuple[State, ...], status: InvoiceStatus):
    assert invoice_status(states) is status
