from __future__ import annotations

import io
import zipfile

import msgspec
import pytest

from caducee.cda.reading import read_document
from caducee.errors import InsNotQualified
from caducee.testing.letters import PDF
from caducee.wire.xds.entry import WithoutIns
from caducee.wire.xds.submitted import read_submitted
from caducee_mss.message import MailInvalid, mail_of
from plugins.mss.tests.letters import SUBMISSION, UNQUALIFIED, note, outgoing, sealed


def metadata(archive: bytes | None) -> bytes:
    assert archive is not None
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return opened.read("IHE_XDM/SUBSET01/METADATA.XML")


def test_the_copy_of_a_document_that_is_a_pdf_is_that_pdf() -> None:
    carried = outgoing().documents[0]
    assert carried.pdf == PDF == read_document(carried.cda).pdf


@pytest.mark.requirement("MSS-ECO.2.1.6")
def test_the_copy_is_named_after_the_day_the_type_and_the_patient() -> None:
    name = outgoing(record="42").documents[0].pdf_name
    assert name == "20260105_CR ou fiche de consultation ou de visite_NESSI-CANARI_JEANNE-CANARI_42.pdf"


def test_two_documents_of_one_kind_and_day_have_two_names() -> None:
    mail = outgoing(sealed(1), sealed(2))
    assert [one.pdf_name.rpartition("CANARI")[2] for one in mail.documents] == [".pdf", "-2.pdf"]
    assert mail.subject.startswith("XDM/1.0/DDM+2 documents NESSI-CANARI")


@pytest.mark.requirement("INS/va1.53")
def test_without_an_ins_the_patient_is_named_as_the_practice_does_and_the_ins_is_nowhere() -> None:
    mail = outgoing(sealed(2, patient=UNQUALIFIED))
    assert not mail.ins_is_qualified
    content = metadata(mail.archive)
    said = read_submitted(content)
    assert said.patient is not None
    assert (said.patient.identifier, said.patient.oid) == ("DOSSIER-CANARI-1", SUBMISSION.source_id)
    assert said.entries[0].patient == said.patient
    assert b"&amp;ISO^PI" in content
    assert b"^NH" not in content
    assert b"275036399900106" not in content


def test_without_an_ins_nothing_leaves_when_the_policy_says_so() -> None:
    strict = msgspec.structs.replace(SUBMISSION, without_ins=WithoutIns.REFUSE)
    with pytest.raises(InsNotQualified):
        mail_of((sealed(2, patient=UNQUALIFIED),), note(), strict)


def test_a_mail_of_no_document_is_refused() -> None:
    with pytest.raises(MailInvalid):
        mail_of((), note(), SUBMISSION)
