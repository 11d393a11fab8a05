"""Invented people and letters."""

from __future__ import annotations

import pytest

from caducee.cda import CdaChecker, CdaSealer
from caducee.documents.ports import Identifiers
from caducee.model.document import CONSULTATION_REPORT, Document, PdfBody
from caducee.model.environment import Environment
from caducee.model.identity import INS_NIR_TEST, Ins, InsStatus, Sex, Traits
from caducee.model.patient import Address, Patient
from caducee.model.practice import Organisation, Practitioner
from caducee.paper.prescription import PaperCopyist
from caducee.terminology import Terminology

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
def roux(terminology: Terminology) -> Practitioner:
    return Practitioner(
        identifier="899700000017",
        family_name="ROUX",
        given_name="Camille",
        profession=terminology.code("profession", "10"),
        specialty=terminology.code("specialty", "SM26"),
        author_specialty=terminology.code("author_specialty", "G15_10/SM26"),
        title="DR",
        organisation=Organisation(
            identifier="499700000017001",
            name="Cabinet du Dr Roux",
            sector=terminology.code("facility_type", "SA07"),
            setting=terminology.code("practice_setting", "AMBULATOIRE"),
            address=Address(lines=("1 place de l'Exemple",), postal_code="99999", city="EXEMPLEVILLE"),
            phone="00 00 00 00 00",
        ),
    )


@pytest.fixture(scope="session")
def jeanne() -> Patient:
    return Patient(
        local_id="P1",
        traits=Traits(
            birth_name="NESSI-TEST",
            given_names=("JEANNE", "MARIE"),
            sex=Sex.FEMALE,
            birth_date="1975-03-12",
            birth_place="63999",
        ),
        status=InsStatus.QUALIFIED,
        ins=Ins(matricule="275036399900106", oid=INS_NIR_TEST, environment=Environment.SANDBOX),
    )


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
