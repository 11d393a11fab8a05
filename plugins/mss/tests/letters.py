"""Invented letters, sealed and sent, for the tests of secure mail."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

import msgspec

from caducee.cda import CdaSealer
from caducee.documents.ports import Identifiers
from caducee.model.codes import Code
from caducee.model.document import Version
from caducee.model.entry import DocumentEntry
from caducee.model.environment import Environment
from caducee.model.identity import InsStatus
from caducee.model.patient import Patient
from caducee.paper.prescription import PaperCopyist
from caducee.terminology import Terminology
from caducee.testing.letters import AUTHOR, PATIENT, invented_letter
from caducee.wire.xdm import Application
from caducee_mss.message import Letter, Mailbox, OutgoingMail, SealedDocument, compose, mail_of
from caducee_mss.message.carrying import Submission
from caducee_mss.reading import Filed

OID_ROOT = "1.2.250.1.999.7"
DOCTOR = Mailbox("camille.roux@cabinet.mssante.fr", "Dr_Camille_ROUX_Cabinet d'essai")
COLLEAGUE = Mailbox("x.clement@hopital.mssante.fr", "Xavier Clément")
PATIENT_BOX = Mailbox("275036399900106@patient.mssante.fr")
NOW = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
UNQUALIFIED = msgspec.structs.replace(PATIENT, status=InsStatus.VALIDATED)
SUBMISSION = Submission(
    unique_id=f"{OID_ROOT}.9",
    source_id=OID_ROOT,
    author=AUTHOR,
    application=Application(name="Logiciel d'essai", version="1.0", vendor="Exemple"),
    content_type=Code("07", "1.2.250.1.213.2.2", "Consultation"),
    environment=Environment.SANDBOX,
)


@cache
def sealer() -> CdaSealer:
    return CdaSealer(oid_root=OID_ROOT, terminology=Terminology.load(), copyist=PaperCopyist(Environment.SANDBOX))


@cache
def sealed(number: int = 1, *, patient: Patient = PATIENT, replaces: Version | None = None) -> SealedDocument:
    letter = msgspec.structs.replace(invented_letter(f"LETTRE-{number}", patient=patient), replaces=replaces)
    identifiers = Identifiers(
        document_id=f"{OID_ROOT}.1.{number}",
        series=replaces.series if replaces else f"{OID_ROOT}.2.{number}",
        version=replaces.version + 1 if replaces else 1,
        set_id=f"{OID_ROOT}.3.{number}",
        signature_id=f"{OID_ROOT}.4.{number}",
    )
    made = sealer().seal(letter, AUTHOR, identifiers)
    return SealedDocument(cda=made.document, entry=msgspec.json.decode(made.entry, type=DocumentEntry))


def note(**fields: object) -> Letter:
    known = Letter(
        sender=DOCTOR,
        recipients=(COLLEAGUE,),
        text="Bonjour,\nveuillez trouver ci-joint le compte rendu.\nDr Roux\n",
        nil="DEV000000",
        message_id="<20261125.1@cabinet.mssante.fr>",
        date=NOW,
    )
    return msgspec.structs.replace(known, **fields)


def outgoing(*documents: SealedDocument, **fields: object) -> OutgoingMail:
    return mail_of(documents or (sealed(),), note(**fields), SUBMISSION)


def words_only(**fields: object) -> OutgoingMail:
    known = OutgoingMail(
        sender=DOCTOR,
        recipients=(COLLEAGUE,),
        subject="Avis",
        text="Bonjour",
        nil="DEV000000",
        message_id="<20261125.2@cabinet.mssante.fr>",
        date=NOW,
    )
    return msgspec.structs.replace(known, **fields)


def sent(*documents: SealedDocument, **fields: object) -> bytes:
    return compose(outgoing(*documents, **fields))


class Index:
    """What a practice knows."""

    def __init__(self, *patients: Patient, filed: tuple[Filed, ...] = ()) -> None:
        self.patients = patients
        self.documents = {one.document_id: one for one in filed}

    def with_ins(self, matricule: str, oid: str) -> list[Patient]:
        return [one for one in self.patients if one.ins and (one.ins.matricule, one.ins.oid) == (matricule, oid)]

    def with_traits(self, birth_name: str, birth_date: str) -> list[Patient]:
        return [
            one for one in self.patients if (one.traits.birth_name, one.traits.birth_date) == (birth_name, birth_date)
        ]

    def filed(self, document_id: str) -> Filed | None:
        return self.documents.get(document_id)
