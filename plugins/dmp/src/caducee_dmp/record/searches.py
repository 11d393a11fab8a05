"""The searches that somebody starts by hand, without limit of date (EEDS, step 1; DMP, EX_3.1-1040)."""

from __future__ import annotations

from caducee.model.codes import DOCUMENT_TYPE_FR, LOINC, Code
from caducee.wire.xds.criteria import DocumentFilter
from caducee_dmp.record.model import Beyond

CLASSES = "1.2.250.1.213.1.1.4.1"
OF_THE_PATIENT = Code("90", CLASSES, "Documents du patient")
VACCINATIONS = (
    Code("11369-6", LOINC, "Historique des vaccinations"),
    Code("87273-9", LOINC, "Note de vaccination"),
    Code("96874-3", LOINC, "Attestation de vaccination"),
)
CONTACTS = (Code("FICHE-CONTACTS", DOCUMENT_TYPE_FR, "Fiche contacts"),)

SEARCHES: dict[Beyond, tuple[DocumentFilter, ...]] = {
    Beyond.VACCINATIONS: (DocumentFilter(types=VACCINATIONS),),
    Beyond.WISHES: (DocumentFilter(classes=(OF_THE_PATIENT,)), DocumentFilter(types=CONTACTS)),
}
