"""Our messages judged by IPF's validators, IPF's own answers read by us, our signatures verified by the JDK.

IPF holds messages to the IHE tables, which leave out three things that French ones write: the type of an identifier
(CX.5), of a structure (XON.7), and the text of a specialty. They are taken away before it judges; what they look like
is held by the tests of the toolkit, and that IPF refuses them as they are is held here.
"""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID
from lxml import etree

from caducee.contracts.signer import SignatureAlgorithm
from caducee.errors import ServiceRejected
from caducee.model.codes import LOINC, Code
from caducee.model.entry import DocumentEntry, EntryOrganisation, EntryPatient, EntryPatientId, EntryPerson
from caducee.model.practice import Organisation, Practitioner
from caducee.wire.dsg import DsgWriter, SignedDocument
from caducee.wire.vihf import Software, VihfOptions, VihfSession, VihfWriter
from caducee.wire.xds.criteria import DocumentFilter, EntryStatus, Period
from caducee.wire.xds.found import read_references
from caducee.wire.xds.found_sets import read_contents
from caducee.wire.xds.query import QueryWriter
from caducee.wire.xds.retrieve import DocumentRequest, RetrieveWriter
from caducee.wire.xds.submission import Folder, SubmissionSet
from caducee.wire.xds.update import UpdateWriter, read_copies, with_masks
from caducee_dmp.masks import Mask
from caducee_dmp.td21_feed import Feed, Outgoing, SetIdentifiers, request

pytestmark = pytest.mark.interop
HERE = Path(__file__).parent
NOW = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
INS = EntryPatientId(identifier="275036399900105", oid="1.2.250.1.213.1.4.10")
CONSULTATION = Code("07", "1.2.250.1.213.2.2", "Consultation")
PRACTICE = Organisation(
    identifier="499700000017001",
    name="Cabinet du Dr Roux",
    sector=Code("SA07", "1.2.250.1.71.4.2.4", "Cabinet individuel"),
    setting=Code("AMBULATOIRE", "1.2.250.1.213.1.1.4.9", "Ambulatoire"),
)
ROUX = Practitioner(
    identifier="899700000017",
    family_name="ROUX",
    given_name="Camille",
    profession=Code("10", "1.2.250.1.71.1.2.7", "Médecin"),
    specialty=Code("SM26", "1.2.250.1.71.4.2.5", "Qualifié en Médecine Générale (SM)"),
    author_specialty=Code("G15_10/SM26", "1.2.250.1.213.1.1.4.5", "Médecin"),
    organisation=PRACTICE,
)
CONTENT = b'<ClinicalDocument xmlns="urn:hl7-org:v3"></ClinicalDocument>'


@pytest.fixture(scope="session")
def ipf(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The command of IPF's judge, built once from its own folder; it fails without Maven, never skips."""
    folder = tmp_path_factory.mktemp("ipf")
    shutil.copytree(HERE / "ipf", folder, dirs_exist_ok=True)
    subprocess.run(["mvn", "-q", "-B", "package"], cwd=folder, check=True, capture_output=True, timeout=300)
    return ["java", "-cp", f"{folder}/target/xds-judge-1.jar:{folder}/target/lib/*", "Judge"]


def entry(number: int) -> DocumentEntry:
    author = EntryPerson(identifier=ROUX.identifier, family_name="ROUX", given_name="Camille")
    return DocumentEntry(
        document_id=f"1.2.250.1.999.1.{number}",
        title="Lettre",
        created_utc="20261125073000",
        service_start_utc="20261125070000",
        service_stop_utc=None,
        type=Code("11488-4", LOINC, "CR"),
        class_=Code("10", "1.2.250.1.213.1.1.4.1", "Compte rendu"),
        format=Code("urn:ihe:iti:xds-sd:pdf:2008", "1.3.6.1.4.1.19376.1.2.3", "PDF"),
        facility=PRACTICE.sector,
        setting=PRACTICE.setting,
        confidentiality=Code("N", "2.16.840.1.113883.5.25", "Normal"),
        author=author,
        author_institution=EntryOrganisation(identifier=PRACTICE.identifier, name=PRACTICE.name),
        author_specialty=ROUX.author_specialty,
        legal_authenticator=author,
        patient_id=INS,
        source_patient_id=INS,
        source_patient_info=EntryPatient(birth_name="NESSI-TEST", given_name="JEANNE", birth_date="19750312", sex="F"),
        sha1=hashlib.sha1(CONTENT, usedforsecurity=False).hexdigest(),
        size=len(CONTENT),
    )


def submission(*, folder: Folder | None = None) -> bytes:
    """Two documents, one masked, one that replaces; the parts inside the message, as the schema wants them."""
    feed = Feed(source_id="1.2.250.1.999.1.1", content_type=CONSULTATION, emit_hash=True)
    old = "urn:uuid:0a0a0a0a-0000-4000-8000-000000000001"
    documents = (
        Outgoing(entry=entry(5), content=CONTENT, masks=(Mask.PATIENT.as_code(),)),
        Outgoing(entry=entry(6), content=CONTENT, replaced=old),
    )
    named = SetIdentifiers(
        set_id="1.2.250.1.999.1.8", signature_id="1.2.250.1.999.1.9", submission_time="20261125083000"
    )
    prepared = feed.prepare(named, documents, author=ROUX, signature=b"<s/>", folder=folder)
    root = etree.fromstring(request((CONTENT, CONTENT), prepared).body)
    for include in list(root.iter("{http://www.w3.org/2004/08/xop/include}Include")):
        parent = include.getparent()
        assert parent is not None
        parent.remove(include)
        parent.text = base64.b64encode(CONTENT).decode()
    return etree.tostring(root)


def queries() -> dict[str, bytes]:
    writer, uuid = QueryWriter(), "urn:uuid:0a0a0a0a-0000-4000-8000-000000000001"
    code, span = entry(1), Period(NOW - timedelta(days=730), NOW)
    everything = DocumentFilter(
        statuses=(EntryStatus.APPROVED, EntryStatus.DEPRECATED),
        classes=(code.class_,),
        types=(code.type,),
        formats=(code.format,),
        settings=(code.setting,),
        facilities=(code.facility,),
        events=(code.type,),
        confidentiality=(code.confidentiality,),
        authors=("%ROUX%",),
        created=span,
        service_started=span,
        service_stopped=span,
    )
    return {
        "find": writer.find_documents(INS),
        "find_by_everything": writer.find_documents(INS, everything),
        "find_sets": writer.find_sets(INS, span),
        "get": writer.get_documents(("1.2.250.1.999.1.5",)),
        "get_by_uuid": writer.get_documents(entry_uuids=(uuid,)),
        "get_links": writer.get_associations((uuid,)),
        "get_both": writer.get_documents_and_associations(entry_uuids=(uuid,)),
        "get_set": writer.get_set_and_contents(entry_uuid=uuid),
        "get_set_by_oid": writer.get_set_and_contents(unique_id="1.2.250.1.999.1.8"),
    }


def updates(found: bytes) -> dict[str, bytes]:
    changed = SubmissionSet(
        unique_id="1.2.250.1.999.1.8",
        source_id="1.2.250.1.999.1.1",
        submission_time="20261125083000",
        patient=INS,
        author=ROUX,
        content_type=CONSULTATION,
    )
    (copy,) = read_copies(etree.fromstring(found), service="dmp")
    uuid = "urn:uuid:0a0a0a0a-0000-4000-8000-000000000001"
    status = {"old": EntryStatus.APPROVED, "new": EntryStatus.ARCHIVED}
    return {
        "status": UpdateWriter().status(changed, entry_uuid=uuid, **status),
        "masks": UpdateWriter().metadata(changed, with_masks(copy, (Mask.PROFESSIONALS.as_code(),))),
    }


def in_ihe_form(message: bytes) -> bytes:
    """Take away what the French forms add."""
    text = message.decode()
    text = re.sub(r"(&amp;ISO)\^(?:NH|PI)\b", r"\1", text)
    text = re.sub(r"(&amp;ISO)\^IDNST\^", r"\1^^", text)
    return re.sub(r">(G15_[^<^]+)\^[^<^]+\^([0-9.]+)<", r">\1^^^&amp;\2&amp;ISO<", text).encode()


def judged(ipf: list[str], folder: Path, messages: dict[str, bytes]) -> dict[str, str]:
    files = {name: folder / f"{name}.xml" for name in messages}
    for name, file in files.items():
        file.write_bytes(messages[name])
    ended = subprocess.run([*ipf, "judge", *map(str, files.values())], check=False, capture_output=True, text=True)
    verdicts = ended.stdout.splitlines()
    assert len(verdicts) == len(files), ended.stdout + ended.stderr
    return dict(zip(files, verdicts, strict=True))


@pytest.fixture(scope="session")
def own(ipf: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Answers of IPF's own making."""
    folder = tmp_path_factory.mktemp("own")
    subprocess.run([*ipf, "write", str(folder)], check=True, capture_output=True, timeout=60)
    return folder


def test_every_message_of_ours_is_accepted_by_ipf(ipf: list[str], own: Path, tmp_path: Path) -> None:
    retrieve = RetrieveWriter().write(
        DocumentRequest("1.2.250.1.213.4.1.1.1.2", "1.2.250.1.999.1.5"),
        DocumentRequest("1.2.250.1.213.4.1.1.1.2", "1.2.250.1.999.1.6"),
    )
    messages = {
        "submission": submission(),
        "folder": submission(folder=Folder(unique_id="1.2.250.1.999.1.77", title="Suivi", code=CONSULTATION)),
        **queries(),
        "retrieve": retrieve,
        **updates((own / "found.xml").read_bytes()),
    }
    verdicts = judged(ipf, tmp_path, {name: in_ihe_form(message) for name, message in messages.items()})
    assert {name: verdict for name, verdict in verdicts.items() if not verdict.startswith("ACCEPTED")} == {}


def test_ipf_refuses_the_french_forms_and_what_is_wrong(ipf: list[str], tmp_path: Path) -> None:
    ihe = in_ihe_form(submission())
    wrong = {
        "french": submission(),
        "without_signature": re.sub(rb'<xds:Document id="Signature01">.*?</xds:Document>', b"", ihe, flags=re.S),
        "time": ihe.replace(b"20261125073000", b"2026-11-25"),
        "oid": ihe.replace(b"1.2.250.1.999.1.8", b"pas-un-oid"),
        "status": re.sub(
            rb'<Slot name="\$XDSDocumentEntryStatus">.*?</Slot>', b"", in_ihe_form(queries()["find"]), flags=re.S
        ),
    }
    verdicts = judged(ipf, tmp_path, wrong)
    assert [name for name, verdict in verdicts.items() if not verdict.startswith("REFUSED")] == []


def test_the_answers_that_ipf_writes_are_read(own: Path) -> None:
    found = read_contents(etree.fromstring((own / "found.xml").read_bytes()), service="dmp")
    (document,), (held,), (link,) = found.entries, found.sets, found.links
    assert (document.document_id, document.title, document.size) == ("1.2.250.1.999.1.5", "Élève & fils", 12)
    assert (document.version, document.logical_id[-1], document.status) == ("3", "9", "Approved")
    assert {code.code for code in document.confidentiality} == {"N", "MASQUE_PS"}
    assert document.authors[0].startswith("899700000017^ROUX^Camille")
    assert (held.unique_id, held.submitted_utc) == ("1.2.250.1.999.1.6", "20261125083100")
    assert held.content_type == Code("07", "1.2.250.1.213.2.2", "Consultation")
    assert (link.type, link.member, link.source, link.target) == (
        "HasMember",
        "Original",
        held.entry_uuid,
        document.entry_uuid,
    )
    references = read_references(etree.fromstring((own / "references.xml").read_bytes()), service="dmp")
    assert references == (document.entry_uuid,)


def test_a_refusal_that_ipf_writes_keeps_its_code_and_text(own: Path) -> None:
    with pytest.raises(ServiceRejected) as caught:
        read_contents(etree.fromstring((own / "refused.xml").read_bytes()), service="dmp")
    assert (caught.value.service_code, caught.value.service_text) == ("XDSTooManyResults", "trop")


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="module")
def certificate(key: rsa.RSAPrivateKey) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "899700000017")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 7, NOW - timedelta(days=1), NOW + timedelta(days=9))
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def set_signature(key: rsa.RSAPrivateKey, certificate: bytes, digest: str) -> bytes:
    document = SignedDocument(
        unique_id="1.2.250.1.999.1.5",
        sha1=hashlib.sha1(CONTENT, usedforsecurity=False).digest(),
        sha256=hashlib.sha256(CONTENT).digest(),
    )
    writer = DsgWriter("sha1" if digest == "sha1" else "sha256")
    unsigned = writer.prepare(
        set_id="1.2.250.1.999.1.8", documents=(document,), certificate=certificate, signing_time=NOW
    )
    hashed = hashes.SHA1() if unsigned.algorithm is SignatureAlgorithm.RSA_SHA1 else hashes.SHA256()
    return unsigned.finish(key.sign(unsigned.to_sign, padding.PKCS1v15(), hashed))


def assertion(key: rsa.RSAPrivateKey, certificate: bytes, mode: str) -> bytes:
    software = Software(id="01.00", name="LGC", version="1.0", homologation="NUM", oid="1.2.250.1.999.1.1")
    session = VihfSession(
        practitioner=ROUX, issuer="CN=899700000017", since=NOW, declaration="APP_BROWSER_AUTH", reason="Urgence"
    )
    writer = VihfWriter(software, VihfOptions(version="4.0"))
    unsigned = writer.indirect(session, patient=INS, now=NOW, certificate=certificate, mode=mode)
    return unsigned.finish(key.sign(unsigned.to_sign, padding.PKCS1v15(), hashes.SHA256()))


def test_the_jdk_verifies_what_is_signed_and_never_with_one_bit_flipped(
    key: rsa.RSAPrivateKey, certificate: bytes, tmp_path: Path
) -> None:
    signed = [
        set_signature(key, certificate, "sha1"),
        set_signature(key, certificate, "sha256"),
        assertion(key, certificate, "INDIRECTE"),
        assertion(key, certificate, "INDIRECTE_RENFORCEE"),
    ]
    flipped = [
        signed[0].replace(b"1.2.250.1.999.1.5", b"1.2.250.1.999.1.4"),
        signed[1].replace(b"2026-11-25T08:30:00Z", b"2026-11-25T08:30:01Z"),
        signed[2].replace(b"urn:dmp", b"urn:dmq"),
        signed[3].replace(b"Urgence", b"Urgenc\x64"),
    ]
    assert all(before != after for before, after in zip(signed, flipped, strict=True))
    files = []
    for number, content in enumerate((*signed, *flipped)):
        files.append(tmp_path / f"{number}.xml")
        files[-1].write_bytes(content)
    command = ["java", str(HERE / "jdk" / "Signatures.java"), *map(str, files)]
    ended = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    assert ended.stdout.split() == ["valid"] * 4 + ["invalid"] * 4, ended.stderr
