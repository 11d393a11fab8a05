from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage

import pytest

from caducee_mss.message import IntegrationOutcome, OutgoingReceipt, ReceiptRefused, Receiver, integration_receipt
from caducee_mss.message import read_receipt as receipt_of_reading
from caducee_mss.message.receipts import Permission, permission
from caducee_mss.reading import MailKind, ReceiptKind, read_mail
from caducee_mss.receiving.receipt_codes import ReceiptCode
from plugins.mss.tests.letters import COLLEAGUE, DOCTOR, NOW, sent

RECEIVER = Receiver(
    mailbox=COLLEAGUE, product="Logiciel d'essai 1.0", nil="DEV000001", message_id="<r.1@hopital.mssante.fr>", date=NOW
)
HERE = f"Return-Path: <{DOCTOR.address}>\r\n".encode()
ELSEWHERE = b"Return-Path: <other@cabinet.mssante.fr>\r\n"


def received(*, asked: bool = True, path: bytes = HERE) -> bytes:
    return path + sent(read_receipt=asked)


def parsed(receipt: OutgoingReceipt) -> EmailMessage:
    made = email.message_from_bytes(receipt.content, policy=email.policy.strict)
    assert isinstance(made, EmailMessage)
    return made


def types(receipt: OutgoingReceipt) -> list[str]:
    return [one.get_content_type() for one in parsed(receipt).iter_parts()]


@pytest.mark.requirement("MSS-RECEIPT")
def test_a_success_keeps_the_subject_and_brings_the_whole_original() -> None:
    original = received()
    made = integration_receipt(original, IntegrationOutcome(), receiver=RECEIVER)
    assert types(made) == ["text/plain", "message/disposition-notification", "message/rfc822"]
    assert parsed(made)["Subject"] == read_mail(original).subject
    assert original in made.content
    read = read_mail(made.content)
    assert read.kind is MailKind.INTEGRATION_RECEIPT
    assert read.receipt is not None
    assert (read.receipt.kind, read.receipt.original_message_id) == (
        ReceiptKind.PROCESSED,
        "<20261125.1@cabinet.mssante.fr>",
    )
    assert read.documents == ()


@pytest.mark.parametrize("code", list(ReceiptCode))
@pytest.mark.requirement("MSS-RECEIPT")
def test_a_failure_says_its_code_in_the_subject_the_words_and_the_notification(code: ReceiptCode) -> None:
    made = integration_receipt(received(), IntegrationOutcome(code=code), receiver=RECEIVER)
    subject = parsed(made)["Subject"]
    assert subject.startswith(f"[KO Intégration système !][{code}] XDM/1.0/DDM+")
    read = read_mail(made.content)
    assert read.receipt is not None
    assert (read.receipt.kind, read.receipt.code, read.receipt.automatic) == (ReceiptKind.FAILED, code, True)
    assert read.text.startswith(f"{code} {code.label}")


def test_without_a_request_the_same_is_said_by_an_ordinary_mail() -> None:
    failure = integration_receipt(received(asked=False), IntegrationOutcome(code=ReceiptCode.NO_INS), receiver=RECEIVER)
    assert not failure.is_notification
    assert types(failure) == ["text/plain", "message/rfc822"]
    read = read_mail(failure.content).receipt
    assert read is not None
    assert (read.kind, read.code, read.assumed) == (ReceiptKind.FAILED, "903", True)
    success = read_mail(integration_receipt(received(asked=False), IntegrationOutcome(), receiver=RECEIVER).content)
    assert success.kind is MailKind.INTEGRATION_RECEIPT
    assert success.receipt is not None
    assert success.receipt.kind is ReceiptKind.PROCESSED


@pytest.mark.requirement("RFC8098-LOOPS")
def test_a_receipt_asked_for_elsewhere_waits_for_a_person() -> None:
    original = received(path=ELSEWHERE)
    assert permission(read_mail(original)) is Permission.PERSON
    with pytest.raises(ReceiptRefused):
        integration_receipt(original, IntegrationOutcome(), receiver=RECEIVER)
    assert (
        integration_receipt(original, IntegrationOutcome(), receiver=RECEIVER, by_person=True).recipient
        == DOCTOR.address
    )


def test_without_a_return_path_no_program_answers_alone() -> None:
    assert permission(read_mail(sent(read_receipt=True))) is Permission.PERSON


@pytest.mark.requirement("RFC8098-LOOPS")
def test_nothing_answers_a_receipt() -> None:
    receipt = integration_receipt(received(), IntegrationOutcome(), receiver=RECEIVER).content
    asking = HERE + b"Disposition-Notification-To: camille.roux@cabinet.mssante.fr\r\n" + receipt
    assert permission(read_mail(asking)) is Permission.NEVER
    with pytest.raises(ReceiptRefused):
        integration_receipt(asking, IntegrationOutcome(), receiver=RECEIVER, by_person=True)


def test_nothing_answers_a_mail_that_a_machine_sent_by_itself() -> None:
    assert permission(read_mail(b"Auto-Submitted: auto-generated\r\n" + received(asked=False))) is Permission.NEVER


def test_a_receipt_of_reading_is_said_by_a_person() -> None:
    made = receipt_of_reading(received(path=ELSEWHERE), receiver=RECEIVER)
    assert b"Disposition: manual-action/MDN-sent-manually; displayed\r\n" in made.content
    assert read_mail(made.content).kind is MailKind.READ_RECEIPT


def test_a_receipt_of_reading_is_not_made_when_nobody_asked() -> None:
    with pytest.raises(ReceiptRefused):
        receipt_of_reading(received(asked=False), receiver=RECEIVER)


def test_the_words_of_a_stranger_do_not_open_a_field_of_the_receipt() -> None:
    trap = received().replace(b"Message-ID: <20261125.1@cabinet.mssante.fr>", b"Message-ID: <a@b>\r\n\tX: y <c@d>", 1)
    made = integration_receipt(
        trap, IntegrationOutcome(label="a^b;\r\nBcc: x@y.fr", code=ReceiptCode.OTHER), receiver=RECEIVER
    )
    head = made.content.partition(b"\r\n\r\n")[0]
    assert b"Bcc" not in head
    parsed(made)


def test_an_original_with_raw_octets_comes_back_as_it_was() -> None:
    original = received().replace(b"Bonjour", "Été".encode())
    made = integration_receipt(original, IntegrationOutcome(), receiver=RECEIVER)
    assert original in made.content
    assert b"Content-Transfer-Encoding: 8bit\r\n" in made.content


def test_an_original_that_no_line_protocol_carries_comes_back_as_a_file() -> None:
    made = integration_receipt(received() + b"x" * 2000, IntegrationOutcome(), receiver=RECEIVER)
    assert types(made)[-1] == "application/octet-stream"
    assert max(map(len, made.content.split(b"\r\n"))) <= 998
