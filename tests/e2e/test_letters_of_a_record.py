"""The letters of a patient go with their record: what was sent, what came back, what was answered."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import anyio
import httpx
import msgspec
import pytest

from caducee import Audience
from caducee.errors import PatientOpposed
from caducee.portability.json import from_json, to_json
from caducee.portability.xdm import from_xdm, to_xdm
from caducee.sharing.opposition import Opposition, Scope
from caducee_demo.practice import Practice, set_up
from caducee_demo.sandbox import Control
from caducee_mss import MSS, Correspondent, IntegrationOutcome, PatientMail, incoming, read_mail
from tests.e2e.desk import DOCTOR, JEANNE, letter, qualified
from tests.e2e.mailing import LENOIR_BOX, mailing, with_mail
from tests.e2e.test_secure_mail import ROUX, ROUX_BOX, mailbox, next_item
from tests.e2e.test_shared_record import APPLICATION, PACE, _handed_over

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(120)]


async def test_letters_sent_received_and_answered_are_carried_and_are_the_same_elsewhere(
    practice: Practice, control: Control, sandbox: dict[str, Any], tmp_path: Path
) -> None:
    patient = qualified(JEANNE, sandbox)
    address = sandbox["mail"]["patients"][JEANNE.traits.birth_name]
    async with mailing(with_mail(practice, boxes=ROUX), practice, patient) as kernel:
        audience = Audience(Correspondent(address=LENOIR_BOX), PatientMail())
        ticket = await kernel.documents.publish(
            letter(patient), audience=audience, acting=DOCTOR, idempotency_key=str(uuid4())
        )
        with anyio.fail_after(30):
            await ticket.settled()
        last = mailbox(sandbox, address)[-1]
        asked = {"sender": address, "to": ROUX_BOX, "subject": "Re", "text": "Merci docteur", "answers": last["uid"]}
        httpx.post(f"{sandbox['control']}/mail/write", json=asked).raise_for_status()
        with anyio.fail_after(30):
            while incoming((item := await next_item(kernel, "patient_mail")).content).answers != ticket.document_id:
                await kernel.inbox.filed(item, acting=DOCTOR)
        async with kernel.use(MSS) as mss:
            await mss.filed(item, outcome=IntegrationOutcome(), acting=DOCTOR, local_id=patient.local_id)
            answered = await mss.answer(item, "Avec plaisir.", acting=DOCTOR)
        await kernel.inbox.filed(item, acting=DOCTOR)
        with anyio.fail_after(30):
            while answered not in [one["message_id"] for one in mailbox(sandbox, address)]:
                await anyio.sleep(0.1)
        given = await kernel.records.export_record(patient, acting=DOCTOR)
        archive = to_xdm(given, _handed_over(kernel, patient), application=APPLICATION)
    mails = {one.document_id: read_mail(one.content or b"") for one in given.kept["mss"].documents}
    assert len(mails) == 4
    sealed = given.sent[0].content
    assert [one.content for mail in mails.values() for one in mail.documents] == [sealed, sealed]
    assert any("Merci docteur" in mail.text for mail in mails.values())
    assert "mail.filed_in" in [line.action for line in given.audit]
    assert b"jeton-" not in to_json(given)
    elsewhere = set_up(tmp_path / "elsewhere", sandbox, pace=PACE)
    unread = {"roux": {**ROUX["roux"], "receive": False}}  # what arrives there meanwhile would be news
    async with mailing(with_mail(elsewhere, boxes=unread), elsewhere, patient) as kernel:
        for record in (from_json(to_json(given)), from_xdm(archive)):
            await kernel.records.import_record(record, into=patient, acting=DOCTOR)
            there = await kernel.records.export_record(patient, acting=DOCTOR)
            assert there.kept == given.kept
            assert there.sent == given.sent


async def test_a_patient_who_is_against_mail_is_not_written_to_until_that_is_lifted(
    practice: Practice, control: Control, sandbox: dict[str, Any]
) -> None:
    patient = qualified(JEANNE, sandbox)
    what = {"author": "roux", "to": patient, "subject": "Rendez-vous", "text": "Bonjour", "acting": DOCTOR}
    against = Opposition(scope=Scope.PATIENT_MAIL, motive="refus", noted_by="Dr Roux", since=date.today())
    async with mailing(with_mail(practice, boxes=ROUX), practice, patient) as kernel, kernel.use(MSS) as mss:
        noted = await kernel.sharing.oppose(patient.local_id, against, acting=DOCTOR)
        with pytest.raises(PatientOpposed):
            await mss.write(**what, key="1")
        assert (await kernel.records.export_record(patient, acting=DOCTOR)).kept.get("mss") is None
        await kernel.sharing.lift(noted.opposition_id, acting=DOCTOR)
        of_one_type = msgspec.structs.replace(against, documents=("57833-6",))
        await kernel.sharing.oppose(patient.local_id, of_one_type, acting=DOCTOR)
        assert await mss.write(**what, key="1")
