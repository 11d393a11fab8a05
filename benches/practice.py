"""A practice whose services are all down and whose card is out, and the letters it publishes."""

from __future__ import annotations

import json
import os
import secrets
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from caducee import Document, Ins, InsStatus, Patient, PdfBody, Sex, Traits
from caducee.model.document import CONSULTATION_REPORT
from caducee.model.environment import Environment
from caducee.model.identity import INS_NIR_TEST
from caducee.model.nir import control_key
from caducee_demo.practice import set_up

NUMBER = "2750363999301"
CARD_MODULE = Path("sandbox/virtual-cps/target/release/libvirtual_cps.so")


def offline_practice(folder: Path) -> Path:
    """Write a configuration that points at closed ports and an empty card reader; return its path."""
    readers = folder / "vcps"
    (readers / "cards").mkdir(parents=True)
    (readers / "readers.json").write_text(json.dumps({"readers": []}), encoding="utf-8")
    port = _closed_port()
    sandbox: dict[str, Any] = {
        "control": "",
        "insi": f"https://127.0.0.1:{port}/lps",
        "dmp": f"https://127.0.0.1:{port}/si-dmp-server/v2/services",
        "authorities": str(folder / "ca.pem"),
        "credentials": {
            "insi_manu": _credential(folder, "INSI-MANU"),
            "org_auth": _credential(folder, "ORG"),
            "org_sign": _credential(folder, "ORG"),
        },
        "cards": {"dir": str(readers), "module": str(CARD_MODULE.absolute())},
    }
    return set_up(folder / "practice", sandbox, pace=1.0).config


def letter(number: int, kilobytes: int) -> Document:
    """Return a letter with a PDF of that size, about a qualified patient."""
    traits = Traits(
        birth_name="NESSI-TEST",
        given_names=("JEANNE", "MARIE"),
        sex=Sex.FEMALE,
        birth_date="1975-03-12",
        birth_place="63999",
    )
    ins = Ins(matricule=NUMBER + control_key(NUMBER), oid=INS_NIR_TEST, environment=Environment.SANDBOX)
    now = datetime.now().astimezone().strftime("%Y%m%d%H%M%S%z")
    return Document(
        local_id=f"BENCH-{number}",
        patient=Patient(local_id="P1", traits=traits, ins=ins, status=InsStatus.QUALIFIED),
        author="roux",
        type=CONSULTATION_REPORT,
        title="Compte rendu de consultation",
        body=PdfBody(_pdf(kilobytes)),
        created=now,
        service_start=now,
    )


def _pdf(kilobytes: int) -> bytes:
    head, tail = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n%", b"\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    return head + secrets.token_hex(kilobytes * 512).encode()[: kilobytes * 1024 - len(head) - len(tail)] + tail


def _closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def _credential(folder: Path, name: str) -> dict[str, str]:
    """Make a throw-away key and certificate; its authority is itself."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(
        issuer_name=subject,
        subject_name=subject,
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=now - timedelta(days=1),
        not_valid_after=now + timedelta(days=2),
    )
    authority = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    certificate = authority.sign(key, hashes.SHA256())
    password = secrets.token_urlsafe(16).encode()
    encryption = serialization.BestAvailableEncryption(password)
    _write(folder / f"{name}.p12", pkcs12.serialize_key_and_certificates(None, key, certificate, None, encryption))
    _write(folder / f"{name}.pass", password)
    _write(folder / "ca.pem", certificate.public_bytes(serialization.Encoding.PEM))
    return {"file": str(folder / f"{name}.p12"), "password_file": str(folder / f"{name}.pass")}


def _write(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
