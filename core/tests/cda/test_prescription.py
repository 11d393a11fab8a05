"""What a prescription says beyond its lines."""

from __future__ import annotations

from caducee.cda import CdaSealer
from caducee.cda.reading import read_document
from caducee.model.document import Document
from caducee.model.practice import Practitioner

from .samples.documents import IDENTIFIERS, OID_ROOT, documents
from .samples.people import ROUX, T


class NoPaper:
    def copy(self, document: Document, author: Practitioner) -> bytes:
        return b"%PDF-1.4\n%%EOF\n"


def sealed(name: str) -> bytes:
    sealer = CdaSealer(oid_root=OID_ROOT, terminology=T, copyist=NoPaper())
    return sealer.seal(documents()[name], ROUX, IDENTIFIERS).document


def test_a_secured_form_says_its_amounts_in_letters_and_keeps_the_codes() -> None:
    cda = sealed("prescription, secured, of a pregnant patient").decode()
    assert "un comprimé matin et soir pendant sept jours" in cda
    assert "deux boîtes, pendant sept jours" in cda
    assert '<quantity unit="30009000" value="2">' in cda


def test_pregnancy_and_free_lines_have_their_sections() -> None:
    titles = [
        section.title for section in read_document(sealed("prescription, secured, of a pregnant patient")).sections
    ]
    assert "Grossesse" in titles
    assert "Commentaire" in titles


def test_who_is_to_execute_it_is_named_with_the_wished_day() -> None:
    cda = sealed("prescription, secured, of a pregnant patient").decode()
    assert '<participant typeCode="PRF">' in cda
    assert '<low value="20261126">' in cda


def test_the_replaced_doctor_is_a_reference_of_a_prescription_only() -> None:
    prescription, report = sealed("prescription, full").decode(), sealed("report, everybody").decode()
    assert '<participant typeCode="RESP">' not in prescription
    assert '<participant typeCode="RESP">' in report
    assert '<participant typeCode="REF"><functionCode code="353"' in prescription
