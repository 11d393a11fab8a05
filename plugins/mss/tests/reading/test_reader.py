from __future__ import annotations

import pytest

from caducee_mss.reading import Limits, MailKind, MailUnreadable, read_mail
from plugins.mss.tests.letters import DOCTOR, PATIENT_BOX, sent
from plugins.mss.tests.written import file, mail

PDF = b"%PDF-1.4\n"


def test_a_sent_mail_is_read_as_it_was_meant() -> None:
    read = read_mail(sent(read_receipt=True, in_reply_to="<x@y.fr>", references=("<w@y.fr>",)))
    assert read.kind is MailKind.PROFESSIONAL
    assert read.sender is not None
    assert (read.sender.address, read.sender.label) == (DOCTOR.address, DOCTOR.label)
    assert read.title == "CR ou fiche de consultation ou de visite NESSI-CANARI JEANNE-CANARI 12/03/1975"
    assert (read.nil, read.codes, read.ins_is_qualified, read.closes_exchange) == (
        "DEV000000",
        ("11488-4",),
        True,
        False,
    )
    assert (read.receipt_to, read.thread) == (DOCTOR.address, ("<w@y.fr>", "<x@y.fr>"))
    assert read.date == "2026-11-25T08:30:00+00:00"
    assert read.text.startswith("Bonjour,\nveuillez trouver")
    assert read.warnings == ()


def test_names_of_attachments_are_read_in_every_form_they_really_have() -> None:
    forms = [
        (b"", b'Content-Disposition: attachment; filename="=?iso-8859-1?Q?Compte_rendu_No=EBl=2Epdf?="\r\n'),
        (b"", b"Content-Disposition: attachment; filename*=utf-8''R%C3%A9sultat%20d%E2%80%99ao%C3%BBt.pdf\r\n"),
        (
            b"",
            b"Content-Disposition: attachment; filename*0*=iso-8859-15''Bilan%20c%BD;"
            b" filename*1*=ur%20et%20; filename*2=poumon.pdf\r\n",
        ),
        (b'; name="=?UTF-8?B?T3Jkb25uYW5jZSDDqXTDqS5wZGY=?="', b"Content-Disposition: attachment\r\n"),
        ("; name=Été.pdf".encode(), b""),
        (b'; name="a%20b.pdf"', b""),
        (b"", b"Content-Disposition: attachment; filename=\"a.pdf\"; filename*=utf-8''%C3%A9.pdf\r\n"),
        (b"", b'Content-Disposition: attachment; filename="=?utf-8?Q?lettre?=\r\n =?utf-8?Q?_1=2Epdf?="\r\n'),
    ]
    read = read_mail(mail(*(file(PDF, b"application/pdf" + name, more) for name, more in forms)))
    assert [one.label for one in read.attachments] == [
        "Compte rendu Noël.pdf",
        "Résultat d’août.pdf",
        "Bilan cœur et poumon.pdf",
        "Ordonnance été.pdf",
        "Été.pdf",
        "a%20b.pdf",
        "é.pdf",
        "lettre 1.pdf",
    ]
    assert all(one.content == PDF for one in read.attachments)


def test_a_name_that_leaves_the_folder_is_shown_as_it_is_and_saved_under_another() -> None:
    trap = b'Content-Disposition: attachment; filename="..\\\\..\\\\C:CON.pdf"\r\n'
    plain = b'Content-Disposition: attachment; filename="..\\..\\C:CON.pdf"\r\n'
    read = read_mail(mail(file(PDF, b"application/pdf", trap), file(PDF, b"application/pdf", plain)))
    assert [one.label for one in read.attachments] == ["..\\..\\C:CON.pdf"] * 2
    assert [one.name for one in read.attachments] == ["C_CON.pdf"] * 2


def test_parts_are_numbered_as_imap_numbers_them() -> None:
    inner = b"Content-Type: message/rfc822\r\n\r\n" + mail(
        b"Content-Type: text/plain\r\n\r\nx", file(PDF, b"application/pdf")
    )
    alone = b"Content-Type: message/rfc822\r\n\r\nFrom: c@d.fr\r\nContent-Type: application/pdf\r\n\r\nx"
    read = read_mail(mail(b"Content-Type: text/plain\r\n\r\nBonjour", inner.replace(b"b1", b"b2"), alone))
    assert [(one.part, one.inside, one.media_type) for one in read.attachments] == [
        ("2", "", "message/rfc822"),
        ("3", "", "message/rfc822"),
        ("2.2", "2", "application/pdf"),
        ("3.1", "3.1", "application/pdf"),
    ]
    assert read.text == "Bonjour"


def test_a_mail_of_one_part_that_is_a_file_is_its_part_one() -> None:
    read = read_mail(b"From: a@b.fr\r\nContent-Type: application/pdf\r\n\r\n%PDF-")
    assert [(one.part, one.name) for one in read.attachments] == [("1", "piece-1.pdf")]


@pytest.mark.parametrize(
    ("field", "said"),
    [
        (b"=?iso-8859-15?Q?=BDuvre?=", "œuvre"),
        (b"=?iso-8859-1?Q?d=92Alice?=", "d’Alice"),
        (b"=?utf-8?B?w4k=?= =?utf-8?B?dMOp?=", "Été"),
        (b"=?utf-8?B?w4l0ww==?= =?utf-8?B?qQ==?=", "Été"),
        (b"=?utf-8?Q?=C3?= =?utf-8?Q?=A9?=", "é"),
        ("Été".encode(), "Été"),
        ("Été".encode("latin-1"), "Été"),
        (b"=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
        (b"a =?utf-8?Q?b?= c", "a b c"),
        (b"plain\r\n folded", "plain folded"),
    ],
)
def test_subjects_are_read_in_every_character_set_they_claim_or_do_not(field: bytes, said: str) -> None:
    read = read_mail(b"From: a@b.fr\r\nSubject: " + field + b"\r\n\r\n")
    assert read.subject == said


def test_a_codec_that_is_no_character_set_is_never_run() -> None:
    for codec in ("zlib", "hex", "rot13", "unicode_escape", "idna", "punycode", "undefined", "x" * 39):
        assert read_mail(f"From: a@b.fr\r\nSubject: =?{codec}?Q?41?=\r\n\r\n".encode()).subject == "41"


@pytest.mark.parametrize(
    ("field", "address", "label"),
    [
        (b"a@b.fr", "a@b.fr", ""),
        (b"Dr_Alice_MOREAU_Cabinet Test <a@B.fr>", "a@b.fr", "Dr_Alice_MOREAU_Cabinet Test"),
        (b'"Roux, Camille (cabinet)" <a@b.fr>', "a@b.fr", "Roux, Camille (cabinet)"),
        (b"=?utf-8?Q?=C3=89lo=C3=AFse?= <a@b.fr>", "a@b.fr", "Éloïse"),
        (b"<a@b.fr> (commentaire)", "a@b.fr", ""),
        (b"groupe: a@b.fr, c@d.fr;", "a@b.fr", ""),
        (b"=?utf-8?Q?x@y.fr?= <a@b.fr>", "a@b.fr", "x@y.fr"),
    ],
)
def test_senders_are_read_as_they_are_written(field: bytes, address: str, label: str) -> None:
    read = read_mail(b"From: " + field + b"\r\n\r\n")
    assert read.sender is not None
    assert (read.sender.address, read.sender.label) == (address, label)


def test_who_writes_is_told_by_the_domain_and_by_nothing_that_looks_like_it() -> None:
    kinds = {
        PATIENT_BOX.address: MailKind.PATIENT,
        "a@medecin.mssante.fr": MailKind.PROFESSIONAL,
        "a@mssante.fr.exemple.fr": MailKind.ORDINARY,
        "a@faux-mssante.fr": MailKind.ORDINARY,
        "x@patient.mssante.fr.exemple.fr": MailKind.ORDINARY,
    }
    for address, kind in kinds.items():
        assert read_mail(f"From: {address}\r\n\r\n".encode()).kind is kind


def test_a_page_alone_is_read_as_text_and_nothing_of_it_runs() -> None:
    page = "<html><head><title>t</title><style>p{}</style></head><body><p>Bonjour&nbsp;<b>Docteur</b></p>"
    page += (
        "<script>alert(1)</script><!-- x --><p>à bient&ocirc;t<br>A. &lt;b&gt;</p><img src=http://x/y></body></html>"
    )
    read = read_mail(b"From: a@b.fr\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page.encode())
    assert read.text.split("\n") == ["Bonjour Docteur", "", "à bientôt", "A. <b>"]
    assert read.attachments == ()


def test_the_plain_words_win_over_the_page() -> None:
    parts = [b"Content-Type: text/html\r\n\r\n<p>page</p>", b"Content-Type: text/plain\r\n\r\nmots"]
    assert read_mail(mail(*parts, kind=b"multipart/alternative; boundary=b1")).text == "mots"


def test_a_correction_is_seen_wherever_it_is_marked() -> None:
    for subject in ("[Annule et remplace] XDM/1.0/DDM+CR X", "XDM/1.0/DDM+[ANNULE ET REMPLACE] CR X"):
        assert read_mail(f"From: a@b.fr\r\nSubject: {subject}\r\n\r\n".encode()).is_correction


def test_a_damaged_attachment_is_kept_and_said() -> None:
    damaged = b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBER!!i0xLjQ"
    read = read_mail(mail(damaged))
    assert [one.code for one in read.warnings] == ["mail.base64"]
    assert read.attachments[0].content.startswith(b"%PDF")


def test_a_mail_that_was_cut_says_so() -> None:
    whole = mail(file(PDF * 50, b"application/pdf"))
    assert "mail.cut" in {one.code for one in read_mail(whole[:-20]).warnings}


def test_a_mail_that_does_not_say_how_it_is_cut_is_read_all_the_same() -> None:
    read = read_mail(mail(file(PDF, b"application/pdf"), kind=b"multipart/mixed"))
    assert [one.content for one in read.attachments] == [PDF]
    assert "mail.boundary" in {one.code for one in read.warnings}


@pytest.mark.parametrize("content", [b"", b"\r\n\r\n", b"PK\x03\x04", b"bonjour", b"\0" * 1000, b"X-A: b\r\n\r\nc"])
def test_what_is_no_mail_is_said_to_be_none(content: bytes) -> None:
    with pytest.raises(MailUnreadable):
        read_mail(content)


def test_what_is_too_large_is_not_looked_at() -> None:
    with pytest.raises(MailUnreadable):
        read_mail(b"From: a@b.fr\r\n\r\n" + b"x" * 100, limits=Limits(mail=100))


def test_nesting_and_parts_beyond_reason_end_with_a_doubt() -> None:
    deep = b"x"
    for level in range(200):
        name = f"b{level}x".encode()
        deep = b"Content-Type: multipart/mixed; boundary=" + name + b"\r\n\r\n--" + name + b"\r\n" + deep
    read = read_mail(b"From: a@b.fr\r\n" + deep)
    assert any(one.code == "mail.excess" and one.doubt for one in read.warnings)
    many = read_mail(mail(*[b"Content-Type: application/pdf\r\n\r\nx"] * 3000))
    assert len(many.attachments) < 1000
    assert any(one.code == "mail.excess" and one.doubt for one in many.warnings)


def test_a_mail_in_its_own_words_has_no_place_in_a_message() -> None:
    assert "CANARI" not in repr(read_mail(sent()))
