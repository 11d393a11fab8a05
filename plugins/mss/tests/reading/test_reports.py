from __future__ import annotations

import pytest

from caducee_mss.reading import BounceCause, Mail, MailKind, ReceiptKind, read_mail
from caducee_mss.reading.bounces import cause_of
from plugins.mss.tests.letters import sent
from plugins.mss.tests.written import file, mail, packed

ORIGINAL = b"Content-Type: message/rfc822\r\n\r\n"
WORDS = b"Content-Type: text/plain; charset=utf-8\r\n\r\n"


def notified(disposition: str, *more: bytes) -> Mail:
    fields = b"Final-Recipient: rfc822;b@labo.mssante.fr\r\nOriginal-Message-ID: <o@a.fr>\r\nDisposition: "
    part = b"Content-Type: message/disposition-notification\r\n\r\n" + fields + disposition.encode() + b"\r\n"
    kind = b"multipart/report; report-type=disposition-notification; boundary=b1"
    return read_mail(mail(WORDS + b"mots", part, *more, kind=kind))


def reported(action: str, status: str, words: str = "") -> Mail:
    fields = f"Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; p@patient.mssante.fr\r\nAction: {action}\r\n"
    part = f"Content-Type: message/delivery-status\r\n\r\n{fields}Status: {status}\r\nDiagnostic-Code: smtp; x\r\n"
    kind = b"multipart/report; report-type=delivery-status; boundary=b1"
    return read_mail(mail(WORDS + words.encode(), part.encode(), kind=kind))


@pytest.mark.parametrize(
    ("disposition", "kind", "sort", "automatic"),
    [
        (
            "automatic-action/MDN-sent-automatically; processed",
            ReceiptKind.PROCESSED,
            MailKind.INTEGRATION_RECEIPT,
            True,
        ),
        ("manual-action/MDN-sent-manually; displayed", ReceiptKind.DISPLAYED, MailKind.READ_RECEIPT, False),
        ("manual-action/mdn-sent-manually;\r\n\tDisplayed", ReceiptKind.DISPLAYED, MailKind.READ_RECEIPT, False),
        ("automatic-action/MDN-sent-automatically; deleted", ReceiptKind.DELETED, MailKind.READ_RECEIPT, True),
        ("quelque chose", ReceiptKind.OTHER, MailKind.INTEGRATION_RECEIPT, False),
    ],
)
def test_a_receipt_says_what_became_of_the_mail(
    disposition: str, kind: object, sort: object, *, automatic: bool
) -> None:
    read = notified(disposition)
    assert read.receipt is not None
    assert (read.kind, read.receipt.kind, read.receipt.automatic) == (sort, kind, automatic)
    assert (read.receipt.original_message_id, read.receipt.recipient) == ("<o@a.fr>", "b@labo.mssante.fr")


@pytest.mark.parametrize(
    ("disposition", "code"),
    [
        ("automatic-action/MDN-sent-automatically; processed/Error: 904^L'INS ne correspond pas", "904"),
        ("automatic-action/MDN-sent-automatically;\r\n processed/error: 902 ^Patient inconnu", "902"),
        ("automatic-action/MDN-sent-automatically; processed/error\r\nError: 905 traits absents", "905"),
        ("automatic-action/MDN-sent-automatically; processed/Error: 912^nouveau code", "912"),
    ],
)
def test_a_failed_integration_has_its_code_whatever_the_form(disposition: str, code: str) -> None:
    receipt = notified(disposition).receipt
    assert receipt is not None
    assert (receipt.kind, receipt.code) == (ReceiptKind.FAILED, code)
    assert receipt.label


def test_the_older_form_that_attaches_the_files_again_files_none_of_them() -> None:
    older = notified("automatic-action/MDN-sent-automatically; processed", file(packed({"a": b"b"})), ORIGINAL + sent())
    assert older.kind is MailKind.INTEGRATION_RECEIPT
    assert older.documents == ()
    assert len(older.attachments) > 2


def test_relayed_and_delivered_both_mean_arrived() -> None:
    for action in ("relayed", "delivered", "expanded"):
        read = reported(action, "2.0.0")
        assert read.kind is MailKind.DELIVERY_REPORT
        assert [one.arrived for one in read.deliveries] == [True]
        assert read.bounce is None


def test_a_delay_is_no_return() -> None:
    read = reported("delayed", "4.4.1")
    assert (read.kind, read.bounce) == (MailKind.DELIVERY_REPORT, None)


@pytest.mark.parametrize(
    ("status", "words", "cause", "assumed"),
    [
        ("5.1.1", "", BounceCause.UNKNOWN_RECIPIENT, False),
        ("5.1.3", "", BounceCause.INVALID_ADDRESS, False),
        ("5.2.1", "", BounceCause.CLOSED, False),
        ("5.2.2", "", BounceCause.FULL, False),
        ("5.3.4", "", BounceCause.TOO_LARGE, False),
        ("5.7.1", "", BounceCause.REFUSED, False),
        ("5.7.1", "La messagerie du patient est fermée", BounceCause.CLOSED, True),
        ("5.0.0", "Le patient est introuvable", BounceCause.UNKNOWN_RECIPIENT, True),
        ("5.0.0", "Ce patient n'a pas de messagerie", BounceCause.NO_MAILBOX, True),
        ("5.0.0", "L'adresse indiquée est invalide", BounceCause.INVALID_ADDRESS, True),
        ("5.0.0", "La taille du message dépasse 25 Mo", BounceCause.TOO_LARGE, True),
        ("5.0.0", "mystère", BounceCause.OTHER, False),
    ],
)
def test_a_return_says_why_by_its_status_first(status: str, words: str, cause: object, *, assumed: bool) -> None:
    read = reported("failed", status, words)
    assert read.kind is MailKind.BOUNCE
    assert read.bounce is not None
    assert (read.bounce.cause, read.bounce.assumed) == (cause, assumed)
    assert read.bounce.recipient == "p@patient.mssante.fr"


def test_a_return_without_a_report_is_known_by_its_subject() -> None:
    content = "From: ne-pas-repondre@patient.mssante.fr\r\nSubject: =?utf-8?Q?Message_non_distribu=C3=A9?=\r\n"
    content += "Content-Type: text/plain; charset=utf-8\r\n\r\nLa messagerie du patient a été fermée."
    read = read_mail(content.encode())
    assert read.kind is MailKind.BOUNCE
    assert read.bounce is not None
    assert (read.bounce.cause, read.bounce.assumed) == (BounceCause.CLOSED, True)


def test_words_are_read_in_bounded_time() -> None:
    assert cause_of("5.0.0", "messagerie " * 100_000).cause is BounceCause.OTHER


def test_an_ordinary_answer_under_the_same_subject_is_no_receipt() -> None:
    read = read_mail(mail(WORDS + b"merci", head=b"In-Reply-To: <o@a.fr>\r\n"))
    assert read.receipt is None
