"""Who wrote a document, from what the registry says (HL7 v2 XCN and XON) or from the document itself."""

from __future__ import annotations

from caducee.cda.reading.model import Party
from caducee_dmp.brief.model import Writer, WriterKind
from caducee_dmp.brief.selection import INSURANCE_CLASS, PATIENT_CLASS, class_of
from caducee_dmp.record.model import IndexedDocument

_INS = "1.2.250.1.213.1.4."


def writer_of(document: IndexedDocument, authors: tuple[Party, ...] = ()) -> Writer:
    """Return who wrote a document; the first author, where there are several. A patient is never named."""
    kind = _kind(document, authors)
    if kind is WriterKind.PATIENT:
        return Writer(kind=kind)
    if authors and (authors[0].name or authors[0].organisation):
        return Writer(kind=kind, name=authors[0].name, organisation=authors[0].organisation)
    persons, institutions = document.entry.authors, document.entry.institutions
    return Writer(
        kind=kind,
        name=_person(persons[0]) if persons else "",
        organisation=institutions[0].partition("^")[0].strip() if institutions else "",
    )


def _kind(document: IndexedDocument, authors: tuple[Party, ...]) -> WriterKind:
    if class_of(document) == PATIENT_CLASS or _by_a_patient(document.entry.authors, authors):
        return WriterKind.PATIENT
    return WriterKind.INSURANCE if class_of(document) == INSURANCE_CLASS else WriterKind.PROFESSIONAL


def _by_a_patient(persons: tuple[str, ...], authors: tuple[Party, ...]) -> bool:
    """A patient is an author whose identifier is an INS."""
    in_document = bool(authors) and any(root.startswith(_INS) for root in authors[0].identifiers)
    return in_document or (bool(persons) and f"&{_INS}" in persons[0])


def _person(xcn: str) -> str:
    """Return « given family » of an XCN: ``id^FAMILY^Given^…``."""
    _, family, given = (*xcn.split("^"), "", "", "")[:3]
    return " ".join(filter(None, (given.strip(), family.strip())))
