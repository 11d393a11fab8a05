"""Invented people and letters."""

from __future__ import annotations

import pytest

from caducee.cda import CdaChecker, CdaSealer
from caducee.documents.ports import Identifiers
from caducee.model.document import CONSULTATION_REPORT, Document, PdfBody
from caducee.model.environment import Environment
from caducee.model.patient import Patient
from caducee.model.practice import Practitioner
from caducee.paper.prescription import PaperCopyist
from caducee.terminology import Terminology
from core.tests.cda.samples import people

OID_ROOT = "1.2.250.1.999.1"
MAX_BYTES = 25_000_000


@pytest.fixture(scope="session")
def terminology() -> Terminology:
    return Terminology.load()


@pytest.fixture(scope="session")
def sealer(terminology: Terminology) -> CdaSealer:
    return CdaSealer(oid_root=OID_ROOT, terminology=terminology, copyist=PaperCopyist(Environment.SANDBOX))


@pytest.fixture(scope="session")
def checker(terminology: Terminology) -> CdaChecker:
    return CdaChecker(terminology=terminology, environment=Environment.SANDBOX, max_bytes=MAX_BYTES)


@pytest.fixture(scope="session")
def identifiers() -> Identifiers:
    return Identifiers(
        document_id=f"{OID_ROOT}.5",
        series=f"{OID_ROOT}.6",
        version=1,
        set_id=f"{OID_ROOT}.7",
        signature_id=f"{OID_ROOT}.8",
    )


@pytest.fixture(scope="session")
def roux() -> Practitioner:
    return people.ROUX


@pytest.fixture(scope="session")
def jeanne() -> Patient:
    return people.JEANNE


@pytest.fixture(scope="session")
def letter(jeanne: Patient) -> Document:
    return Document(
        local_id="L1",
        patient=jeanne,
        author="roux",
        type=CONSULTATION_REPORT,
        title="Compte rendu de consultation",
        body=PdfBody(b"%PDF-1.4\n% invented\n%%EOF\n"),
        created="20261125083000+0100",
        service_start="20261125081500+0100",
    )
