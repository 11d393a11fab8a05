"""Care sheets are noted for the practice's figures as they leave: each once, electronic or not."""

from __future__ import annotations

import msgspec
import pytest

from caducee.sharing.fact_kind import FactKind
from caducee.testing.state import MemoryState
from caducee_paymed_tp.model.parts import InvoiceKind, Security
from caducee_paymed_tp.sending.care_sheets import sheet_of
from caducee_paymed_tp.service import TpService

from .concentrator import HeldConcentrator
from .practice import invoice, notice, refused, returned
from .test_service import DOCTOR, billed, file, sent

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("kind", "security", "said"),
    [
        (InvoiceKind.FSE, Security.SESAM, "electronic"),
        (InvoiceKind.FSE, Security.SESAM_WITHOUT_CARD, "electronic"),
        (InvoiceKind.FSE, Security.DEGRADED, "paper"),
        (InvoiceKind.FSE, Security.NONE, "paper"),
        (InvoiceKind.B2, Security.SESAM, "paper"),
        (InvoiceKind.PAPER, Security.NONE, "paper"),
        (InvoiceKind.DRE, Security.SESAM, ""),
    ],
)
def test_an_invoice_is_an_electronic_sheet_a_paper_one_or_none(
    kind: InvoiceKind, security: Security, said: str
) -> None:
    assert sheet_of(msgspec.structs.replace(invoice(1), kind=kind, security=security)) == said


async def test_a_sheet_is_noted_when_its_lot_was_taken_and_not_before(
    tp: TpService, state: MemoryState, concentrator: HeldConcentrator
) -> None:
    await billed(tp, 1, 2)
    await billed(tp, 3, security=Security.DEGRADED)
    assert state.noted == []
    await sent(tp, state, concentrator)
    assert sorted(state.noted) == [
        (FactKind.CARE_SHEET, "electronic", "F1"),
        (FactKind.CARE_SHEET, "electronic", "F2"),
        (FactKind.CARE_SHEET, "paper", "F3"),
    ]


async def test_a_sheet_that_was_refused_and_corrected_is_the_same_sheet(
    tp: TpService, state: MemoryState, concentrator: HeldConcentrator
) -> None:
    await billed(tp, 1, amc=0)
    await sent(tp, state, concentrator)
    await tp.import_file(file(returned(notice(refused(1)))), acting=DOCTOR)
    await billed(tp, 2, amc=0, replaces="F1")
    await sent(tp, state, concentrator)
    assert {one for _, _, one in state.noted} == {"F1"}


async def test_a_sheet_on_paper_is_noted_as_it_is_taken(tp: TpService, state: MemoryState) -> None:
    on_paper = msgspec.structs.replace(invoice(1), kind=InvoiceKind.PAPER, security=Security.NONE)
    await tp.draft(on_paper, acting=DOCTOR)
    assert state.noted == []
    await tp.validate("F1", b"signed", acting=DOCTOR)
    await tp.take(msgspec.structs.replace(on_paper, id="F2", number="000000002"), b"signed", acting=DOCTOR)
    assert (FactKind.CARE_SHEET, "paper", "F2") in state.noted
