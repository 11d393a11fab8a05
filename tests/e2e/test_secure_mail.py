"""One sealed document for the record, a colleague and the patient; and what comes back."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import anyio
import httpx
import pytest

from caducee import Actor, Announce, Audience, Kernel
from caducee.contracts.inbox import InboxItem
from caducee.outbox.contract import DeliveryState
from caducee_demo.practice import Practice
from caducee_demo.sandbox import Control
from caducee_dmp import Dmp
from caducee_mss import MSS, Correspondent, IntegrationOutcome, PatientMail, incoming, read_mail
from caducee_mss.message.receipts import ReceiptCode
from caducee_mss.shared_box.claims import AlreadyClaimed, AlreadyFiled
from tests.e2e.desk import DOCTOR, HUGO, JEANNE, letter, qualified
from tests.e2e.mailing import LENOIR_BOX, ROUX_BOX, SHARED_BOX, LoggedIn, mailing, with_mail

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(120)]
ROUX = {"roux": {"address": ROUX_BOX, "practitioner": "roux"}}
LENOIR = {"lenoir": {"address": LENOIR_BOX, "practitioner": "lenoir"}}


def mailbox(sandbox: dict[str, Any], address: str, folder: str = "INBOX") -> list[dict[str, Any]]:
    answer = httpx.get(f"{sandbox['control']}/mail/{address}", timeout=10)
    answer.raise_for_status()
    found: list[dict[str, Any]] = answer.json().get(folder, [])
    return found


def whole(sandbox: dict[str, Any], address: str, uid: int) -> bytes:

    answer = httpx.get(f"{sandbox['control']}/mail/{address}/{uid}", timeout=10).json()
    return base64.b64decode(answer["content"])


async def until(holds: Callable[[], Any], seconds: float = 20.0) -> Any:
    with anyio.fail_after(seconds):
        while True:
            found = await anyio.to_thread.run_sync(holds)
            if found:
                return found
            await anyio.sleep(0.1)


async def next_item(kernel: Kernel, kind: str) -> InboxItem:
    with anyio.fail_after(30):
        while True:
            item = await kernel.inbox.take(kinds=(kind,))
            if item is not None:
                return item
            await anyio.sleep(0.05)


async def test_one_document_reaches_the_record_a_colleague_and_the_patient(
    practice: Practice, control: Control, sandbox: dict[str, Any]
) -> None:
    patient = qualified(JEANNE, sandbox)
    before = len(mailbox(sandbox, LENOIR_BOX))
    async with mailing(with_mail(practice, boxes=ROUX), practice, patient) as kernel:
        ticket = await kernel.documents.publish(
            letter(patient),
            audience=Audience(Dmp(), Correspondent(address=LENOIR_BOX), PatientMail()),
            acting=DOCTOR,
            idempotency_key=str(uuid4()),
        )
        with anyio.fail_after(40):
            deliveries = await ticket.settled()
        assert [str(one.state) for one in deliveries] == ["delivered"] * 3
        sealed = await kernel.documents.sealed_bytes(ticket.document_id)
    (arrived, *_) = reversed(mailbox(sandbox, LENOIR_BOX)[before:])
    received = read_mail(whole(sandbox, LENOIR_BOX, arrived["uid"]))
    assert [one.content for one in received.documents] == [sealed]
    assert received.codes == ("11488-4",)
    patient_box = sandbox["mail"]["patients"][JEANNE.traits.birth_name]
    (in_patient_box, *_) = reversed(mailbox(sandbox, patient_box))
    assert [one.content for one in read_mail(whole(sandbox, patient_box, in_patient_box["uid"])).documents] == [sealed]


async def test_what_the_patient_must_be_told_first_reaches_the_colleague_alone(
    practice: Practice, control: Control, sandbox: dict[str, Any]
) -> None:
    patient = qualified(JEANNE, sandbox)
    async with mailing(with_mail(practice, boxes=ROUX), practice, patient) as kernel:
        ticket = await kernel.documents.publish(
            letter(patient),
            audience=Audience(Dmp(), Correspondent(address=LENOIR_BOX), PatientMail()),
            acting=DOCTOR,
            idempotency_key=str(uuid4()),
            announce=Announce("Dr Roux"),
        )
        with anyio.fail_after(20):
            rows = await ticket.deliveries()
            while sum(one.state is DeliveryState.DELIVERED for one in rows) < 2:
                await anyio.sleep(0.05)
                rows = await ticket.deliveries()
        assert [(one.row.kind, str(one.state), one.why) for one in rows] == [
            ("dmp", "delivered", ""),  # hidden from the patient until then
            ("dmp", "blocked", "announcement"),
            ("mss", "delivered", ""),
            ("patient_mail", "blocked", "announcement"),
        ]
        await kernel.documents.announced(ticket, acting=DOCTOR)
        with anyio.fail_after(40):
            assert {str(one.state) for one in await ticket.settled()} == {"delivered"}


async def test_a_received_document_is_filed_once_and_its_sender_learns_it(
    practice: Practice, control: Control, sandbox: dict[str, Any]
) -> None:
    patient = qualified(JEANNE, sandbox)
    async with mailing(with_mail(practice, boxes={**ROUX, **LENOIR}), practice, patient) as kernel:
        ticket = await kernel.documents.publish(
            letter(patient),
            audience=Audience(Correspondent(address=LENOIR_BOX, read_receipt=True)),
            acting=DOCTOR,
            idempotency_key=str(uuid4()),
        )
        with anyio.fail_after(30):
            await ticket.settled()
            while True:
                item = await next_item(kernel, "mail")
                mail = incoming(item.content)
                if mail.message_id.startswith(f"<{(await ticket.deliveries())[0].row.delivery_id}"):
                    break
                await kernel.inbox.filed(item, acting=DOCTOR)
        lenoir = Actor.doctor("Dr Dominique Lenoir")
        async with kernel.use(MSS) as mss:
            await mss.filed(item, outcome=IntegrationOutcome(), acting=lenoir)
            await kernel.inbox.filed(item, acting=lenoir)
            assert (await mss.standing(mail.key)).filed_by == "doctor:Dr Dominique Lenoir"
            with anyio.fail_after(30):
                while "integrated" not in [
                    str(step.what) for line in await mss.of_document(ticket.document_id) for step in line.steps
                ]:
                    await anyio.sleep(0.1)


async def test_a_receiver_who_does_not_know_the_patient_opens_the_delivery_again(
    practice: Practice, control: Control, sandbox: dict[str, Any]
) -> None:
    patient = qualified(JEANNE, sandbox)
    httpx.post(f"{sandbox['control']}/mail/receipts", json={"address": LENOIR_BOX, "answer": "902"}).raise_for_status()
    try:
        async with mailing(with_mail(practice, boxes=ROUX), practice, patient) as kernel:
            ticket = await kernel.documents.publish(
                letter(patient),
                audience=Audience(Correspondent(address=LENOIR_BOX, read_receipt=True)),
                acting=DOCTOR,
                idempotency_key=str(uuid4()),
            )
            with anyio.fail_after(30):
                (delivery,) = await ticket.reached(DeliveryState.BLOCKED)
            assert (delivery.why, delivery.row.code) == ("operator", f"mss.integration_{ReceiptCode.PATIENT_UNKNOWN}")
            assert "ne connaît pas ce patient" in delivery.explanation.sentence
            assert delivery.row.attempts == 1
    finally:
        httpx.post(f"{sandbox['control']}/mail/receipts", json={"address": LENOIR_BOX, "answer": "none"})


async def test_a_patient_without_mailbox_is_not_written_to_again_until_a_person_says_so(
    practice: Practice, control: Control, sandbox: dict[str, Any]
) -> None:
    patient = qualified(HUGO, sandbox)
    async with mailing(with_mail(practice, boxes=ROUX), practice, patient) as kernel:
        first = await kernel.documents.publish(
            letter(patient), audience=Audience(PatientMail()), acting=DOCTOR, idempotency_key=str(uuid4())
        )
        with anyio.fail_after(30):
            (delivery,) = await first.reached(DeliveryState.NOT_APPLICABLE)
        assert (delivery.why, delivery.row.attempts) == ("no_mailbox", 1)
        second = await kernel.documents.publish(
            letter(patient), audience=Audience(PatientMail()), acting=DOCTOR, idempotency_key=str(uuid4())
        )
        with anyio.fail_after(30):
            (stopped,) = await second.reached(DeliveryState.NOT_APPLICABLE)
        assert (stopped.why, stopped.row.receipt, stopped.row.attempts) == ("no_mailbox", None, 0)
        async with kernel.use(MSS) as mss:
            await mss.write_again(patient, acting=DOCTOR)
        third = await kernel.documents.publish(
            letter(patient), audience=Audience(PatientMail()), acting=DOCTOR, idempotency_key=str(uuid4())
        )
        with anyio.fail_after(30):
            (again,) = await third.reached(DeliveryState.NOT_APPLICABLE)
        assert again.row.attempts == 1


async def test_without_a_log_in_mail_waits_and_the_record_gets_its_letter(
    practice: Practice, control: Control, sandbox: dict[str, Any]
) -> None:
    patient = qualified(JEANNE, sandbox)
    login = LoggedIn(sandbox["control"])
    login.expired = True
    async with mailing(with_mail(practice, boxes=ROUX), practice, patient, login=login) as kernel:
        ticket = await kernel.documents.publish(
            letter(patient),
            audience=Audience(Dmp(), Correspondent(address=LENOIR_BOX)),
            acting=DOCTOR,
            idempotency_key=str(uuid4()),
        )
        with anyio.fail_after(30):
            while (rows := await ticket.deliveries())[1].why != "login" or rows[0].state is not DeliveryState.DELIVERED:
                await anyio.sleep(0.05)
        assert rows[1].state is DeliveryState.BLOCKED


SHARED = {"accueil": {"address": SHARED_BOX, "kind": "organisation", "practitioner": "roux"}}


async def arrived_in_shared_box(sandbox: dict[str, Any], subject: str) -> None:
    asked = {"sender": LENOIR_BOX, "to": SHARED_BOX, "subject": subject, "text": "Bonjour"}
    async with httpx.AsyncClient() as client:
        (await client.post(f"{sandbox['control']}/mail/write", json=asked)).raise_for_status()


async def item_about(kernel: Kernel, subject: str) -> InboxItem:
    """Return the item of that subject; others are filed."""
    while True:
        item = await next_item(kernel, "mail")
        if read_mail(incoming(item.content).content).subject == subject:
            return item
        await kernel.inbox.filed(item, acting=DOCTOR)


async def test_desks_with_separate_stores_see_each_other_through_the_operator_s_server(
    practice: Practice, control: Control, sandbox: dict[str, Any]
) -> None:
    first = with_mail(practice, boxes=SHARED)
    second = with_mail(practice, boxes=SHARED, name="second.toml")
    second.write_text(second.read_text().replace('data_dir = "data"', 'data_dir = "second"'))
    subject = f"Question {uuid4()}"
    anna, bruno = Actor.secretary("anna"), Actor.secretary("bruno")
    await arrived_in_shared_box(sandbox, subject)
    async with mailing(first, practice) as here, mailing(second, practice) as there:
        mine, theirs = await item_about(here, subject), await item_about(there, subject)
        key = incoming(mine.content).key
        async with here.use(MSS) as a, there.use(MSS) as b:
            await a.claim(key, acting=anna)
            with anyio.fail_after(20):
                while (await b.standing(incoming(theirs.content).key)).claimed_by != "un autre poste":
                    await anyio.sleep(0.05)
            assert [one.marks for one in b.boxes()] == [True]
            await a.filed(mine, outcome=IntegrationOutcome(), acting=anna)
            with anyio.fail_after(20):
                while not (await b.standing(incoming(theirs.content).key)).is_filed:
                    await anyio.sleep(0.05)
            with pytest.raises(AlreadyFiled):
                await b.filed(theirs, outcome=IntegrationOutcome(), acting=bruno)


async def test_the_patient_s_answer_joins_the_thread_of_our_mail(
    practice: Practice, control: Control, sandbox: dict[str, Any]
) -> None:
    patient = qualified(JEANNE, sandbox)
    address = sandbox["mail"]["patients"][JEANNE.traits.birth_name]
    async with mailing(with_mail(practice, boxes=ROUX), practice, patient) as kernel:
        ticket = await kernel.documents.publish(
            letter(patient), audience=Audience(PatientMail()), acting=DOCTOR, idempotency_key=str(uuid4())
        )
        with anyio.fail_after(30):
            await ticket.settled()
        last = mailbox(sandbox, address)[-1]
        asked = {"sender": address, "to": ROUX_BOX, "subject": "Re", "text": "Merci docteur", "answers": last["uid"]}
        httpx.post(f"{sandbox['control']}/mail/write", json=asked).raise_for_status()
        while True:
            item = await next_item(kernel, "patient_mail")
            received = incoming(item.content)
            if received.answers == ticket.document_id:
                break
            await kernel.inbox.filed(item, acting=DOCTOR)
        async with kernel.use(MSS) as mss:
            lines = await mss.timeline(received.thread)
            assert [one.sent for one in lines] == [True, False]
            answered = await mss.answer(item, "Avec plaisir.", acting=DOCTOR, closes_exchange=True)
            assert await mss.answer(item, "Avec plaisir.", acting=DOCTOR, closes_exchange=True) == answered
            with anyio.fail_after(30):
                while len(await mss.timeline(received.thread)) != 3:
                    await anyio.sleep(0.1)
        with anyio.fail_after(30):
            while [one["message_id"] for one in mailbox(sandbox, address)].count(answered) != 1:
                await anyio.sleep(0.1)
        (closed,) = [one for one in mailbox(sandbox, address) if one["message_id"] == answered]
        assert b"X-MSS-MES: FIN" in whole(sandbox, address, closed["uid"])


async def test_a_received_letter_is_proposed_for_the_record_of_its_patient_and_known_when_it_comes_again(
    practice: Practice, control: Control, sandbox: dict[str, Any]
) -> None:
    patient = qualified(JEANNE, sandbox)
    async with mailing(with_mail(practice, boxes={**ROUX, **LENOIR}), practice, patient) as kernel:
        ticket = await kernel.documents.publish(
            letter(patient),
            audience=Audience(Correspondent(address=LENOIR_BOX)),
            acting=DOCTOR,
            idempotency_key=str(uuid4()),
        )
        with anyio.fail_after(30):
            (delivery,) = await ticket.settled()
        async with kernel.use(MSS) as mss:
            with anyio.fail_after(30):
                while True:
                    item = await next_item(kernel, "mail")
                    if delivery.row.delivery_id in incoming(item.content).message_id:
                        break
                    await kernel.inbox.filed(item, acting=DOCTOR)
            (proposed,) = (await mss.propose(item)).documents
            assert (str(proposed.outcome), proposed.local_id) == ("file", patient.local_id)
            await mss.filed(item, outcome=IntegrationOutcome(), acting=DOCTOR, local_id=patient.local_id)
            (again,) = (await mss.propose(item)).documents
            assert str(again.outcome) == "duplicate"


async def test_eight_doctors_and_three_secretaries_work_one_box_and_file_each_mail_once(
    practice: Practice, control: Control, sandbox: dict[str, Any]
) -> None:
    people = [Actor.doctor(f"Dr {name}") for name in "ABCDEFGH"] + [Actor.secretary(name) for name in "xyz"]
    subjects = {f"Courrier {number} {uuid4()}" for number in range(24)}
    for subject in sorted(subjects):
        await arrived_in_shared_box(sandbox, subject)
    filed: list[tuple[str, str]] = []
    refused: list[str] = []

    async def work(kernel: Kernel, who: Actor) -> None:
        async with kernel.use(MSS) as mss:
            while {subject for subject, _ in filed} != subjects:
                item = await kernel.inbox.take(kinds=("mail",))
                if item is None:
                    await anyio.sleep(0.05)
                    continue
                mail = incoming(item.content)
                subject = read_mail(mail.content).subject
                await mss.claim(mail.key, acting=who)
                await mss.read_by(mail.key, acting=who)
                for other in people:
                    if other != who:
                        with pytest.raises(AlreadyClaimed):
                            await mss.claim(mail.key, acting=other)
                        refused.append(other.named)
                await mss.filed(item, outcome=IntegrationOutcome(), acting=who)
                await kernel.inbox.filed(item, acting=who)
                if subject in subjects:
                    filed.append((subject, who.named))

    async with mailing(with_mail(practice, boxes=SHARED), practice) as kernel:
        with anyio.fail_after(90):
            async with anyio.create_task_group() as group:
                for who in people:
                    group.start_soon(work, kernel, who)
    assert sorted(subject for subject, _ in filed) == sorted(subjects)
    assert len(refused) >= 10 * len(subjects)
    assert len({who for _, who in filed}) > 1


async def test_an_answer_lost_after_the_final_dot_sends_no_second_mail(
    practice: Practice, control: Control, sandbox: dict[str, Any]
) -> None:
    patient = qualified(JEANNE, sandbox)
    await anyio.to_thread.run_sync(lambda: control.fault("mail", "drop_after_dot", times=1))
    before = len(mailbox(sandbox, LENOIR_BOX))
    async with mailing(with_mail(practice, boxes=ROUX), practice, patient) as kernel:
        ticket = await kernel.documents.publish(
            letter(patient),
            audience=Audience(Correspondent(address=LENOIR_BOX)),
            acting=DOCTOR,
            idempotency_key=str(uuid4()),
        )
        with anyio.fail_after(60):
            (delivery,) = await ticket.settled()
    assert delivery.state is DeliveryState.DELIVERED
    assert delivery.row.receipt is not None
    assert delivery.row.receipt.found_by_probe
    assert len(mailbox(sandbox, LENOIR_BOX)) == before + 1


async def test_a_refused_token_is_renewed_once_and_the_mail_leaves(
    practice: Practice, control: Control, sandbox: dict[str, Any]
) -> None:
    patient = qualified(JEANNE, sandbox)
    login = LoggedIn(sandbox["control"])
    boxes = {"roux": {**ROUX["roux"], "receive": False}}
    await anyio.to_thread.run_sync(lambda: control.fault("mail", "refuse_and_drop", times=1))
    async with mailing(with_mail(practice, boxes=boxes), practice, patient, login=login) as kernel:
        ticket = await kernel.documents.publish(
            letter(patient),
            audience=Audience(Correspondent(address=LENOIR_BOX)),
            acting=DOCTOR,
            idempotency_key=str(uuid4()),
        )
        with anyio.fail_after(60):
            (delivery,) = await ticket.settled()
    assert (delivery.state, delivery.row.attempts, login.evicted) == (DeliveryState.DELIVERED, 1, 1)


async def test_a_revoked_server_gets_no_mail_until_it_is_good_again(
    practice: Practice, control: Control, sandbox: dict[str, Any]
) -> None:
    patient = qualified(JEANNE, sandbox)
    httpx.post(f"{sandbox['control']}/revocation", json={"state": "revoked"}).raise_for_status()
    before = len(mailbox(sandbox, LENOIR_BOX))
    try:
        async with mailing(with_mail(practice, boxes=ROUX), practice, patient) as kernel:
            ticket = await kernel.documents.publish(
                letter(patient),
                audience=Audience(Correspondent(address=LENOIR_BOX)),
                acting=DOCTOR,
                idempotency_key=str(uuid4()),
            )
            with anyio.fail_after(30):
                while not (row := (await ticket.deliveries())[0].row).code:
                    await anyio.sleep(0.05)
            assert row.code == "mss.tls_untrusted"
            assert len(mailbox(sandbox, LENOIR_BOX)) == before
    finally:
        httpx.post(f"{sandbox['control']}/revocation", json={"state": "good"}).raise_for_status()
