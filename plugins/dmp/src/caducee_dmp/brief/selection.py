"""Which documents of a record go to which part of the brief. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime

import msgspec

from caducee_dmp.brief.model import PartName
from caducee_dmp.record.model import READABLE, Beyond, IndexedDocument
from caducee_dmp.record.opening import years_before
from caducee_dmp.record.searches import VACCINATIONS

_SUMMARIES = frozenset({"SYNTH", "60591-5"})
_HOSPITAL = frozenset({"34112-3", "11490-0", "34874-8", "15507-7", "67851-6", "34133-9"})
_HOSPITAL_FACILITIES = frozenset({"SA01", "SA02", "SA03", "SA04"})
_REPORTS = "10"
_BIOLOGY = frozenset({"11502-2"})
_IMAGING_CLASS = "31"
_IMAGING = frozenset({"18748-4"})
_PROFILE = frozenset({"DOCPAT08"})
_WISHES = frozenset({"EXPPAT_1", "EXPPAT_3", "FICHE-CONTACTS"})
_VACCINATIONS = frozenset(code.code for code in VACCINATIONS)
PATIENT_CLASS, INSURANCE_CLASS = "90", "60"
MONTHS = 24


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """What a part is made of: the documents to show, newest first, and how many more there are."""

    documents: tuple[IndexedDocument, ...] = ()
    others: int = 0


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """What belongs to a part, and how much of it is shown. ``beyond`` is the search that has no limit of date.

    ``types`` are those that a followed record must not leave out for « none » to be true; ``most`` is how many
    documents are shown, ``None`` for all.
    """

    belongs: Callable[[IndexedDocument], bool]
    types: frozenset[str]
    most: int | None = None
    beyond: Beyond | None = None


def _type(document: IndexedDocument) -> str:
    return document.entry.type.code if document.entry.type is not None else ""


def class_of(document: IndexedDocument) -> str:
    """Return the class of a document; empty when the registry gave none."""
    return document.entry.class_.code if document.entry.class_ is not None else ""


def _of_types(types: frozenset[str], *, by_the_patient: bool = False) -> Callable[[IndexedDocument], bool]:
    """What a patient filed under the type of a professional's document is not one."""
    return lambda document: _type(document) in types and (by_the_patient or class_of(document) != PATIENT_CLASS)


def _hospital(document: IndexedDocument) -> bool:
    facility = document.entry.facility.code if document.entry.facility is not None else ""
    if class_of(document) == PATIENT_CLASS or _type(document) in _BIOLOGY:
        return False
    return _type(document) in _HOSPITAL or (class_of(document) == _REPORTS and facility in _HOSPITAL_FACILITIES)


def _imaging(document: IndexedDocument) -> bool:
    return _type(document) in _IMAGING or class_of(document) == _IMAGING_CLASS


def _reimbursement(document: IndexedDocument) -> bool:
    return class_of(document) == INSURANCE_CLASS


KINDS: dict[PartName, Kind] = {
    PartName.SUMMARY: Kind(belongs=_of_types(_SUMMARIES), types=_SUMMARIES, most=1),
    PartName.PROFILE: Kind(
        belongs=_of_types(_PROFILE, by_the_patient=True), types=_PROFILE, most=1, beyond=Beyond.WISHES
    ),
    PartName.HOSPITAL: Kind(belongs=_hospital, types=_HOSPITAL, most=5),
    PartName.BIOLOGY: Kind(belongs=_of_types(_BIOLOGY), types=_BIOLOGY, most=1),
    PartName.IMAGING: Kind(belongs=_imaging, types=_IMAGING, most=1),
    PartName.VACCINATIONS: Kind(belongs=_of_types(_VACCINATIONS), types=_VACCINATIONS, beyond=Beyond.VACCINATIONS),
    PartName.WISHES: Kind(belongs=_of_types(_WISHES, by_the_patient=True), types=_WISHES, beyond=Beyond.WISHES),
    PartName.TREATMENTS: Kind(belongs=_reimbursement, types=frozenset({"REMB"})),
}


def choose(documents: Iterable[IndexedDocument], *, today: date) -> dict[PartName, Chosen]:
    """Return what each part is made of. Replaced, deleted and vanished documents are in none."""
    readable = sorted((one for one in documents if one.standing in READABLE), key=date_of, reverse=True)
    limit = years_before(today, MONTHS // 12).strftime("%Y%m%d")
    chosen = {}
    for name, kind in KINDS.items():
        fitting = [one for one in readable if kind.belongs(one)]
        if name is PartName.TREATMENTS:
            fitting = [one for one in fitting if not date_of(one) or date_of(one) >= limit]
        most = len(fitting) if kind.most is None else kind.most
        chosen[name] = Chosen(documents=tuple(fitting[:most]), others=len(fitting[most:]))
    return chosen


def wanted(documents: Iterable[IndexedDocument], *, today: date) -> tuple[str, ...]:
    """Return the documents that the brief shows the content of, each once."""
    chosen = choose(documents, today=today)
    return tuple(dict.fromkeys(one.document_id for part in chosen.values() for one in part.documents))


def covers(types: Iterable[str], kind: Kind) -> bool:
    """Say whether a record followed by these types (all when none) would show every document of a kind."""
    followed = {written.partition("^^")[0] for written in types}
    return not followed or kind.types <= followed


def date_of(document: IndexedDocument) -> str:
    """Return the day of care, or of the document when the registry has none: ``YYYYMMDD`` as the desk counts days."""
    written = document.entry.service_start_utc or document.entry.created_utc
    if len(written) < 12:
        # A day without hour is in no time zone; read as one with an hour it would be another day.
        return written[:8]
    try:
        return datetime.strptime(written[:12], "%Y%m%d%H%M").replace(tzinfo=UTC).astimezone().strftime("%Y%m%d")
    except ValueError:
        return written[:8]
