"""What needs the official kit: its schemas, and mails that were not written here."""

from __future__ import annotations

import io
import os
import subprocess
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from caducee.model.environment import Environment
from caducee_mss.reading import MailKind, Outcome, ReceiptKind, propose, read_mail
from plugins.mss.tests.letters import UNQUALIFIED, Index, outgoing, sealed

pytestmark = pytest.mark.conformance


def kit(pattern: str) -> list[Path]:
    found = sorted(Path(os.environ["KIT"]).rglob(pattern))
    assert found
    return found


@pytest.mark.parametrize("qualified", [True, False])
def test_the_metadata_of_a_mail_are_valid_ebrim(*, qualified: bool) -> None:
    schema = etree.XMLSchema(etree.parse(kit("lcm.xsd")[0]))
    documents = (sealed(1), sealed(2)) if qualified else (sealed(2, patient=UNQUALIFIED),)
    archive = outgoing(*documents).archive
    assert archive is not None
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        schema.assertValid(etree.fromstring(opened.read("IHE_XDM/SUBSET01/METADATA.XML")))


def test_the_archive_of_a_mail_is_sound_for_unzip(tmp_path: Path) -> None:
    archive = outgoing().archive
    assert archive is not None
    (tmp_path / "a.zip").write_bytes(archive)
    subprocess.run(["unzip", "-tq", str(tmp_path / "a.zip")], check=True, capture_output=True)


def test_mails_of_the_kit_are_read_for_what_they_are() -> None:
    sample = read_mail(kit("sample-xdm.eml")[0].read_bytes())
    assert (sample.kind, sample.ins_is_qualified, sample.codes) == (MailKind.PROFESSIONAL, True, ("11488-4",))
    (document,) = sample.documents
    assert document.patient is not None
    assert document.doubts == ()
    assert propose(sample, known=Index(), environment=Environment.SANDBOX).documents[0].outcome is Outcome.PERSON
    done = read_mail(kit("mdn-processed.eml")[0].read_bytes()).receipt
    failed = read_mail(kit("mdn-error-904.eml")[0].read_bytes()).receipt
    assert done is not None
    assert failed is not None
    assert (done.kind, failed.kind, failed.code) == (ReceiptKind.PROCESSED, ReceiptKind.FAILED, "904")
    assert [one.arrived for one in read_mail(kit("dsn-success.eml")[0].read_bytes()).deliveries] == [True]


def test_attachments_with_names_in_every_form_are_read() -> None:
    read = read_mail(kit("F02.eml")[0].read_bytes())
    assert [one.label for one in read.attachments] == [
        "Compte rendu Noël.pdf",
        "Résultat d’août.pdf",
        "Bilan cœur et poumon.pdf",
        "Ordonnance été.pdf",
        "..\\..\\C:CON.pdf",
    ]
    assert read.attachments[-1].name == "C_CON.pdf"
