from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from caducee.model.codes import LOINC, Code
from caducee.model.entry import DocumentEntry, EntryOrganisation, EntryPatient, EntryPatientId, EntryPerson
from caducee.model.practice import Organisation, Practitioner

NOW = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="session")
def certificate(key: rsa.RSAPrivateKey) -> bytes:
    issuer = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "ESSAI, Santé & Cie"),
            x509.NameAttribute(NameOID.COMMON_NAME, "AC D'ESSAI"),
        ]
    )
    builder = x509.CertificateBuilder(
        issuer_name=issuer,
        subject_name=x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "899700000017")]),
        public_key=key.public_key(),
        serial_number=(1 << 127) + 7,
        not_valid_before=NOW - timedelta(days=1),
        not_valid_after=NOW + timedelta(days=365),
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


@pytest.fixture
def practitioner() -> Practitioner:
    return Practitioner(
        identifier="899700000017",
        family_name="ROUX",
        given_name="Camille",
        profession=Code("10", "1.2.250.1.71.1.2.7", "Médecin"),
        specialty=Code("SM26", "1.2.250.1.71.4.2.5", "Qualifié en Médecine Générale (SM)"),
        author_specialty=Code("G15_10/SM26", "1.2.250.1.213.1.1.4.5", "Médecin - Qualifié en Médecine Générale (SM)"),
        organisation=Organisation(
            identifier="499700000017001",
            name="Cabinet du Dr Roux & associés",
            sector=Code("SA07", "1.2.250.1.71.4.2.4", "Cabinet individuel"),
            setting=Code("AMBULATOIRE", "1.2.250.1.213.1.1.4.9", "Ambulatoire"),
        ),
        title="DR",
    )


@pytest.fixture
def entry(practitioner: Practitioner) -> DocumentEntry:
    author = EntryPerson(identifier="899700000017", family_name="ROUX", given_name="Camille")
    return DocumentEntry(
        document_id="1.2.250.1.999.1.7",
        title="Lettre d'adressage « suivi » <annuel> & co",
        created_utc="20261125073000",
        service_start_utc="20261125070000",
        service_stop_utc=None,
        type=Code("11488-4", LOINC, "CR ou fiche de consultation ou de visite"),
        class_=Code("10", "1.2.250.1.213.1.1.4.1", "Compte rendu"),
        format=Code("urn:ihe:iti:xds-sd:pdf:2008", "1.3.6.1.4.1.19376.1.2.3", "Document PDF"),
        facility=practitioner.organisation.sector,
        setting=practitioner.organisation.setting,
        confidentiality=Code("N", "2.16.840.1.113883.5.25", "Normal"),
        author=author,
        author_institution=EntryOrganisation(identifier="499700000017001", name="Cabinet du Dr Roux & associés"),
        author_specialty=practitioner.author_specialty,
        legal_authenticator=author,
        patient_id=EntryPatientId(identifier="275036399900105", oid="1.2.250.1.213.1.4.10"),
        source_patient_id=EntryPatientId(identifier="P1", oid="1.2.250.1.999.1.2"),
        source_patient_info=EntryPatient(
            birth_name="NESSI-TEST", given_name="JEANNE", birth_date="19750312", sex="F", used_name="L'HÉRITIER^"
        ),
        sha1="da39a3ee5e6b4b0d3255bfef95601890afd80709",
        size=12,
    )
