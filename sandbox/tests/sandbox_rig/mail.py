"""Mails as a client of the network writes them, with libraries that are not ours."""

from __future__ import annotations

import hashlib
import io
import smtplib
import ssl
import zipfile
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Any

from imapclient import IMAPClient

from .client import client_context, control

ROUX = "camille.roux@medecin.test.mssante.fr"
LENOIR = "dominique.lenoir@medecin.test.mssante.fr"
OFFICE = "secretariat.roux@cabinet.test.mssante.fr"
PROGRAM = "logiciel.roux@cabinet.test.mssante.fr"
RIM = 'xmlns:rim="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"'
PATIENT_OF_SET = "urn:uuid:6b5aea1a-874d-4603-a4bc-96a0a7b38446"
SUBJECT = "XDM/1.0/DDM+Compte rendu NESSI-TEST JEANNE 12/03/1975"


def trusted(described: dict[str, Any], credential: str | None = None) -> ssl.SSLContext:
    return client_context(described, credential)


def token(described: dict[str, Any], doctor: str = "roux") -> str:
    value = f"jeton-{doctor}"
    control(described, "POST", "/mail/tokens", {"token": value, "doctor": doctor})
    return value


def bearer(address: str, value: str) -> str:
    return f"user={address}\x01auth=Bearer {value}\x01\x01"


def smtp(described: dict[str, Any], address: str = ROUX, *, value: str | None = None) -> smtplib.SMTP:
    place = described["mail"]["submission"]
    client = smtplib.SMTP(place["host"], place["port"], timeout=20)
    client.starttls(context=trusted(described))
    client.ehlo()
    text = bearer(address, value or token(described))
    try:
        client.auth("XOAUTH2", lambda challenge=None: text if challenge is None else "", initial_response_ok=True)
    except smtplib.SMTPException:
        client.close()
        raise
    return client


def imap(described: dict[str, Any], address: str = ROUX, doctor: str = "roux") -> IMAPClient:
    place = described["mail"]["imaps"]
    client = IMAPClient("localhost", place["port"], ssl_context=trusted(described), timeout=20)
    client.oauth2_login(address, token(described, doctor))
    return client


def letter(to: str, *, sender: str = ROUX, nil: str | None = "SANDBOX", subject: str = "Bonjour") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"], message["Message-ID"] = (
        "Sat, 28 Nov 2026 10:00:00 +0100",
        make_msgid(domain="medecin.test.mssante.fr"),
    )
    if nil is not None:
        message["X-MSS-NIL"] = nil
    message.set_content("Bonjour à vous\n")
    return message


def with_archive(message: EmailMessage, archive: bytes, *, codes: str = "11488-4") -> EmailMessage:
    message["X-MSS-CODECDA"], message["X-MSS-INS"] = codes, "N"
    message.add_attachment(archive, maintype="application", subtype="zip", filename="IHE_XDM.zip")
    message.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="cr.pdf")
    return message


def archive(ins: str, *, digest: str | None = None, other_patient: str = "") -> bytes:
    document = (
        '<ClinicalDocument xmlns="urn:hl7-org:v3"><code code="11488-4"/><recordTarget><patientRole>'
        f'<id root="1.2.250.1.213.1.4.10" extension="{other_patient or ins}"/></patientRole></recordTarget>'
        "</ClinicalDocument>"
    ).encode()
    sha1 = digest or hashlib.sha1(document, usedforsecurity=False).hexdigest()
    slots = "".join(
        f'<rim:Slot name="{name}"><rim:ValueList><rim:Value>{value}</rim:Value></rim:ValueList></rim:Slot>'
        for name, value in (("URI", "DOC00001.XML"), ("hash", sha1), ("size", len(document)))
    )
    identifier = (
        f'<rim:ExternalIdentifier identificationScheme="{PATIENT_OF_SET}" '
        f'value="{ins}^^^&amp;1.2.250.1.213.1.4.10&amp;ISO^NH"/>'
    )
    metadata = f"<list {RIM}><rim:RegistryPackage>{identifier}</rim:RegistryPackage>"
    metadata += f"<rim:ExtrinsicObject>{slots}</rim:ExtrinsicObject></list>"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as files:
        files.writestr("INDEX.HTM", "<html/>")
        files.writestr("README.TXT", "lisez")
        files.writestr("IHE_XDM/SUBSET01/METADATA.XML", metadata)
        files.writestr("IHE_XDM/SUBSET01/DOC00001.XML", document)
    return packed.getvalue()
