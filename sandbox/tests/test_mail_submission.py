"""The submission server, spoken to by the standard library: who may send what."""

from __future__ import annotations

import base64
import smtplib
import ssl
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sandbox_rig.client import control
from sandbox_rig.mail import (
    LENOIR,
    PROGRAM,
    ROUX,
    SUBJECT,
    archive,
    bearer,
    imap,
    letter,
    smtp,
    token,
    trusted,
    with_archive,
)

Described = dict[str, Any]
JEANNE = "275036399930106"


@pytest.fixture
def disturb(sandbox: Described) -> Iterator[Callable[..., Any]]:
    def set_fault(fault: str, **more: Any) -> Any:
        return control(sandbox, "POST", "/faults", {"service": "mail", "fault": fault, **more})

    yield set_fault
    control(sandbox, "DELETE", "/faults")


def jeanne(sandbox: Described) -> str:
    return str(sandbox["people"]["NESSI-TEST"])


def refused(client: smtplib.SMTP, message: Any, sender: str = ROUX, to: str = LENOIR) -> str:
    with pytest.raises((smtplib.SMTPDataError, smtplib.SMTPSenderRefused)) as refusal:
        client.send_message(message, from_addr=sender, to_addrs=[to])
    return f"{refusal.value.smtp_code} {refusal.value.smtp_error.decode()}"


def test_a_letter_reaches_the_other_doctor(sandbox: Described) -> None:
    sent = letter(LENOIR)
    with smtp(sandbox) as client:
        assert client.send_message(sent) == {}
    with imap(sandbox, LENOIR, "lenoir") as box:
        box.select_folder("INBOX", readonly=True)
        assert len(box.search(["HEADER", "Message-ID", sent["Message-ID"]])) == 1


def test_the_whole_message_is_in_the_ledger(sandbox: Described) -> None:
    sent = letter(LENOIR)
    with smtp(sandbox) as client:
        client.send_message(sent)
    last = [e for e in control(sandbox, "GET", "/ledger") if e["transaction"] == "submit"][-1]
    assert (last["verdict"], last["client"]) == ("accepted", ROUX)
    kept = base64.b64decode(control(sandbox, "GET", f"/ledger/{last['id']}")["request"])
    assert sent["Message-ID"].encode() in kept


def test_nothing_is_taken_in_clear_text(sandbox: Described) -> None:
    place = sandbox["mail"]["submission"]
    with smtplib.SMTP(place["host"], place["port"], timeout=20) as client:
        client.ehlo()
        assert not client.has_extn("auth")
        assert client.docmd("MAIL", f"FROM:<{ROUX}>")[0] == 530


def test_old_tls_is_refused(sandbox: Described) -> None:
    place = sandbox["mail"]["submissions"]
    old = trusted(sandbox)
    with warnings.catch_warnings():  # of the old version, which is what is wanted here
        warnings.simplefilter("ignore", DeprecationWarning)
        old.minimum_version = ssl.TLSVersion.TLSv1_1
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.raises(ssl.SSLError):
        smtplib.SMTP_SSL("localhost", place["port"], context=old, timeout=20)


def test_a_dead_token_gets_the_challenge_then_535(sandbox: Described) -> None:
    with pytest.raises(smtplib.SMTPAuthenticationError) as refusal:
        smtp(sandbox, value="inconnu")
    assert refusal.value.smtp_code == 535


def test_a_token_opens_no_box_of_somebody_else(sandbox: Described) -> None:
    with pytest.raises(smtplib.SMTPAuthenticationError):
        smtp(sandbox, LENOIR)


def test_an_operator_may_hang_up_after_the_challenge_and_take_the_token_later(
    sandbox: Described, disturb: Callable[..., Any]
) -> None:
    disturb("refuse_and_drop", times=1)
    with pytest.raises((smtplib.SMTPServerDisconnected, smtplib.SMTPAuthenticationError)):
        smtp(sandbox)
    smtp(sandbox).quit()


def test_a_program_sends_by_its_certificate(sandbox: Described) -> None:
    place = sandbox["mail"]["submissions"]
    with smtplib.SMTP_SSL("localhost", place["port"], context=trusted(sandbox, "org_auth"), timeout=20) as client:
        assert client.send_message(letter(LENOIR, sender=PROGRAM)) == {}


@pytest.mark.parametrize("credential", ["roux_auth", None])
def test_no_other_certificate_sends(sandbox: Described, credential: str | None) -> None:
    place = sandbox["mail"]["submissions"]
    with smtplib.SMTP_SSL("localhost", place["port"], context=trusted(sandbox, credential), timeout=20) as client:
        assert "530" in refused(client, letter(LENOIR, sender=PROGRAM), sender=PROGRAM)


def test_nobody_sends_as_somebody_else(sandbox: Described) -> None:
    with smtp(sandbox) as client:
        assert "553 5.7.1" in refused(client, letter(ROUX, sender=LENOIR), sender=LENOIR)
        assert "From is not" in refused(client, letter(LENOIR, sender=LENOIR))


def test_each_recipient_is_judged_alone(sandbox: Described, disturb: Callable[..., Any]) -> None:
    with smtp(sandbox) as client:
        refusals = client.send_message(
            letter(LENOIR), to_addrs=[LENOIR, "x@ailleurs.example", "qui@cabinet.test.mssante.fr"]
        )
    assert {a: (code, text[:5]) for a, (code, text) in refusals.items()} == {
        "x@ailleurs.example": (550, b"5.7.1"),
        "qui@cabinet.test.mssante.fr": (550, b"5.1.1"),
    }


def test_a_message_without_nil_is_refused(sandbox: Described) -> None:
    with smtp(sandbox) as client:
        assert "X-MSS-NIL" in refused(client, letter(LENOIR, nil=None))


def test_a_right_archive_is_taken(sandbox: Described) -> None:
    with smtp(sandbox) as client:
        assert client.send_message(with_archive(letter(LENOIR, subject=SUBJECT), archive(jeanne(sandbox)))) == {}


@pytest.mark.parametrize(
    ("subject", "codes", "digest", "other", "complaint"),
    [
        ("Compte rendu", "11488-4", None, "", "subject"),
        (SUBJECT, "34112-3", None, "", "X-MSS-CODECDA"),
        (SUBJECT, "11488-4", "0" * 40, "", "hash"),
        (SUBJECT, "11488-4", None, "162076399830245", "not the patient"),
    ],
)
def test_a_wrong_archive_is_refused(
    sandbox: Described, subject: str, codes: str, digest: str | None, other: str, complaint: str
) -> None:
    packed = archive(jeanne(sandbox), digest=digest, other_patient=other)
    with smtp(sandbox) as client:
        assert complaint in refused(client, with_archive(letter(LENOIR, subject=subject), packed, codes=codes))


def test_headers_of_an_archive_without_archive_are_refused(sandbox: Described) -> None:
    message = letter(LENOIR)
    message["X-MSS-INS"] = "N"
    with smtp(sandbox) as client:
        assert "X-MSS-INS without" in refused(client, message)


def test_two_patients_in_one_mail_are_refused(sandbox: Described) -> None:
    boxes = sandbox["mail"]["patients"]
    to = [boxes["NESSI-TEST"], boxes["BERNARD-FICTIF"]]
    with smtp(sandbox) as client, pytest.raises(smtplib.SMTPDataError) as refusal:
        client.send_message(letter(to[0]), to_addrs=to)
    assert b"more than one patient" in refusal.value.smtp_error


def test_the_declared_size_is_held(sandbox: Described) -> None:
    with smtp(sandbox) as client:
        assert client.esmtp_features["size"] == "26214400"
        assert client.docmd("MAIL", f"FROM:<{ROUX}> SIZE=26214401")[0] == 552


def test_the_connection_may_break_after_the_final_dot_though_the_message_was_taken(
    sandbox: Described, disturb: Callable[..., Any]
) -> None:
    disturb("drop_after_dot", times=1)
    sent = letter(LENOIR)
    with pytest.raises(smtplib.SMTPServerDisconnected):
        smtp(sandbox).send_message(sent)  # the failure closes it
    with imap(sandbox, LENOIR, "lenoir") as box:
        box.select_folder("INBOX", readonly=True)
        assert len(box.search(["HEADER", "Message-ID", sent["Message-ID"]])) == 1


def test_the_same_message_may_come_twice(sandbox: Described, disturb: Callable[..., Any]) -> None:
    disturb("duplicate", times=1)
    sent = letter(LENOIR)
    with smtp(sandbox) as client:
        client.send_message(sent)
    with imap(sandbox, LENOIR, "lenoir") as box:
        box.select_folder("INBOX", readonly=True)
        assert len(box.search(["HEADER", "Message-ID", sent["Message-ID"]])) == 2


def test_the_services_go_down_and_come_back(sandbox: Described, disturb: Callable[..., Any]) -> None:
    disturb("down")
    with pytest.raises(ConnectionRefusedError):
        smtp(sandbox)
    control(sandbox, "DELETE", "/faults")
    smtp(sandbox).quit()


def test_the_token_is_asked_for_when_it_was_not_sent_at_once(sandbox: Described) -> None:
    place = sandbox["mail"]["submissions"]
    with smtplib.SMTP_SSL("localhost", place["port"], context=trusted(sandbox), timeout=20) as client:
        client.ehlo()
        text = bearer(ROUX, token(sandbox))
        assert client.auth("XOAUTH2", lambda challenge=None: text, initial_response_ok=False)[0] == 235


def test_a_notification_has_no_return_address_and_nothing_else_may_be_without(sandbox: Described) -> None:
    report = letter(LENOIR)
    report.replace_header("Content-Type", 'multipart/report; report-type=disposition-notification; boundary="b"')
    report.set_payload("--b\r\nContent-Type: text/plain\r\n\r\nlu\r\n--b--\r\n")
    with smtp(sandbox) as client:
        assert client.send_message(report, from_addr="<>", to_addrs=[LENOIR]) == {}
        with pytest.raises(smtplib.SMTPDataError, match="no return address"):
            client.send_message(letter(LENOIR), from_addr="<>", to_addrs=[LENOIR])


def test_a_notification_that_cannot_be_given_comes_back_to_nobody(sandbox: Described) -> None:
    before = control(sandbox, "GET", "/mail")
    report = letter(sandbox["mail"]["patients"]["FERME-ESSAI"])
    report.replace_header("Content-Type", 'multipart/report; report-type=disposition-notification; boundary="b"')
    report.set_payload("--b\r\nContent-Type: text/plain\r\n\r\nlu\r\n--b--\r\n")
    with smtp(sandbox) as client:
        client.send_message(report, from_addr="<>")
    assert control(sandbox, "GET", "/mail") == before
