from __future__ import annotations

from datetime import date

import pytest

from caducee.model.environment import Environment
from caducee.paper import TypstPaper
from caducee.testing import AUTHOR, PATIENT
from caducee_paymed_tp.errors import PatientNotAskable
from caducee_paymed_tp.ledger.book import Claim
from caducee_paymed_tp.model.invoices import Invoice, Line
from caducee_paymed_tp.model.parts import Part, Situation, State
from caducee_paymed_tp.model.unpaid import Action, UnpaidCase, Why
from caducee_paymed_tp.unpaid.acting import patient_may_be_asked
from caducee_paymed_tp.unpaid.compulsory import compulsory_parts, marked
from caducee_paymed_tp.unpaid.letters import letter_for, print_letter

from .practice import invoice

TODAY = date(2026, 1, 5)
CASE = UnpaidCase(invoice="F1", part=Part.AMO, why=Why.REJECTED, opened=TODAY)


def claim(state: State, *, part: Part = Part.AMO, compulsory: bool = False) -> Claim:
    return Claim(invoice="F1", part=part, payer="CPAM751", asked=2100, state=state, compulsory=compulsory)


@pytest.mark.parametrize("situation", list(Situation))
def test_the_compulsory_insurance_part_is_protected_in_every_situation(situation: Situation):
    assert Part.AMO in compulsory_parts([situation], on=TODAY)


def test_long_term_illness_protects_the_compulsory_insurance_part_only():
    assert compulsory_parts([Situation.ALD], on=TODAY) == {Part.AMO}


def test_an_ald_line_marks_the_invoice_even_when_nobody_said_so():
    line = Line(code="G", on=TODAY, fee=3000, base=3000, rate=100, amo=3000, exoneration="4")
    made: Invoice = invoice(1, amo=3000, amc=0)
    parts = marked(made.__class__(**{n: getattr(made, n) for n in made.__struct_fields__} | {"lines": (line,)}))
    assert [share.compulsory for share in parts.shares] == [True]


@pytest.mark.parametrize("state", list(State))
def test_a_compulsory_part_is_never_asked_of_the_patient(state: State):
    for part in (Part.AMO, Part.AMC):
        assert not patient_may_be_asked(claim(state, part=part, compulsory=True))


@pytest.mark.parametrize(
    ("state", "asked"),
    [(State.ACKED, False), (State.LATE, False), (State.NOTIFIED, False), (State.REJECTED, True), (State.PARTIAL, True)],
)
def test_a_payers_part_is_asked_only_once_the_payer_has_answered(state: State, asked: bool):
    assert patient_may_be_asked(claim(state)) is asked


def test_a_letter_to_the_patient_for_what_they_do_not_owe_is_not_written():
    with pytest.raises(PatientNotAskable):
        letter(Action.ASK_PATIENT, claim(State.REJECTED, compulsory=True))


def letter(action: Action, owing: Claim):
    return letter_for(
        CASE,
        action=action,
        invoice=invoice(1),
        claim=owing,
        author=AUTHOR,
        patient=PATIENT,
        recipient=("CPAM de Paris",),
        written=TODAY,
    )


def test_a_second_reminder_recalls_the_first_and_says_what_is_owed():
    text = " ".join(letter(Action.SECOND_REMINDER, claim(State.REJECTED)).paragraphs)
    assert "première relance" in text
    assert "21,00\u00a0€" in text


@pytest.mark.parametrize("action", [Action.FIRST_REMINDER, Action.SECOND_REMINDER, Action.ASK_PATIENT])
def test_each_letter_can_be_printed(action: Action):
    pdf = print_letter(letter(action, claim(State.REJECTED)), paper=TypstPaper(), environment=Environment.SANDBOX)
    assert pdf.startswith(b"%PDF")
