"""What a report, a receipt or a bounce says of a mail of ours."""

from __future__ import annotations

import pytest

from caducee_mss.history import What
from caducee_mss.reading import Bounce, BounceCause, Delivered, Mail, MailKind, Receipt, ReceiptKind
from caducee_mss.receiving.returns import consequence
from caducee_mss.sending.refusals import explain
from caducee_mss.sent import Sent


def sent(*, to_patient: bool = False) -> Sent:
    return Sent(
        message_id="<1@a.fr>",
        box="roux",
        recipient="x@b.fr",
        thread="<1@a.fr>",
        delivery_id="D1",
        to_patient=to_patient,
    )


def mail(**more: object) -> Mail:
    return Mail(kind=MailKind.ORDINARY, message_id="<2@b.fr>", subject="", title="", sender=None, **more)  # type: ignore[arg-type]


def bounce(cause: BounceCause, status: str = "5.1.1") -> Mail:
    failed = Delivered(recipient="x@b.fr", action="failed", status=status, diagnostic="smtp; 550 no x@b.fr here")
    return mail(bounce=Bounce(cause=cause, status=status), deliveries=(failed,))


def test_an_ordinary_mail_says_nothing_of_ours() -> None:
    assert consequence(mail(), sent()) is None


def test_a_report_about_nobody_s_mail_says_nothing() -> None:
    assert consequence(bounce(BounceCause.FULL), None) is None


@pytest.mark.parametrize("action", ["delivered", "relayed"])
def test_a_report_of_arrival_is_a_step_and_opens_nothing(action: str) -> None:
    report = mail(deliveries=(Delivered(recipient="x@b.fr", action=action, status="2.0.0"),))
    found = consequence(report, sent())
    assert found is not None
    assert (found.what, found.returned) == (What.ARRIVED, "")


def test_a_report_of_delay_is_a_step_and_opens_nothing() -> None:
    report = mail(deliveries=(Delivered(recipient="x@b.fr", action="delayed", status="4.4.1"),))
    found = consequence(report, sent())
    assert found is not None
    assert (found.what, found.returned) == (What.DELAYED, "")


@pytest.mark.parametrize("cause", list(BounceCause))
def test_what_comes_back_from_a_professional_waits_for_a_person(cause: BounceCause) -> None:
    found = consequence(bounce(cause), sent())
    assert found is not None
    expected = "" if cause is BounceCause.TEMPORARY else "operator"
    assert (found.returned, found.stops) == (expected, "")


@pytest.mark.parametrize(
    ("cause", "why"),
    [
        (BounceCause.NO_MAILBOX, "no_mailbox"),
        (BounceCause.UNKNOWN_RECIPIENT, "no_mailbox"),
        (BounceCause.CLOSED, "closed"),
    ],
)
def test_a_patient_who_has_no_mailbox_is_written_to_no_more(cause: BounceCause, why: str) -> None:
    found = consequence(bounce(cause), sent(to_patient=True))
    assert found is not None
    assert (found.returned, found.stops) == (why, why)


def test_a_full_mailbox_of_a_patient_stops_nothing() -> None:
    found = consequence(bounce(BounceCause.FULL), sent(to_patient=True))
    assert found is not None
    assert (found.returned, found.stops) == ("operator", "")


def test_the_words_of_the_operator_are_kept_without_addresses() -> None:
    found = consequence(bounce(BounceCause.UNKNOWN_RECIPIENT), sent())
    assert found is not None
    assert "550" in found.text
    assert "@" not in found.text


@pytest.mark.parametrize(
    ("kind", "what"), [(ReceiptKind.DISPLAYED, What.DISPLAYED), (ReceiptKind.PROCESSED, What.INTEGRATED)]
)
def test_a_receipt_is_a_step(kind: ReceiptKind, what: What) -> None:
    found = consequence(mail(receipt=Receipt(kind=kind)), sent())
    assert found is not None
    assert (found.what, found.returned) == (what, "")


def test_a_refused_integration_waits_for_a_person_under_its_code() -> None:
    found = consequence(mail(receipt=Receipt(kind=ReceiptKind.FAILED, code="904", label="INS")), sent())
    assert found is not None
    assert (found.what, found.cause, found.returned) == (What.REFUSED, "integration_904", "operator")


@pytest.mark.parametrize("cause", [BounceCause.NO_MAILBOX, BounceCause.CLOSED, BounceCause.UNKNOWN_RECIPIENT])
def test_a_professional_whose_box_is_gone_is_not_called_a_patient(cause: BounceCause) -> None:
    found = consequence(bounce(cause), sent())
    assert found is not None
    said = explain(f"mss.{found.cause}")
    assert said is not None
    assert "patient" not in said.sentence


@pytest.mark.parametrize("cause", [BounceCause.NO_MAILBOX, BounceCause.CLOSED, BounceCause.UNKNOWN_RECIPIENT])
def test_no_patient_is_looked_for_in_the_directory(cause: BounceCause) -> None:
    found = consequence(bounce(cause), sent(to_patient=True))
    assert found is not None
    said = explain(f"mss.{found.cause}")
    assert said is not None
    assert "patient" in said.sentence
    assert "annuaire" not in said.remedy


@pytest.mark.parametrize("code", ["900", "906", "907", "999"])
def test_a_refused_integration_is_explained_whatever_its_code(code: str) -> None:
    receipt = Receipt(kind=ReceiptKind.FAILED, original_message_id="<1@a.fr>", code=code)
    found = consequence(mail(receipt=receipt), sent())
    assert found is not None
    assert explain(f"mss.{found.cause}") is not None


def test_a_receipt_names_no_patient_and_a_failure_without_code_is_another_one() -> None:
    receipt = Receipt(kind=ReceiptKind.FAILED, original_message_id="<1@a.fr>", label="279035121518989 inconnu")
    found = consequence(mail(receipt=receipt), sent())
    assert found is not None
    assert (found.text, found.cause) == ("… inconnu", "integration_906")


def test_what_has_arrived_for_some_only_has_not_arrived() -> None:
    said = [Delivered(recipient="x@b.fr", action=one, status="") for one in ("delivered", "delayed")]
    found = consequence(mail(deliveries=tuple(said)), sent())
    assert found is not None
    assert found.what is What.DELAYED
