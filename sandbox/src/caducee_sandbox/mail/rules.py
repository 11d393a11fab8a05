"""What the network demands of a message, judged from its bytes alone."""

from __future__ import annotations

import email
import email.policy
import hashlib
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from email.message import EmailMessage
from email.utils import getaddresses

from lxml import etree

from caducee_sandbox.mail.people import is_patient

LARGEST = 26_214_400
SUBJECT = re.compile(r"XDM/1\.0/DDM\+\S.* \S+ \S+")
PATIENT_SCHEMES = (
    "urn:uuid:6b5aea1a-874d-4603-a4bc-96a0a7b38446",
    "urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427",
)
CDA = "{urn:hl7-org:v3}"
RIM = "{urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0}"
PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)


def faults(content: bytes, *, sender: str, recipients: Sequence[str]) -> list[str]:
    """Return every rule that a message breaks; none: the network takes it."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    archives = [p for p in message.iter_attachments() if (p.get_filename() or "").lower() == "ihe_xdm.zip"]
    return [
        *_headers(message, sender),
        *_patients(message, recipients),
        *(_with_archive(message, archives[0]) if archives else _without_archive(message)),
        *(["more than one IHE_XDM.zip"] if len(archives) > 1 else []),
    ]


def notification_faults(content: bytes) -> list[str]:
    """Return what is wrong with a message without return address: only reports may have none (RFC 5321, 4.5.5)."""
    kind = email.message_from_bytes(content, policy=email.policy.default).get_content_type()
    return [] if kind == "multipart/report" else ["only a report has no return address"]


def _headers(message: EmailMessage, sender: str) -> Iterator[str]:
    addresses = [address.lower() for _, address in getaddresses(message.get_all("From", []))]
    if addresses != [sender.lower()]:
        yield "From is not the mailbox that sends"
    if not (message["X-MSS-NIL"] or "").strip():
        yield "X-MSS-NIL is missing"
    for name in ("Date", "Message-ID"):
        if message[name] is None:
            yield f"{name} is missing"


def _patients(message: EmailMessage, recipients: Sequence[str]) -> Iterator[str]:
    patients = {address.lower() for address in recipients if is_patient(address)}
    if len(patients) > 1:
        yield "more than one patient"
    if message["X-MSS-MES"] is not None and (message["X-MSS-MES"] != "FIN" or not patients):
        yield "X-MSS-MES is FIN, toward a patient"


def _without_archive(message: EmailMessage) -> Iterator[str]:
    for name in ("X-MSS-CODECDA", "X-MSS-INS"):
        if message[name] is not None:
            yield f"{name} without IHE_XDM.zip"


def _with_archive(message: EmailMessage, part: EmailMessage) -> Iterator[str]:
    if not SUBJECT.search(message["Subject"] or ""):
        yield "the subject is not XDM/1.0/DDM+… with document, name and first name"
    if message["X-MSS-INS"] not in ("O", "N"):
        yield "X-MSS-INS is O or N with IHE_XDM.zip"
    if not any(p.get_content_type() == "application/pdf" for p in message.iter_attachments()):
        yield "no PDF beside IHE_XDM.zip"
    stated = [code.strip() for code in (message["X-MSS-CODECDA"] or "").split(",")]
    yield from archive_faults(part.get_content(), codes=stated)


def archive_faults(archive: bytes, *, codes: list[str] | None = None) -> list[str]:
    """Return what is wrong in an archive: its tree, its metadata, its documents, and the codes told of them."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            files = {name.upper(): opened.read(name) for name in opened.namelist() if not name.endswith("/")}
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError):
        return ["IHE_XDM.zip is no zip"]
    found = [f"{name} is missing in IHE_XDM.zip" for name in ("INDEX.HTM", "README.TXT") if name not in files]
    metadata = {name: content for name, content in files.items() if name.endswith("/METADATA.XML")}
    if len(metadata) != 1:
        return [*found, "one METADATA.XML is wanted in IHE_XDM.zip"]
    [(path, content)] = metadata.items()
    folder = path.removesuffix("METADATA.XML")
    documents = {n.removeprefix(folder): c for n, c in files.items() if n.startswith(folder) and n.endswith(".XML")}
    documents.pop("METADATA.XML")
    try:
        return [*found, *_metadata(content, documents), *_codes(documents, codes)]
    except etree.XMLSyntaxError:
        return [*found, "a file of IHE_XDM.zip is no XML"]


def _metadata(content: bytes, documents: dict[str, bytes]) -> Iterator[str]:
    root = etree.fromstring(content, PARSER)
    identified = [e for e in root.iter(f"{RIM}ExternalIdentifier") if e.get("identificationScheme") in PATIENT_SCHEMES]
    if len({e.get("value") for e in identified}) != 1:
        yield "one patientId is wanted in METADATA.XML"
    entries = list(root.iter(f"{RIM}ExtrinsicObject"))
    if {_slot(e, "URI") for e in entries} != set(documents):
        yield "the URI of METADATA.XML are not the documents"
    for entry in entries:
        document = documents.get(_slot(entry, "URI"), b"")
        digest = hashlib.sha1(document, usedforsecurity=False).hexdigest()
        if _slot(entry, "hash").lower() != digest or _slot(entry, "size") != str(len(document)):
            yield "hash or size of METADATA.XML is not that of the document"
    matricules = {(e.get("value") or "").split("^")[0] for e in identified}
    for document in documents.values():
        known = {
            e.get("extension") for e in etree.fromstring(document, PARSER).iterfind(f".//{CDA}patientRole/{CDA}id")
        }
        if not matricules <= known:
            yield "the patientId of METADATA.XML is not the patient of the document"


def _codes(documents: dict[str, bytes], stated: list[str] | None) -> Iterator[str]:
    codes = [etree.fromstring(d, PARSER).find(f"{CDA}code") for d in documents.values()]
    if not documents:
        yield "no document in IHE_XDM.zip"
    elif stated is not None and sorted(stated) != sorted("" if c is None else c.get("code", "") for c in codes):
        yield "X-MSS-CODECDA is not the codes of the documents"


def _slot(entry: etree._Element, name: str) -> str:
    values = [v.text for s in entry.iterfind(f"{RIM}Slot[@name='{name}']") for v in s.iter(f"{RIM}Value")]
    return (values[0] or "") if values else ""
