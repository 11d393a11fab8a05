"""Who is written to, and answers to mails as others write them."""

from __future__ import annotations

import msgspec
import pytest

from caducee.errors import ConfigError
from caducee_mss.api import Incoming
from caducee_mss.message import is_message_id
from caducee_mss.post import Post
from caducee_mss.reading import read_mail
from caducee_mss.sending.refusals import PatientByIdentity
from caducee_mss.sending.writing import Writer
from plugins.mss.tests.desk import ROUX, Desk

pytestmark = pytest.mark.anyio
PATIENT = "279035121518989@patient.test.mssante.fr"


def writer(desk: Desk) -> Writer:
    return Writer(desk, Post(desk))  # type: ignore[arg-type]


def desk() -> Desk:
    return Desk(roux=msgspec.structs.replace(ROUX, label="Dr Roux"))


def came(head: str, *, sender: str = "a@labo.mssante.fr", box: str = "roux") -> Incoming:
    content = f"From: {sender}\r\n{head}\r\n\r\nBonjour\r\n".encode()
    return Incoming(
        key="k", box=box, folder="INBOX", uidvalidity=1, uid=7, received="", message_id="", thread="", content=content
    )


@pytest.mark.parametrize(
    "head",
    [
        "Subject: x\r\nMessage-ID: <sans-domaine>",
        f"Subject: x\r\nMessage-ID: <{'a' * 300}@labo.fr>",
        "Subject: x\r\nMessage-ID: <1@labo.fr>\r\nReferences: <sans-domaine> <2@labo.fr>",
        f"Subject: {'très long ' * 80}\r\nMessage-ID: <1@labo.fr>",
    ],
)
async def test_a_mail_whose_head_is_odd_is_answered(head: str) -> None:
    written = await writer(desk()).answer(came(head), "Merci", closes_exchange=False)
    read = read_mail(written.content)
    assert read.title.startswith("Re: ")
    assert all(map(is_message_id, (*read.references, *filter(None, [read.in_reply_to]))))


async def test_a_patient_is_written_to_by_their_identity_and_not_by_an_address() -> None:
    with pytest.raises(PatientByIdentity):
        await writer(desk()).plain(author="roux", to=PATIENT, subject="x", text="x", key="1", closes_exchange=False)


async def test_an_answer_to_a_patient_is_known_as_one() -> None:
    made = writer(desk())
    head = "Subject: x\r\nMessage-ID: <1@a.fr>"
    assert (await made.answer(came(head, sender=PATIENT), "Merci", closes_exchange=False)).to_patient
    assert not (await made.answer(came(head), "Merci", closes_exchange=False)).to_patient


async def test_what_stands_for_a_mail_in_lists_is_no_digest_of_a_patient_s_matricule() -> None:
    at = desk()
    made = writer(at)
    written = await made.answer(came("Subject: x", sender=PATIENT), "Merci", closes_exchange=False)
    other = await made.answer(came("Subject: x", sender=PATIENT.upper()), "Et encore", closes_exchange=False)
    async with at.state.transaction() as tx:
        await made.hand_over(tx, written)
        await made.hand_over(tx, other)
    assert {one.reference for one in at.state.parcels.values()} == {""}


async def test_a_box_that_is_configured_no_more_is_a_configuration_that_lacks_it() -> None:
    with pytest.raises(ConfigError):
        await writer(desk()).answer(came("Subject: x", box="ancienne"), "Merci", closes_exchange=False)
    with pytest.raises(ConfigError):
        async with Post(desk()).opened("ancienne"):  # type: ignore[arg-type]
            pass
