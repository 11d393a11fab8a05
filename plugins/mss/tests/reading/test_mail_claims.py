from __future__ import annotations

from caducee.model.environment import Environment
from caducee.testing.letters import PATIENT
from caducee_mss.reading import Outcome, propose, read_mail
from plugins.mss.tests.letters import UNQUALIFIED, Index, sealed, sent


def codes(content: bytes) -> list[str]:
    return [one.code for one in read_mail(content).warnings]


def test_a_second_sender_makes_the_mail_doubtful() -> None:
    read = read_mail(b"From: x@medecin.mssante.fr\r\n" + sent())
    assert [(one.code, one.doubt) for one in read.warnings] == [("mail.senders", True)]
    made = propose(read, known=Index(PATIENT), environment=Environment.SANDBOX)
    assert made.documents[0].outcome is Outcome.PERSON


def test_a_document_that_is_announced_and_not_there_is_missed() -> None:
    head = sent().partition(b"Content-Type")[0]
    assert codes(head + b"\r\nBonjour") == ["claim.document"]
    assert codes(b"From: a@b.mssante.fr\r\nSubject: XDM/1.0/DDM+CR X Y\r\n\r\n") == ["claim.document"]
    for subject in (b"Avis", b"Re: XDM/1.0/DDM+CR X Y", b"XDM/1.0/DDM+CR X Y\r\nIn-Reply-To: <a@b.fr>"):
        assert codes(b"From: a@b.mssante.fr\r\nSubject: " + subject + b"\r\n\r\n") == []


def test_another_type_than_announced_is_said() -> None:
    assert codes(sent().replace(b"X-MSS-CODECDA: 11488-4", b"X-MSS-CODECDA: 34112-3")) == ["claim.codes"]


def test_an_ins_that_is_announced_and_not_there_is_said() -> None:
    plain = sent(sealed(2, patient=UNQUALIFIED))
    assert codes(plain) == []
    assert codes(plain.replace(b"X-MSS-INS: N", b"X-MSS-INS: O")) == ["claim.ins"]
