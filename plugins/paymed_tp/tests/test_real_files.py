"""A return and a statement in the formats that payers and banks use, to a settled invoice."""

from __future__ import annotations

import pytest

from caducee.testing.state import MemoryState
from caducee_paymed_tp.formats.quarantine import FormatFault
from caducee_paymed_tp.model.parts import State
from caducee_paymed_tp.service import TpService

from .concentrator import HeldConcentrator
from .conftest import DOCTOR
from .formats.cfonb import samples as cfonb
from .formats.noemie import samples as noemie
from .test_service import billed, sent, state_of

pytestmark = pytest.mark.anyio


def paying(writer: noemie.NoemieWriter) -> None:
    noemie.wire(writer)
    noemie.invoice(writer, 1, 2100)


def statement(cents: int) -> bytes:
    label = "VIR CPAM751 TP 260112"
    return cfonb.balance("01", 0) + cfonb.movement(cents, label) + cfonb.balance("07", cents)


async def test_a_noemie_return_and_a_cfonb_statement_settle_an_invoice(
    tp: TpService, state: MemoryState, concentrator: HeldConcentrator
):
    await billed(tp, 1, amc=0)
    await sent(tp, state, concentrator)
    returned = await tp.import_file(noemie.written(paying), acting=DOCTOR)
    booked = await tp.import_file(statement(2100), acting=DOCTOR)
    assert (returned.paid, returned.unplaced, booked.entries) == (1, 0, 1)
    done = await tp.reconcile(acting=DOCTOR)
    assert [match.confidence for match in done.confirmed] == [1.0]
    assert await state_of(tp) is State.SETTLED


async def test_a_return_whose_sums_are_false_changes_nothing(
    tp: TpService, state: MemoryState, concentrator: HeldConcentrator
):
    await billed(tp, 1, amc=0)
    await sent(tp, state, concentrator)
    damaged = noemie.written(paying).replace(b"P00002100", b"P00002101", 1)
    with pytest.raises(FormatFault):
        await tp.import_file(damaged, acting=DOCTOR)
    assert await state_of(tp) is State.ACKED
