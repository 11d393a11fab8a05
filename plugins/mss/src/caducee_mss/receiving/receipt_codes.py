"""Why a received document was not integrated (CI-SIS, reception volet; the table is indicative and may grow)."""

from __future__ import annotations

from enum import StrEnum


class ReceiptCode(StrEnum):
    """A code of an integration receipt."""

    NOT_THE_LATEST = "900"
    AUTHOR_NOT_ALLOWED = "901"
    PATIENT_UNKNOWN = "902"
    NO_INS = "903"
    MISMATCH = "904"
    TRAITS_MISSING = "905"
    OTHER = "906"

    @property
    def label(self) -> str:
        """What the sender reads."""
        return _LABELS[self]


_LABELS = {
    ReceiptCode.NOT_THE_LATEST: "La version à remplacer ou à supprimer n'est pas la dernière connue du destinataire.",
    ReceiptCode.AUTHOR_NOT_ALLOWED: "L'auteur n'a pas le droit de remplacer ou de supprimer ce document.",
    ReceiptCode.PATIENT_UNKNOWN: "Le patient n'est pas connu du destinataire.",
    ReceiptCode.NO_INS: "Le document ne contient pas l'INS du patient.",
    ReceiptCode.MISMATCH: "L'INS ou les traits du patient ne sont pas ceux que connaît le destinataire.",
    ReceiptCode.TRAITS_MISSING: "Le document contient un matricule INS sans tous les traits du patient.",
    ReceiptCode.OTHER: "Le document n'a pas pu être intégré automatiquement.",
}
