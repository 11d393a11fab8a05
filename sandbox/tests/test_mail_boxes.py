"""The mailboxes, read by imapclient: folders, messages, flags, copies, waiting, and what goes wrong."""

from __future__ import annotations

import base64
import email
import email.policy
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError
from sandbox_rig.client import control
from sandbox_rig.mail import LENOIR, OFFICE, PROGRAM, ROUX, imap, letter, smtp, trusted

Described = dict[str, Any]


@pytest.fixture
def disturb(sandbox: Described) -> Iterator[Callable[..., Any]]:
    def set_fault(fault: str, **more: Any) -> Any:
        return control(sandbox, "POST", "/faults", {"service": "mail", "fault": fault, **more})

    yield set_fault
    control(sandbox, "DELETE", "/faults")


@pytest.fixture
def box(sandbox: Described) -> Iterator[IMAPClient]:
    client = imap(sandbox)
    yield client
    client.shutdown()


def asked(sandbox: Described, path: str, **what: Any) -> Any:
    return control(sandbox, "POST", f"/mail/{path}", what)


def last(sandbox: Described, address: str, count: int = 1) -> list[email.message.EmailMessage]:
    listed = control(sandbox, "GET", f"/mail/{address}")["INBOX"][-count:]
    found = [control(sandbox, "GET", f"/mail/{address}/{m['uid']}") for m in listed]
    return [
        email.message_from_bytes(base64.b64decode(m["content"]), policy=email.policy.default)  # type: ignore[misc]
        for m in found
    ]


def test_folders_have_accents_and_uses(box: IMAPClient) -> None:
    folders = {name: flags for flags, _, name in box.list_folders()}
    assert {"INBOX", "Envoyés", "Corbeille"} <= set(folders)
    assert box.find_special_folder(b"\\Sent") == "Envoyés"


def test_a_copy_is_kept_flagged_moved_and_removed(box: IMAPClient) -> None:
    at = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
    content = letter(LENOIR).as_bytes(policy=email.policy.SMTP)
    answer = box.append("Envoyés", content, flags=[b"\\Seen"], msg_time=at)
    uid = int(answer.split(b"]")[0].split()[-1])
    box.select_folder("Envoyés")
    fetched = box.fetch([uid], ["BODY.PEEK[]", "FLAGS", "INTERNALDATE", "RFC822.SIZE"])[uid]
    assert fetched[b"BODY[]"] == content
    assert fetched[b"RFC822.SIZE"] == len(content)
    assert fetched[b"INTERNALDATE"].astimezone(UTC) == at
    assert box.add_flags([uid], ["$Classe"])[uid] == (b"$Classe", b"\\Seen")
    box.move([uid], "Corbeille")
    assert uid not in box.search()
    box.select_folder("Corbeille")
    [moved] = box.search(["HEADER", "Message-ID", email.message_from_bytes(content)["Message-ID"]])
    box.delete_messages([moved])
    box.expunge([moved])
    assert moved not in box.search()


def test_peeking_marks_nothing_and_reading_does(sandbox: Described, box: IMAPClient) -> None:
    uid = asked(sandbox, "deliver", to=ROUX, content=base64.b64encode(b"Subject: x\r\n\r\ny\r\n").decode())["uid"]
    box.select_folder("INBOX")
    assert box.fetch([uid], ["BODY.PEEK[HEADER.FIELDS (SUBJECT)]", "FLAGS"])[uid][b"FLAGS"] == ()
    box.fetch([uid], ["BODY[]"])
    assert box.fetch([uid], ["FLAGS"])[uid][b"FLAGS"] == (b"\\Seen",)


def test_waiting_tells_of_new_mail(sandbox: Described, box: IMAPClient) -> None:
    box.select_folder("INBOX")
    box.idle()
    asked(sandbox, "write", sender=LENOIR, to=ROUX, subject="Avis", text="Merci")
    assert any(word == b"EXISTS" for _, word in box.idle_check(timeout=20))
    box.idle_done()


def test_a_folder_numbered_anew_ends_who_reads_it(sandbox: Described, box: IMAPClient) -> None:
    asked(sandbox, "write", sender=LENOIR, to=OFFICE, subject="un", text="deux")
    first = imap(sandbox, OFFICE)
    before = first.select_folder("INBOX")[b"UIDVALIDITY"]
    after = asked(sandbox, "renumber", address=OFFICE)["uidvalidity"]
    with pytest.raises((IMAPClientAbortError, IMAPClientError)):
        first.noop()
    again = imap(sandbox, OFFICE)
    assert again.select_folder("INBOX")[b"UIDVALIDITY"] == after != before
    assert again.search()[0] == 1
    again.shutdown()
    first.shutdown()


def test_a_dead_token_opens_nothing(sandbox: Described) -> None:
    place = sandbox["mail"]["imaps"]
    client = IMAPClient("localhost", place["port"], ssl_context=trusted(sandbox), timeout=20)
    with pytest.raises(LoginError):
        client.oauth2_login(ROUX, "inconnu")
    client.shutdown()


@pytest.mark.parametrize(("credential", "opens"), [("org_auth", True), ("roux_auth", False), (None, False)])
def test_the_box_of_a_program_opens_by_its_certificate(sandbox: Described, credential: str | None, opens: bool) -> None:
    place = sandbox["mail"]["imap"]
    client = IMAPClient("localhost", place["port"], ssl=False, timeout=20)
    client.starttls(trusted(sandbox, credential))
    if opens:
        client.sasl_login("EXTERNAL", lambda _: PROGRAM.encode())
        assert client.select_folder("INBOX")[b"UIDVALIDITY"]
    else:
        with pytest.raises(LoginError):
            client.sasl_login("EXTERNAL", lambda _: PROGRAM.encode())
    client.shutdown()


def test_nobody_logs_in_before_tls(sandbox: Described) -> None:
    place = sandbox["mail"]["imap"]
    client = IMAPClient("localhost", place["port"], ssl=False, timeout=20)
    assert b"LOGINDISABLED" in client.capabilities()
    with pytest.raises(LoginError):
        client.oauth2_login(ROUX, "inconnu")
    client.shutdown()


def test_a_move_may_fail_inside(sandbox: Described, box: IMAPClient, disturb: Callable[..., Any]) -> None:
    uid = asked(sandbox, "write", sender=LENOIR, to=ROUX, subject="x", text="y")["uid"]
    box.select_folder("INBOX")
    disturb("internal_error", transaction="move", times=1)
    with pytest.raises(IMAPClientError, match="Internal error"):
        box.move([uid], "Corbeille")


def test_the_session_may_end_in_the_middle_of_a_fetch(
    sandbox: Described, box: IMAPClient, disturb: Callable[..., Any]
) -> None:
    uid = asked(sandbox, "write", sender=LENOIR, to=ROUX, subject="x", text="y")["uid"]
    box.select_folder("INBOX")
    disturb("bye", transaction="fetch", times=1)
    with pytest.raises(IMAPClientAbortError):
        box.fetch([uid], ["FLAGS"])


def test_a_delivery_report_is_made_when_asked(sandbox: Described) -> None:
    with smtp(sandbox) as client:
        client.send_message(
            letter(LENOIR), mail_options=["RET=HDRS", "ENVID=env-1"], rcpt_options=["NOTIFY=SUCCESS,FAILURE"]
        )
    [report] = last(sandbox, ROUX)
    assert report.get_param("report-type") == "delivery-status"
    about, recipient = report.get_payload(1).get_payload()  # type: ignore[union-attr]
    assert about["Original-Envelope-Id"] == "env-1"
    assert (recipient["Action"], recipient["Status"]) == ("relayed", "2.0.0")


@pytest.mark.parametrize(("patient", "status"), [("FERME-ESSAI", "5.2.1"), ("SANSDMP-ESSAI", "5.1.1")])
def test_mail_to_a_patient_without_open_box_comes_back(sandbox: Described, patient: str, status: str) -> None:
    with smtp(sandbox) as client:
        client.send_message(letter(sandbox["mail"]["patients"][patient]))
    [report] = last(sandbox, ROUX)
    assert report["Subject"] == "Message non distribué"
    assert report.get_payload(1).get_payload()[1]["Status"] == status  # type: ignore[union-attr]


@pytest.mark.parametrize("answer", ["processed", "904", "judge"])
def test_a_receiver_answers_the_receipt_asked_for(sandbox: Described, answer: str) -> None:
    asked(sandbox, "receipts", address=LENOIR, answer=answer, old_form=answer == "904")
    message = letter(LENOIR, subject="XDM/1.0/DDM+essai A B")
    message["Disposition-Notification-To"] = ROUX
    with smtp(sandbox) as client:
        client.send_message(message)
    asked(sandbox, "receipts", address=LENOIR, answer="none")
    [receipt] = last(sandbox, ROUX)
    told = receipt.get_payload(1).get_payload()[0]  # type: ignore[union-attr]
    assert told["Original-Message-ID"] == message["Message-ID"]
    code = {"processed": "processed", "904": "processed/Error: 904^", "judge": "processed/Error: 906^"}[answer]
    assert code in str(told["Disposition"])
    assert receipt["Subject"].startswith("[KO") is (answer != "processed")


def test_a_patient_answers_until_the_exchange_is_closed(sandbox: Described) -> None:
    patient = sandbox["mail"]["patients"]["NESSI-TEST"]
    closing = letter(patient)
    closing["X-MSS-MES"] = "FIN"
    with smtp(sandbox) as client:
        client.send_message(letter(patient))
        client.send_message(closing)
    open_, closed = (m["uid"] for m in control(sandbox, "GET", f"/mail/{patient}")["INBOX"][-2:])
    asked(sandbox, "write", sender=patient, to=ROUX, subject="Re: Bonjour", text="Merci", answers=open_)
    assert last(sandbox, ROUX)[0]["From"] == patient
    with pytest.raises(ValueError, match="closed the exchange"):
        asked(sandbox, "write", sender=patient, to=ROUX, subject="Re", text="?", answers=closed)
    with pytest.raises(ValueError, match="only answers"):
        asked(sandbox, "write", sender=patient, to=ROUX, subject="Moi", text="?")
