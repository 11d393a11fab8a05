"""What one message leads to: an item, and what it says of which mail of ours."""

from __future__ import annotations

import msgspec
import pytest

from caducee_mss.history import What, steps_of
from caducee_mss.imap import Arrived, Cursor, Place
from caducee_mss.receiving import arrival
from caducee_mss.receiving.arrival import Arrivals, key_of
from caducee_mss.receiving.received import keep_received, received_as, received_in, still_open
from caducee_mss.sending.unreachable import unreachable
from caducee_mss.sent import Sent, keep_sent
from plugins.mss.tests.desk import Desk

pytestmark = pytest.mark.anyio
OURS = "<D1@medecin.test.mssante.fr>"


def arrived(content: bytes | None, *, fingerprint: str = "f1", uid: int = 7, size: int = 100) -> Arrived:
    return Arrived(
        place=Place("INBOX", 1),
        uid=uid,
        fingerprint=fingerprint,
        flags=frozenset(),
        received=None,
        size=size,
        content=content,
        after=Cursor(box="INBOX"),
    )


def report(
    *, action: str = "failed", status: str = "5.1.1", envelope: str = "", original: str = "", more: str = ""
) -> bytes:
    lines = [
        "From: postmaster@operateur.fr",
        "Subject: Rapport",
        "Message-ID: <r@operateur.fr>",
        *filter(None, [more]),
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b1",
        "",
        "--b1",
        "Content-Type: message/delivery-status",
        "",
        *([f"Original-Envelope-Id: {envelope}"] if envelope else ["Reporting-MTA: dns; operateur.fr"]),
        "",
        f"Final-Recipient: rfc822; x@b.fr\r\nAction: {action}\r\nStatus: {status}",
        "",
        *(["--b1", "Content-Type: text/rfc822-headers", "", f"Message-ID: {original}", ""] if original else []),
        "--b1--",
        "",
    ]
    return "\r\n".join(lines).encode()


async def desk(*, delivery_id: str = "D1", to_patient: bool = False) -> Desk:
    at = Desk()
    async with at.state.transaction() as tx:
        await keep_sent(
            tx,
            Sent(
                message_id=OURS,
                box="roux",
                recipient="x@b.fr",
                thread="<first@a.fr>",
                delivery_id=delivery_id,
                to_patient=to_patient,
            ),
        )
    return at


async def take(at: Desk, message: Arrived) -> str:
    arrivals = Arrivals(at)  # type: ignore[arg-type]
    one = await arrivals.of("roux", message)
    async with at.state.transaction() as tx:
        await arrivals.keep(tx, one)
    return one.item.kind


async def whats(at: Desk) -> list[What]:
    return [one.what for one in await steps_of(at.state, OURS)]


async def test_a_report_is_about_the_mail_of_its_envelope() -> None:
    at = await desk()
    assert await take(at, arrived(report(envelope="D1"))) == "mail_report"
    assert (await whats(at), [one.delivery_id for one in at.state.returned]) == ([What.RETURNED], ["D1"])


async def test_a_report_without_envelope_is_about_the_mail_that_it_brings_back() -> None:
    at = await desk()
    await take(at, arrived(report(original=OURS)))
    assert await whats(at) == [What.RETURNED]


async def test_a_report_about_a_mail_that_another_software_sent_says_nothing_of_ours_in_the_same_thread() -> None:
    at = await desk()
    await take(at, arrived(report(original="<web@operateur.fr>", more=f"References: {OURS} <web@operateur.fr>")))
    await take(at, arrived(report(more=f"References: {OURS} <web@operateur.fr>"), fingerprint="f2"))
    assert (await whats(at), at.state.returned) == ([], [])


async def test_a_report_that_names_no_mail_is_about_the_one_it_answers() -> None:
    at = await desk()
    await take(at, arrived(report(more=f"In-Reply-To: {OURS}")))
    assert await whats(at) == [What.RETURNED]


async def test_a_message_delivered_twice_is_followed_once_and_is_known_by_its_latest_place() -> None:
    at = await desk()
    await take(at, arrived(report(envelope="D1")))
    await take(at, arrived(report(envelope="D1"), uid=9))
    key = key_of("roux", arrived(report(envelope="D1")))
    found = await received_as(at.state, key)
    assert (await whats(at), len(at.state.returned), found and found.uid) == ([What.RETURNED], 1, 9)


async def test_what_was_filed_stays_filed_when_it_is_delivered_again() -> None:
    at = Desk()
    mail = arrived(b"Subject: x\r\nMessage-ID: <1@a.fr>\r\n\r\nBonjour")
    await take(at, mail)
    (kept,) = await still_open(at.state, "roux")
    async with at.state.transaction() as tx:
        await keep_received(tx, msgspec.structs.replace(kept, open=False))
    await take(at, msgspec.structs.replace(mail, uid=9))
    assert await still_open(at.state, "roux") == ()


async def test_a_mail_that_nobody_foresaw_arrives_unread_and_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr(arrival, "read_mail", breaks)
    at = Desk()
    assert await take(at, arrived(b"Subject: x\r\n\r\nBonjour")) == "mail"
    assert len(at.state.received) == 1


async def test_a_mail_too_large_is_told_without_its_content() -> None:
    at = Desk()
    assert await take(at, arrived(None)) == "mail_too_large"


async def test_a_patient_without_mailbox_is_written_to_no_more() -> None:
    at = await desk(to_patient=True)
    await take(at, arrived(report(envelope="D1")))
    stopped = await unreachable(at.state, "X@b.fr")
    assert stopped is not None
    assert stopped.why == "no_mailbox"


async def test_a_returned_answer_is_a_step_and_opens_no_delivery() -> None:
    at = await desk(delivery_id="")
    await take(at, arrived(report(original=OURS)))
    assert (await whats(at), at.state.returned, at.state.events) == ([What.RETURNED], [], [])


async def test_an_answer_joins_the_conversation_of_the_mail_it_answers_and_a_report_is_no_open_mail() -> None:
    at = await desk()
    await take(at, arrived(f"Message-ID: <2@b.fr>\r\nIn-Reply-To: {OURS}\r\n\r\nMerci".encode()))
    await take(at, arrived(report(envelope="D1"), fingerprint="f2"))
    found = await received_in(at.state, "<first@a.fr>")
    assert sorted((one.message_id, one.report) for one in found) == [("<2@b.fr>", False), ("<r@operateur.fr>", True)]
    assert [one.message_id for one in await still_open(at.state, "roux")] == ["<2@b.fr>"]


async def test_another_message_that_borrows_an_identifier_is_another_item() -> None:
    at = Desk()
    await take(at, arrived(b"Message-ID: <1@a.fr>\r\n\r\nBonjour"))
    await take(at, arrived(b"Message-ID: <1@a.fr>\r\n\r\nAutre chose"))
    assert len(at.state.received) == 2
