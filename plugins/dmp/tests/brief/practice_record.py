"""A record as the practice holds it: what was indexed, and the bytes that came."""

# ruff: noqa: TID252
from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from caducee.model.codes import DOCUMENT_TYPE_FR, LOINC, Code
from caducee_dmp.brief.compose import compose
from caducee_dmp.brief.model import Brief
from caducee_dmp.record.model import Beyond, Followed, IndexedDocument, Standing

from ..record.held_record import HeldRecord

NOW = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
SYNTH = Code("SYNTH", DOCUMENT_TYPE_FR, "Synthèse")
PROFILE = Code("DOCPAT08", DOCUMENT_TYPE_FR, "Profil médical Mon espace santé")
REMB = Code("REMB", DOCUMENT_TYPE_FR, "Données de remboursement")
DIRECTIVES = Code("EXPPAT_3", DOCUMENT_TYPE_FR, "Directives anticipées")
DISCHARGE = Code("11490-0", LOINC, "Lettre de liaison à la sortie d'un établissement de soins")
BIOLOGY = Code("11502-2", LOINC, "CR d'examens biologiques")
IMAGING = Code("18748-4", LOINC, "CR d'imagerie médicale")
VACCINE = Code("87273-9", LOINC, "Note de vaccination")


def class_(code: str) -> Code:
    return Code(code, "1.2.250.1.213.1.1.4.1", "")


BY_INS = "275036399930137^NESSI-TEST^JEANNE^^^^^^&1.2.250.1.213.1.4.10&ISO^D^^^NH"
FOLLOWED = Followed(last_call="20261125080000", since="20241125")
EVERYTHING = msgspec.structs.replace(FOLLOWED, searched=(Beyond.VACCINATIONS, Beyond.WISHES))


class PracticeRecord:
    """A record at the practice."""

    def __init__(self) -> None:
        self.held = HeldRecord()
        self.documents: list[IndexedDocument] = []
        self.contents: dict[str, bytes] = {}

    def add(
        self, kind: Code, class_code: str, content: bytes | None = None, *, care: str = "20261120080000", **said: object
    ) -> str:
        standing, trouble = said.pop("standing", Standing.CURRENT), said.pop("trouble", "")
        document_id = self.held.feed(type=kind, class_=class_(class_code), service_start_utc=care, **said)
        document = IndexedDocument(
            entry=self.held.entry(document_id),
            standing=standing,  # type: ignore[arg-type]
            kept=content is not None,
            trouble=trouble,  # type: ignore[arg-type]
        )
        self.documents.append(document)
        if content is not None:
            self.contents[document_id] = content
        return document_id

    def described(self, **said: object) -> IndexedDocument:
        """Return the only document as a registry describes it that says this."""
        (document,) = self.documents
        entry = msgspec.structs.replace(document.entry, **said)
        return msgspec.structs.replace(document, entry=entry)

    def brief(self, followed: Followed = FOLLOWED) -> Brief:
        return compose("P1", self.documents, self.contents, followed=followed, now=NOW)
