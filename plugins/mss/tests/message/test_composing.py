from __future__ import annotations

import email
import email.policy
import re
from datetime import datetime
from email.message import EmailMessage

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from caducee.model.environment import Environment
from caducee.testing.letters import PATIENT
from caducee_mss.message import Mailbox, MailInvalid, MssTooLarge, SizeLimits, compose, mail_of
from caducee_mss.reading import read_mail
from caducee_mss.reading.addresses import seen
from plugins.mss.tests.letters import (
    COLLEAGUE,
    DOCTOR,
    NOW,
    PATIENT_BOX,
    SUBMISSION,
    UNQUALIFIED,
    note,
    outgoing,
    sealed,
    sent,
    words_only,
)

LINE = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=120)
BODY = st.text(st.characters(exclude_categories=("Cc", "Cs"), include_characters="\n\t"), max_size=400)


def parsed(content: bytes) -> EmailMessage:
    made = email.message_from_bytes(content, policy=email.policy.strict)
    assert isinstance(made, EmailMessage)
    return made


def refused(mail_fields: dict[str, object]) -> set[str]:
    with pytest.raises(MailInvalid) as caught:
        compose(words_only(**mail_fields))
    return {one.rule for one in caught.value.findings}


@pytest.mark.requirement("MSS-ECO.2.4")
def test_a_mail_with_a_document_has_the_marks_of_secure_mail() -> None:
    made = parsed(sent(read_receipt=True))
    assert made["X-MSS-NIL"] == "DEV000000"
    assert made["X-MSS-CODECDA"] == "11488-4"
    assert made["X-MSS-INS"] == "O"
    assert made["Disposition-Notification-To"] == DOCTOR.address
    assert made["Subject"].startswith(
        "XDM/1.0/DDM+CR ou fiche de consultation ou de visite NESSI-CANARI JEANNE-CANARI "
    )
    assert [one.get_content_type() for one in made.iter_parts()] == ["text/plain", "application/zip", "application/pdf"]


@pytest.mark.requirement("MSS-ECO.2.4")
def test_a_mail_without_a_document_says_the_product_and_nothing_of_documents() -> None:
    made = parsed(compose(words_only()))
    assert made["X-MSS-NIL"] == "DEV000000"
    assert made["X-MSS-CODECDA"] is None
    assert made["X-MSS-INS"] is None
    assert made["X-MSS-MES"] is None
    assert made["Disposition-Notification-To"] is None


def test_codes_are_parted_by_commas_without_a_space_and_each_once() -> None:
    first, second = sealed(1), sealed(2)
    other = msgspec.structs.replace(second.entry.type, code="PRESC-BIO")
    second = msgspec.structs.replace(second, entry=msgspec.structs.replace(second.entry, type=other))
    assert b"\r\nX-MSS-CODECDA: 11488-4,PRESC-BIO\r\n" in sent(first, second, sealed(3))


def test_the_exchange_is_closed_only_when_asked() -> None:
    assert parsed(compose(words_only(closes_exchange=True)))["X-MSS-MES"] == "FIN"


def test_a_subject_that_takes_back_every_right_to_answer_is_refused_unless_the_exchange_is_closed() -> None:
    assert refused({"subject": "[FIN]"}) == {"mss.subject_closes_all"}
    assert parsed(compose(words_only(subject="[FIN]", closes_exchange=True)))["Subject"] == "[FIN]"


def test_a_reply_says_what_it_answers_and_where_to_answer() -> None:
    made = parsed(
        compose(
            words_only(in_reply_to="<a@b.fr>", references=("<z@b.fr>", "<a@b.fr>"), reply_to=Mailbox("s@c.mssante.fr"))
        )
    )
    assert (made["In-Reply-To"], made["References"]) == ("<a@b.fr>", "<z@b.fr> <a@b.fr>")
    assert made["Reply-To"] == "s@c.mssante.fr"


def test_a_document_of_an_unqualified_identity_says_so() -> None:
    made = parsed(sent(sealed(2, patient=UNQUALIFIED)))
    assert made["X-MSS-INS"] == "N"
    assert made["X-MSS-CODECDA"] == "11488-4"


def test_in_production_a_test_identity_is_never_called_qualified() -> None:
    production = msgspec.structs.replace(SUBMISSION, environment=Environment.PRODUCTION)
    assert b"\r\nX-MSS-INS: N\r\n" in compose(mail_of((sealed(),), note(), production))


def test_the_same_mail_gives_the_same_bytes() -> None:
    assert sent() == sent()


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", "\0", "\x0b", "\x0c", "\x1b", "\x85", "\u2028", "\u2029"])
@pytest.mark.parametrize(
    ("field", "made"),
    [
        ("subject", lambda text: text),
        ("nil", lambda text: text),
        ("message_id", lambda text: f"<a{text}@b.fr>"),
        ("in_reply_to", lambda text: f"<a@b.fr>{text}"),
        ("references", lambda text: (f"<a@b.fr>{text}",)),
        ("sender", lambda text: Mailbox("a@b.fr", text)),
        ("sender", lambda text: Mailbox(f"a@b.fr{text}")),
        ("reply_to", lambda text: Mailbox("a@b.fr", text)),
        ("recipients", lambda text: (Mailbox(f"{text}a@b.fr"),)),
        ("recipients", lambda text: (Mailbox("a@b.fr", text),)),
    ],
)
def test_no_text_of_the_caller_opens_a_header_field(field: str, made: object, end: str) -> None:
    assert callable(made)
    assert refused({field: made(f"x{end}Bcc: y@z.fr")})


@pytest.mark.parametrize("text", ["a\0b", "a\x1bb", "a\x0cb", "\ud800"])
def test_a_control_character_in_the_body_is_refused(text: str) -> None:
    assert refused({"text": text}) == {"mss.text"}
    assert refused({"html": text}) == {"mss.text"}


def test_a_label_cannot_bring_an_address_of_its_own() -> None:
    assert refused({"sender": Mailbox("a@b.fr", "Dr Roux <x@y.fr>")}) == {"mss.label"}


@pytest.mark.parametrize(
    "address", ["", "a", "a@b", "a b@c.fr", "a@b.fr, c@d.fr", "é@b.fr", "a@-b.fr", "a..b@c.fr", f"{'a' * 65}@b.fr"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    assert "mss.address" in refused({"recipients": (Mailbox(address),)})


def test_a_domain_that_is_not_ascii_is_written_as_the_network_knows_it() -> None:
    assert b"\r\nTo: a@xn--hpital-ixa.mssante.fr\r\n" in compose(
        words_only(recipients=(Mailbox("a@hôpital.mssante.fr"),))
    )


def test_nobody_to_write_to_and_a_date_without_zone_are_refused_together() -> None:
    assert refused({"recipients": (), "date": datetime(2026, 11, 25)}) == {"mss.recipients", "mss.date"}


@pytest.mark.requirement("MSS-ECO.2.1.1")
def test_documents_of_two_patients_never_leave_in_one_mail() -> None:
    other = msgspec.structs.replace(PATIENT, local_id="AUTRE", ins=None)
    mail = outgoing()
    with pytest.raises(MailInvalid) as caught:
        outgoing(sealed(1), sealed(2, patient=other))
    assert [one.rule for one in caught.value.findings] == ["mss.one_patient"]
    entry = msgspec.structs.replace(
        mail.documents[0].entry, source_patient_id=sealed(2, patient=other).entry.source_patient_id
    )
    second = msgspec.structs.replace(mail.documents[0], entry=entry, pdf_name="b.pdf")
    with pytest.raises(MailInvalid) as caught:
        compose(msgspec.structs.replace(mail, documents=(*mail.documents, second)))
    assert [one.rule for one in caught.value.findings] == ["mss.one_patient"]


def test_a_document_never_goes_to_another_patient() -> None:
    with pytest.raises(MailInvalid) as caught:
        sent(recipients=(Mailbox("280036399900101@patient.mssante.fr"),))
    assert [one.rule for one in caught.value.findings] == ["mss.other_patient"]
    assert sent(recipients=(PATIENT_BOX,))


@pytest.mark.parametrize(
    ("code", "recipient", "rule"),
    [("INVISIBLE_PATIENT", PATIENT_BOX, "mss.invisible_patient"), ("MASQUE_PS", COLLEAGUE, "mss.masked")],
)
def test_what_is_hidden_from_somebody_is_not_sent_to_them(code: str, recipient: Mailbox, rule: str) -> None:
    known = sealed()
    mask = msgspec.structs.replace(known.entry.confidentiality, code=code)
    masked = msgspec.structs.replace(known, entry=msgspec.structs.replace(known.entry, confidentiality=mask))
    with pytest.raises(MailInvalid) as caught:
        sent(masked, recipients=(recipient,))
    assert [one.rule for one in caught.value.findings] == [rule]


def test_a_mail_that_is_too_large_says_both_sizes() -> None:
    size = len(sent())
    with pytest.raises(MssTooLarge) as caught:
        compose(outgoing(), limits=SizeLimits(server=size - 1))
    assert (caught.value.limit, caught.value.size) == (size - 1, size)
    assert compose(outgoing(), limits=SizeLimits(server=size))


def test_the_limit_of_patients_holds_for_patients_only() -> None:
    limits = SizeLimits(patient=1_000)
    assert compose(outgoing(), limits=limits)
    with pytest.raises(MssTooLarge):
        compose(outgoing(recipients=(PATIENT_BOX,)), limits=limits)


def test_an_error_names_no_patient() -> None:
    with pytest.raises(MailInvalid) as caught:
        sent(recipients=(Mailbox("280036399900101@patient.mssante.fr"),))
    assert "280036399900101" not in f"{caught.value}{caught.value.explain()}{outgoing()!r}"


@settings(max_examples=200, deadline=None)
@example(subject="Été", label="É" * 40, text="", html=None)
@example(subject="=?utf-8?q?a?=", label="Clément, X. (hôpital) =?utf-8?q?a?=", text=".\nFrom x", html="<p>é</p>")
@given(subject=LINE, label=LINE, text=BODY, html=st.none() | BODY)
def test_what_was_written_is_read_back_by_a_strict_parser(
    subject: str, label: str, text: str, html: str | None
) -> None:
    label = " ".join(re.sub(r'[<>"]', "", label).split())
    mail = words_only(subject=subject, sender=Mailbox(DOCTOR.address, label), text=text, html=html)
    content = compose(mail)
    assert_well_formed(content)
    made = parsed(content)
    assert made["Subject"] == subject.strip() or made["Subject"] == subject
    # The standard library keeps the blank between two encoded words of a label, which RFC 2047 (6.2) drops.
    assert made["From"].addresses[0].display_name.replace(" ", "") == label.replace(" ", "")
    sender = read_mail(content).sender
    assert sender is not None
    assert sender.label == seen(label)
    body = made.get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n").removesuffix("\n") == text.removesuffix("\n")


def assert_well_formed(content: bytes) -> None:
    """What any reader relies on: ASCII, CRLF and nothing else, no line beyond 998, headers then a blank line."""
    assert content.isascii()
    assert content.endswith(b"\r\n")
    assert b"\r" not in content.replace(b"\r\n", b"")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(map(len, content.split(b"\r\n"))) <= 998
    head = content.partition(b"\r\n\r\n")[0]
    assert all(re.match(rb"[A-Za-z-]+:( |\Z)|[ \t]", line) for line in head.split(b"\r\n"))


@settings(max_examples=100, deadline=None)
@given(name=st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=60))
def test_the_exact_name_of_a_copy_reaches_both_readers(name: str) -> None:
    from caducee_mss.words import safe_name

    exact = safe_name(f"{name}.pdf")
    mail = outgoing()
    carried = msgspec.structs.replace(mail.documents[0], pdf_name=exact)
    content = compose(msgspec.structs.replace(mail, documents=(carried,)))
    assert_well_formed(content)
    assert [one.get_filename() for one in parsed(content).iter_attachments()] == ["IHE_XDM.zip", exact]
    assert [one.name for one in read_mail(content).attachments] == ["IHE_XDM.zip", exact]


def test_the_date_and_the_identifier_are_those_given() -> None:
    made = parsed(sent())
    assert made["Date"].datetime == NOW
    assert made["Message-ID"] == "<20261125.1@cabinet.mssante.fr>"
