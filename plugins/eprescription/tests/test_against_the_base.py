"""From the desk to the simulated base over TLS, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import anyio
import httpx
import msgspec
import pytest

from caducee.errors import ActorRefused, IdempotencyConflict
from caducee.model.identity import InsStatus
from caducee.model.practice import Actor
from caducee_eprescription.api import EPRESCRIPTION, EPrescription, RxState
from caducee_eprescription.errors import (
    AlreadyDispensed,
    DispensationUnreadable,
    FollowOpposed,
    PrescriptionInvalid,
    RegisterRefused,
    UnknownPrescription,
    WrongState,
)

from .desk import DOCTOR, JEANNE, PAPER_ALONE, PARACETAMOL, Sandbox, line, opened, prescription, revised

pytestmark = pytest.mark.anyio
GIVEN = {"line": "medicines[0]", "action": "dispensed", "quantity": "1 boîte"}


def new() -> str:
    return f"RX-{uuid4()}"


async def issued_number(rx: EPrescription, local_id: str, **changes: Any) -> str:
    issued = await rx.issue(prescription(local_id, **changes), PAPER_ALONE, acting=DOCTOR)
    assert issued.state is RxState.REGISTERED
    return issued.number


async def test_a_prescription_is_registered_with_its_lines_and_printed(sandbox: Sandbox, tmp_path: Path) -> None:
    async with opened(sandbox, tmp_path) as kernel, kernel.use(EPRESCRIPTION) as rx:
        issued = await rx.issue(prescription(new()), PAPER_ALONE, acting=DOCTOR)
    held = sandbox.held()[issued.number]
    assert issued.state is RxState.REGISTERED
    assert issued.pdf.startswith(b"%PDF-1.4")
    assert [one["label"] for one in held["content"]["lines"]] == [PARACETAMOL.name]
    assert held["author"] == "899700000017"


async def test_issued_again_it_keeps_its_number_and_its_paper_and_is_sent_once(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    document, before = prescription(new()), len(sandbox.held())
    async with opened(sandbox, tmp_path) as kernel, kernel.use(EPRESCRIPTION) as rx:
        first = await rx.issue(document, PAPER_ALONE, acting=DOCTOR)
        again = await rx.issue(document, PAPER_ALONE, acting=DOCTOR)
    assert again == first
    assert len(sandbox.held()) == before + 1


async def test_two_calls_at_once_make_one_prescription(sandbox: Sandbox, tmp_path: Path) -> None:
    document, numbers = prescription(new()), set()
    before = len(sandbox.held())
    async with opened(sandbox, tmp_path) as kernel, kernel.use(EPRESCRIPTION) as rx:

        async def once() -> None:
            numbers.add((await rx.issue(document, PAPER_ALONE, acting=DOCTOR)).number)

        async with anyio.create_task_group() as tasks:
            for _ in range(3):
                tasks.start_soon(once)
    assert len(numbers) == 1
    assert len(sandbox.held()) == before + 1


async def test_another_content_under_the_same_identifier_is_refused(sandbox: Sandbox, tmp_path: Path) -> None:
    document = prescription(new())
    async with opened(sandbox, tmp_path) as kernel, kernel.use(EPRESCRIPTION) as rx:
        await rx.issue(document, PAPER_ALONE, acting=DOCTOR)
        with pytest.raises(IdempotencyConflict):
            await rx.issue(revised(document, comment="autre"), PAPER_ALONE, acting=DOCTOR)


async def test_a_lost_answer_is_asked_for_by_its_number_and_never_sent_twice(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.fault("lose_answer", times=1, transaction="register")
    seen = len(sandbox.ledger())
    async with opened(sandbox, tmp_path) as kernel, kernel.use(EPRESCRIPTION) as rx:
        issued = await rx.issue(prescription(new()), PAPER_ALONE, acting=DOCTOR)
    assert issued.state is RxState.REGISTERED
    assert [one["transaction"] for one in sandbox.ledger()[seen:]] == ["register", "consult"]


async def test_a_lost_request_is_sent_again_under_the_same_number(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.fault("lose_request", times=1, transaction="register")
    seen = len(sandbox.ledger())
    async with opened(sandbox, tmp_path) as kernel, kernel.use(EPRESCRIPTION) as rx:
        issued = await rx.issue(prescription(new()), PAPER_ALONE, acting=DOCTOR)
    assert issued.state is RxState.REGISTERED
    assert [one["transaction"] for one in sandbox.ledger()[seen:]] == ["register", "consult", "register"]


@pytest.mark.parametrize("fault", ["html", "http500", "garbage", "truncated"])
async def test_an_answer_that_makes_no_sense_is_asked_about(sandbox: Sandbox, tmp_path: Path, fault: str) -> None:
    sandbox.fault(fault, times=1, transaction="register")
    async with opened(sandbox, tmp_path) as kernel, kernel.use(EPRESCRIPTION) as rx:
        issued = await rx.issue(prescription(new()), PAPER_ALONE, acting=DOCTOR)
    assert issued.number in sandbox.held()


@pytest.mark.parametrize("fault", ["down", "soap_fault"])
async def test_a_base_that_is_down_leaves_a_paper_without_code(sandbox: Sandbox, tmp_path: Path, fault: str) -> None:
    before = sandbox.held()
    sandbox.fault(fault)
    async with opened(sandbox, tmp_path) as kernel, kernel.use(EPRESCRIPTION) as rx:
        issued = await rx.issue(prescription(new()), PAPER_ALONE, acting=DOCTOR)
    assert (issued.state, issued.number, issued.why) == (RxState.LOCAL_ONLY, "", "unavailable")
    assert sandbox.held() == before


async def test_local_is_final_even_when_the_base_is_back(sandbox: Sandbox, tmp_path: Path) -> None:
    document = prescription(new())
    async with opened(sandbox, tmp_path) as kernel, kernel.use(EPRESCRIPTION) as rx:
        sandbox.fault("down")
        local = await rx.issue(document, PAPER_ALONE, acting=DOCTOR)
        sandbox.clear()
        again = await rx.issue(document, PAPER_ALONE, acting=DOCTOR)
    assert again == local


async def test_what_the_base_took_too_late_is_cancelled_there_and_said(sandbox: Sandbox, tmp_path: Path) -> None:
    document = prescription(new())
    sandbox.fault("slow", seconds=0.6, transaction="register")
    sandbox.fault("lose_request", transaction="consult")
    async with opened(sandbox, tmp_path, settings={"decide_within": 0.3}) as kernel, kernel.use(EPRESCRIPTION) as rx:
        issued = await rx.issue(document, PAPER_ALONE, acting=DOCTOR)
        assert (issued.state, issued.why) == (RxState.LOCAL_ONLY, "undecided")
        sandbox.clear()
        with anyio.fail_after(10):
            async for event in kernel.events():
                if event.kind == "eprescription.withdrawn":
                    break
        life = await rx.standing(document.local_id)
    assert life.withdrawn
    assert sandbox.held()[life.number]["status"] == "cancelled"


async def test_an_identity_that_is_not_qualified_is_local_and_never_sent(sandbox: Sandbox, tmp_path: Path) -> None:
    patient = msgspec.structs.replace(JEANNE, status=InsStatus.VALIDATED)
    seen = len(sandbox.ledger())
    async with opened(sandbox, tmp_path) as kernel, kernel.use(EPRESCRIPTION) as rx:
        issued = await rx.issue(prescription(new(), patient=patient), PAPER_ALONE, acting=DOCTOR)
    assert (issued.state, issued.why) == (RxState.LOCAL_ONLY, "exempt")
    assert [finding.rule for finding in issued.warnings] == ["rx.ins"]
    assert len(sandbox.ledger()) == seen


async def test_a_product_the_base_does_not_know_is_corrected_under_the_same_number(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    unknown = msgspec.structs.replace(PARACETAMOL, code=msgspec.structs.replace(PARACETAMOL.code, code="60000000"))
    document = prescription(new())
    async with opened(sandbox, tmp_path) as kernel, kernel.use(EPRESCRIPTION) as rx:
        with pytest.raises(RegisterRefused) as refused:
            await rx.issue(revised(document, medicines=(line(medicine=unknown),)), PAPER_ALONE, acting=DOCTOR)
        rejected = await rx.standing(document.local_id)
        issued = await rx.issue(document, PAPER_ALONE, acting=DOCTOR)
    assert "produits" in refused.value.explain().sentence
    assert rejected.state is RxState.REJECTED
    assert (issued.state, issued.number) == (RxState.REGISTERED, rejected.number)


async def test_another_card_than_the_author_s_is_refused(sandbox: Sandbox, tmp_path: Path) -> None:
    async with opened(sandbox, tmp_path, card="lenoir_auth") as kernel, kernel.use(EPRESCRIPTION) as rx:
        with pytest.raises(RegisterRefused, match="not_author"):
            await rx.issue(prescription(new()), PAPER_ALONE, acting=DOCTOR)


async def test_a_secretary_does_not_prescribe(sandbox: Sandbox, tmp_path: Path) -> None:
    async with opened(sandbox, tmp_path) as kernel, kernel.use(EPRESCRIPTION) as rx:
        with pytest.raises(ActorRefused):
            await rx.issue(prescription(new()), PAPER_ALONE, acting=Actor.secretary("accueil"))


async def test_rules_stop_it_before_it_has_a_number(sandbox: Sandbox, tmp_path: Path) -> None:
    document = prescription(new())
    async with opened(sandbox, tmp_path) as kernel, kernel.use(EPRESCRIPTION) as rx:
        with pytest.raises(PrescriptionInvalid) as invalid:
            await rx.issue(revised(document, medicines=(line(ald=True),)), PAPER_ALONE, acting=DOCTOR)
        with pytest.raises(UnknownPrescription):
            await rx.standing(document.local_id)
    assert [finding.field for finding in invalid.value.findings] == ["body.kinds"]


async def test_it_is_dispensed_in_two_times_and_followed_line_by_line(sandbox: Sandbox, tmp_path: Path) -> None:
    async with opened(sandbox, tmp_path) as kernel, kernel.use(EPRESCRIPTION) as rx:
        document = revised(prescription(new()), medicines=(line(), line(medicine=_other())))
        number = (await rx.issue(document, PAPER_ALONE, acting=DOCTOR)).number
        await anyio.to_thread.run_sync(sandbox.dispense, number, GIVEN)
        first = await rx.refresh(number, acting=DOCTOR)
        second = {"line": "medicines[1]", "action": "substituted", "product": "GÉNÉRIQUE EXEMPLE"}
        await anyio.to_thread.run_sync(sandbox.dispense, number, second)
        with anyio.fail_after(10):
            changes = [change async for change in rx.follow(number, acting=DOCTOR)]
    assert first.state is RxState.PARTIALLY_DISPENSED
    dispensed = [change for change in changes if change.what == "dispensed"]
    assert [(one.lines[0].line, one.lines[0].product) for one in dispensed] == [
        ("medicines[0]", ""),
        ("medicines[1]", "GÉNÉRIQUE EXEMPLE"),
    ]
    assert changes[-1].state is RxState.DISPENSED


async def test_a_dispensation_that_the_pharmacy_takes_back_is_followed_too(sandbox: Sandbox, tmp_path: Path) -> None:
    async with opened(sandbox, tmp_path) as kernel, kernel.use(EPRESCRIPTION) as rx:
        number = await issued_number(rx, new())
        made = sandbox.dispense(number, GIVEN)
        assert (await rx.refresh(number, acting=DOCTOR)).state is RxState.DISPENSED
        httpx.post(f"{sandbox.pharmacy}api/dispensations/{made['identifier']}/cancel", timeout=10)
        assert (await rx.refresh(number, acting=DOCTOR)).state is RxState.REGISTERED


async def test_renewals_are_counted_before_it_is_all_dispensed(sandbox: Sandbox, tmp_path: Path) -> None:
    async with opened(sandbox, tmp_path) as kernel, kernel.use(EPRESCRIPTION) as rx:
        document = revised(prescription(new()), medicines=(line(renewals=1),))
        number = (await rx.issue(document, PAPER_ALONE, acting=DOCTOR)).number
        states = []
        for _ in range(2):
            sandbox.dispense(number, GIVEN)
            states.append((await rx.refresh(number, acting=DOCTOR)).state)
        exhausted = sandbox.dispense(number, GIVEN)
    assert states == [RxState.PARTIALLY_DISPENSED, RxState.DISPENSED]
    assert exhausted["code"] == "erx.exhausted"


async def test_a_patient_who_is_opposed_is_not_followed(sandbox: Sandbox, tmp_path: Path) -> None:
    seen = len(sandbox.ledger())
    async with opened(sandbox, tmp_path) as kernel, kernel.use(EPRESCRIPTION) as rx:
        document = revised(prescription(new()), follow_opposed=True)
        number = (await rx.issue(document, PAPER_ALONE, acting=DOCTOR)).number
        with pytest.raises(FollowOpposed):
            await rx.refresh(number, acting=DOCTOR)
    assert [one["transaction"] for one in sandbox.ledger()[seen:]] == ["register"]


async def test_it_is_cancelled_once_and_twice_is_as_good(sandbox: Sandbox, tmp_path: Path) -> None:
    async with opened(sandbox, tmp_path) as kernel, kernel.use(EPRESCRIPTION) as rx:
        number = await issued_number(rx, new())
        for _ in range(2):
            life = await rx.cancel(number, reason="Erreur", acting=DOCTOR)
    assert life.state is RxState.CANCELLED
    assert sandbox.held()[number]["status"] == "cancelled"


async def test_a_cancellation_whose_answer_is_lost_is_asked_about(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.fault("lose_answer", times=1, transaction="cancel")
    async with opened(sandbox, tmp_path) as kernel, kernel.use(EPRESCRIPTION) as rx:
        number = await issued_number(rx, new())
        assert (await rx.cancel(number, reason="Erreur", acting=DOCTOR)).state is RxState.CANCELLED


async def test_a_dispensed_one_is_neither_cancelled_nor_replaced(sandbox: Sandbox, tmp_path: Path) -> None:
    async with opened(sandbox, tmp_path) as kernel, kernel.use(EPRESCRIPTION) as rx:
        number = await issued_number(rx, new())
        sandbox.dispense(number, GIVEN)
        with pytest.raises(AlreadyDispensed):
            await rx.cancel(number, reason="Erreur", acting=DOCTOR)
        with pytest.raises(AlreadyDispensed):
            await rx.replace(number, prescription(new()), PAPER_ALONE, acting=DOCTOR)
    assert sandbox.held()[number]["status"] == "registered"


async def test_a_local_one_is_registered_by_a_replacement_on_order(sandbox: Sandbox, tmp_path: Path) -> None:
    old = new()
    async with opened(sandbox, tmp_path) as kernel, kernel.use(EPRESCRIPTION) as rx:
        sandbox.fault("down")
        await rx.issue(prescription(old), PAPER_ALONE, acting=DOCTOR)
        sandbox.clear()
        issued = await rx.replace(old, prescription(new()), PAPER_ALONE, acting=DOCTOR)
        before = await rx.standing(old)
    assert issued.state is RxState.REGISTERED
    assert (before.state, before.replaced_by) == (RxState.LOCAL_ONLY, issued.local_id)


async def test_a_replacement_takes_the_old_one_out_of_the_base(sandbox: Sandbox, tmp_path: Path) -> None:
    async with opened(sandbox, tmp_path) as kernel, kernel.use(EPRESCRIPTION) as rx:
        number = await issued_number(rx, new())
        issued = await rx.replace(number, prescription(new()), PAPER_ALONE, acting=DOCTOR)
        old = await rx.standing(number)
    held = sandbox.held()
    assert (held[number]["status"], held[issued.number]["status"]) == ("replaced", "registered")
    assert old.state is RxState.REPLACED


async def test_replaced_while_the_base_is_down_the_old_one_is_cancelled_when_it_is_back(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    async with opened(sandbox, tmp_path) as kernel, kernel.use(EPRESCRIPTION) as rx:
        number = await issued_number(rx, new())
        sandbox.fault("down")
        issued = await rx.replace(number, prescription(new()), PAPER_ALONE, acting=DOCTOR)
        sandbox.clear()
        with anyio.fail_after(10):
            while not (await rx.standing(number)).withdrawn:
                await anyio.sleep(0.05)
    assert issued.state is RxState.LOCAL_ONLY
    assert sandbox.held()[number]["status"] == "cancelled"


async def test_a_dispensation_document_is_read_back_onto_the_lines_once(sandbox: Sandbox, tmp_path: Path) -> None:
    async with opened(sandbox, tmp_path) as kernel, kernel.use(EPRESCRIPTION) as rx:
        number = await issued_number(rx, new())
        made = sandbox.dispense(number, {**GIVEN, "action": "substituted", "product": "GÉNÉRIQUE"})
        document = httpx.get(f"{sandbox.pharmacy}document/{made['identifier']}", timeout=10).content
        for _ in range(2):
            life = await rx.receive(document)
        asked = await rx.refresh(number, acting=DOCTOR)
    (given,) = life.dispensations
    assert (given.lines[0].line, given.lines[0].action, given.lines[0].product) == (
        "medicines[0]",
        "substituted",
        "GÉNÉRIQUE",
    )
    assert (life.state, asked.dispensations) == (RxState.DISPENSED, life.dispensations)


async def test_a_document_of_something_else_changes_nothing(sandbox: Sandbox, tmp_path: Path) -> None:
    async with opened(sandbox, tmp_path) as kernel, kernel.use(EPRESCRIPTION) as rx:
        for content in (b"", b"<a/>", b"%PDF"):
            with pytest.raises(DispensationUnreadable):
                await rx.receive(content)


async def test_what_is_local_is_neither_cancelled_nor_followed(sandbox: Sandbox, tmp_path: Path) -> None:
    document = prescription(new())
    async with opened(sandbox, tmp_path) as kernel, kernel.use(EPRESCRIPTION) as rx:
        await rx.issue(document, PAPER_ALONE, acting=DOCTOR, exempt="service non raccordé")
        with pytest.raises(WrongState):
            await rx.cancel(document.local_id, reason="Erreur", acting=DOCTOR)
        followed = [change.what async for change in rx.follow(document.local_id, acting=DOCTOR)]
    assert followed == ["numbered", "localised", "printed"]


def _other() -> Any:
    code = msgspec.structs.replace(PARACETAMOL.code, code="69999998")
    return msgspec.structs.replace(PARACETAMOL, name="AUTRE EXEMPLE 10 mg, gélule", code=code)
