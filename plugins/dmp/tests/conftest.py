from __future__ import annotations

import hashlib
import logging
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from caducee.clock import SystemClock
from caducee.contracts.delivery import Envelope
from caducee.contracts.signer import SignatureAlgorithm, Signer
from caducee.drift import Drift
from caducee.errors import CaduceeError
from caducee.model.codes import LOINC, Code
from caducee.model.entry import DocumentEntry, EntryOrganisation, EntryPatient, EntryPatientId, EntryPerson
from caducee.model.environment import Environment
from caducee.model.practice import Organisation, Practitioner
from caducee.sharing.opposition import Opposition, Scope
from caducee.testing.state import MemoryState
from caducee.wire.vihf import Software
from caducee_dmp.config import DmpConfig

from .scripted_dmp import ScriptedDmp, scripted_dmp

NOW = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
DOCUMENT = '<ClinicalDocument xmlns="urn:hl7-org:v3"><title>Été</title></ClinicalDocument>'.encode()
SHA1 = hashlib.sha1(DOCUMENT, usedforsecurity=False)
INS = EntryPatientId(identifier="275036399900105", oid="1.2.250.1.213.1.4.10")


class FakeSigner:
    algorithms = frozenset(SignatureAlgorithm)

    def __init__(self, key: rsa.RSAPrivateKey, der: bytes) -> None:
        self._key, self._der = key, der
        self.operations: list[SignatureAlgorithm] = []

    async def certificate(self) -> bytes:
        return self._der

    async def sign(self, data: bytes, algorithm: SignatureAlgorithm) -> bytes:
        self.operations.append(algorithm)
        digest = hashes.SHA1() if algorithm is SignatureAlgorithm.RSA_SHA1 else hashes.SHA256()
        return self._key.sign(data, padding.PKCS1v15(), digest)


class FakeCredentials:
    """The keys of one doctor, ``roux``."""

    def __init__(self, practitioner: Practitioner, signer: FakeSigner) -> None:
        self._practitioner, self.fake_signer = practitioner, signer
        self.asked: list[str] = []
        self.trouble: CaduceeError | None = None

    def practitioner(self, key: str) -> Practitioner:
        self.asked.append(key)
        return self._practitioner

    async def signer(self, practitioner: str) -> Signer:
        self.asked.append(practitioner)
        if self.trouble is not None:
            raise self.trouble
        return self.fake_signer

    def tls(self, credential: str) -> ssl.SSLContext:
        raise AssertionError(f"in DIRECTE the organisation's certificate {credential} is not used")

    def certificate(self, credential: str) -> bytes:
        raise AssertionError(f"in DIRECTE the organisation's certificate {credential} is not used")

    def tls_for(self, practitioner: str) -> ssl.SSLContext:
        self.asked.append(practitioner)
        return ssl.create_default_context()

    async def subject_dn(self, practitioner: str) -> str:
        self.asked.append(practitioner)
        return "CN=899700000017,O=TEST,C=FR"


class FixedClock(SystemClock):
    def now(self) -> datetime:
        return NOW


class FakeOppositions:
    """The patient is against ``scopes``."""

    def __init__(self) -> None:
        self.scopes: set[Scope] = set()

    async def standing(self, local_id: str, scope: Scope, *, document_type: str = "") -> Opposition | None:
        if scope not in self.scopes:
            return None
        return Opposition(scope=scope, motive="ne souhaite pas", noted_by="Dr Roux", since=NOW.date())


class FakeContext:
    name = "dmp"
    environment = Environment.SANDBOX
    log = logging.getLogger("caducee.dmp.test")

    def __init__(self, config: DmpConfig, credentials: FakeCredentials) -> None:
        self.config = config
        self.credentials = credentials
        self.state = MemoryState()
        self.clock = FixedClock()
        self.oppositions = FakeOppositions()
        self.majority = 18
        self.drifts: list[tuple[str, Drift]] = []

    async def saw_drift(self, service: str, drift: Drift) -> None:
        self.drifts.append((service, drift))


@pytest.fixture
def dmp() -> Iterator[ScriptedDmp]:
    with scripted_dmp() as scripted:
        yield scripted


@pytest.fixture(scope="session")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="session")
def signer_certificate(key: rsa.RSAPrivateKey) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "899700000017")])
    builder = x509.CertificateBuilder(
        issuer_name=name,
        subject_name=name,
        public_key=key.public_key(),
        serial_number=7,
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
        author_specialty=Code("G15_10/SM26", "1.2.250.1.213.1.1.4.5", "Médecin"),
        organisation=Organisation(
            identifier="499700000017001",
            name="Cabinet du Dr Roux",
            sector=Code("SA07", "1.2.250.1.71.4.2.4", "Cabinet individuel"),
            setting=Code("AMBULATOIRE", "1.2.250.1.213.1.1.4.9", "Ambulatoire"),
        ),
    )


@pytest.fixture
def context(
    dmp: ScriptedDmp, practitioner: Practitioner, key: rsa.RSAPrivateKey, signer_certificate: bytes
) -> FakeContext:
    config = DmpConfig(
        url=dmp.url,
        lps=Software(id="01.00", name="LGC", version="1.0", homologation="NUM", oid="1.2.250.1.999.1.1"),
        answer_timeout=5.0,
    )
    return FakeContext(config, FakeCredentials(practitioner, FakeSigner(key, signer_certificate)))


@pytest.fixture
def entry(practitioner: Practitioner) -> DocumentEntry:
    author = EntryPerson(identifier="899700000017", family_name="ROUX", given_name="Camille")
    return DocumentEntry(
        document_id="1.2.250.1.999.1.7",
        title="Lettre",
        created_utc="20261125073000",
        service_start_utc="20261125070000",
        service_stop_utc=None,
        type=Code("11488-4", LOINC, "CR"),
        class_=Code("10", "1.2.250.1.213.1.1.4.1", "Compte rendu"),
        format=Code("urn:ihe:iti:xds-sd:pdf:2008", "1.3.6.1.4.1.19376.1.2.3", "PDF"),
        facility=practitioner.organisation.sector,
        setting=practitioner.organisation.setting,
        confidentiality=Code("N", "2.16.840.1.113883.5.25", "Normal"),
        author=author,
        author_institution=EntryOrganisation(identifier="499700000017001", name="Cabinet du Dr Roux"),
        author_specialty=practitioner.author_specialty,
        legal_authenticator=author,
        patient_id=INS,
        source_patient_id=INS,
        source_patient_info=EntryPatient(birth_name="NESSI-TEST", given_name="JEANNE", birth_date="19750312", sex="F"),
        sha1=SHA1.hexdigest(),
        size=len(DOCUMENT),
    )


@pytest.fixture
def envelope(entry: DocumentEntry) -> Envelope:
    return Envelope(
        delivery_id="d1",
        kind="dmp",
        reference="-",
        destination=b"{}",
        author="roux",
        document_id=entry.document_id,
        set_id="1.2.250.1.999.1.8",
        signature_id="1.2.250.1.999.1.9",
        submission_time="20261125083000",
        document=DOCUMENT,
        sha1=SHA1.digest(),
        sha256=hashlib.sha256(DOCUMENT).digest(),
        entry=msgspec.json.encode(entry),
    )
