"""What a practice is measured by, read from events and dated tables only. Pure over the events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Literal

import msgspec

from caducee.outbox.contract import DeliveryState
from caducee.sharing.dated import holds, read_rows
from caducee.sharing.due import asked, attended, of_document, summaries_due
from caducee.sharing.fact_kind import FactKind
from caducee.sharing.information import Confidence
from caducee.sharing.obligations import Obligation
from caducee.sharing.practice import Noted, Practice, year_of


class Threshold(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an indicator is measured against. ``share`` is a part of 1.

    ``points``, ``amount`` (euros) and ``professions`` are what a vendor has read for its users: shown with their
    source, computed with nowhere.
    """

    indicator: str
    source: str
    confidence: Confidence
    share: float | None = None
    meaning: Literal["au moins", "au plus"] = "au moins"
    since: date | None = None
    until: date | None = None
    points: float | None = None
    amount: float | None = None
    professions: tuple[str, ...] = ()


class NotedBy(StrEnum):
    """Who notes the facts behind a figure."""

    KIT = "kit"
    """The kit and its plugins, as they work."""
    HOST = "host"
    """The practice's software alone: nothing is known that it does not note."""
    BOTH = "both"
    """The plugins that are switched on, and the practice's software for the rest."""


class Indicator(msgspec.Struct, frozen=True, kw_only=True):
    """One figure. ``done`` of ``all_of_them``; alone where that is ``None``. ``measured``: anything was noted.

    ``noted_by`` says who notes what it is read from: this kit by itself, the practice's software, or both.
    ``reached`` compares with the threshold, ``None`` where there is none or nothing to measure. ``last`` is the day of
    the latest event. ``events`` are the numbers of the events behind the figure.
    """

    key: str
    label: str
    done: int
    all_of_them: int | None
    measured: bool
    noted_by: NotedBy
    since: date
    as_of: date
    last: date | None = None
    threshold: Threshold | None = None
    reached: bool | None = None
    events: tuple[int, ...] = ()

    @property
    def share(self) -> float | None:
        """The part of 1 that is done."""
        return self.done / self.all_of_them if self.all_of_them else None


def thresholds(*, own: Path | None = None) -> tuple[Threshold, ...]:
    """Return every threshold, of every date; ``own`` is the vendor's file.

    Raises:
        ConfigError: it cannot be read.
    """
    return read_rows("threshold", Threshold, own=own)


class _Counted(msgspec.Struct, frozen=True, kw_only=True):
    done: int
    all_of_them: int | None = None
    seqs: Sequence[int] = ()
    known: bool = False
    """Nothing happened, and it is known that nothing did."""


def indicators(
    practice: Practice, rows: Iterable[Obligation], limits: Iterable[Threshold], *, as_of: date
) -> tuple[Indicator, ...]:
    """Return every indicator for the calendar year up to that day."""
    table, known = tuple(rows), tuple(limits)
    first, last = year_of(as_of)

    return tuple(
        _indicator(key, label, noted_by, count(practice, table, first, last), practice, known, first, last)
        for key, label, noted_by, count in _ALL
    )


def _indicator(
    key: str,
    label: str,
    noted_by: NotedBy,
    counted: _Counted,
    practice: Practice,
    limits: tuple[Threshold, ...],
    first: date,
    last: date,
) -> Indicator:
    limit = next((one for one in limits if one.indicator == key and holds(last, one.since, one.until)), None)
    seqs = tuple(sorted(set(counted.seqs)))
    figure = Indicator(
        key=key,
        label=label,
        done=counted.done,
        all_of_them=counted.all_of_them,
        measured=bool(seqs) or counted.known,
        noted_by=noted_by,
        since=first,
        as_of=last,
        last=practice.rows[seqs[-1]].at.astimezone().date() if seqs else None,
        threshold=limit,
        events=seqs,
    )
    return msgspec.structs.replace(figure, reached=_reached(figure.share, limit))


def _reached(share: float | None, limit: Threshold | None) -> bool | None:
    if share is None or limit is None or limit.share is None:
        return None
    # Thresholds are written with few digits: two thirds is 0.6667.
    return share >= limit.share - 0.00005 if limit.meaning == "au moins" else share <= limit.share + 0.00005


def _coded(kind: FactKind, code: str) -> Callable[[Practice, tuple[Obligation, ...], date, date], _Counted]:
    def count(practice: Practice, _: tuple[Obligation, ...], first: date, last: date) -> _Counted:
        found = _once(practice.of(kind, first, last))
        done = sum(one.code == code for one in found)
        return _Counted(done=done, all_of_them=len(found), seqs=[one.seq for one in found])

    return count


def _documents(practice: Practice, table: tuple[Obligation, ...], first: date, last: date) -> _Counted:
    lives = [
        life
        for life in practice.documents.values()
        if first <= life.on <= last and asked(life, table, practice.author_of(life))
    ]
    done = sum(not of_document(life, table, practice.author_of(life)) for life in lives)
    seqs = [seq for life in lives for seq in (life.seq, *(sent.seq for sent in life.deliveries.values()))]
    return _Counted(done=done, all_of_them=len(lives), seqs=seqs)


def _mails(kind: str, to: str) -> Callable[[Practice, tuple[Obligation, ...], date, date], _Counted]:
    def count(practice: Practice, _: tuple[Obligation, ...], first: date, last: date) -> _Counted:
        delivered = [
            sent.seq
            for life in practice.documents.values()
            for sent in life.of_kind(kind)
            if sent.state == DeliveryState.DELIVERED and first <= practice.rows[sent.seq].at.astimezone().date() <= last
        ]
        plain = [one.seq for one in _once(practice.of(FactKind.MAIL, first, last)) if one.code == to]
        seqs = [*delivered, *plain]
        return _Counted(done=len(seqs), seqs=seqs, known=bool(practice.of(FactKind.MAILBOX, first, last)))

    return count


def _qualified(practice: Practice, _: tuple[Obligation, ...], first: date, last: date) -> _Counted:
    latest = _latest(practice.of(FactKind.SEEN, first, last))
    return _Counted(
        done=sum(one.code == "QUAL" for one in latest.values()),
        all_of_them=len(latest),
        seqs=[one.seq for one in latest.values()],
    )


def _coded_entries(practice: Practice, _: tuple[Obligation, ...], first: date, last: date) -> _Counted:
    found = [one for one in practice.of(FactKind.SUMMARY, first, last) if one.code]
    coded = [tuple(map(int, one.code.split("/"))) for one in found]
    return _Counted(
        done=sum(pair[0] for pair in coded), all_of_them=sum(pair[1] for pair in coded), seqs=[one.seq for one in found]
    )


def _summaries(practice: Practice, table: tuple[Obligation, ...], _: date, last: date) -> _Counted:
    patients = attended(practice)
    due = {one.about for one in summaries_due(practice, table, as_of=last)}
    of_them = [one.seq for one in practice.noted if one.kind is FactKind.SUMMARY and one.reference in patients]
    return _Counted(done=len(patients.keys() - due), all_of_them=len(patients), seqs=[*patients.values(), *of_them])


_TO_PROFESSIONALS = _mails("mss", "professional")
_TO_PATIENTS = _mails("patient_mail", "patient")


def _mailbox(practice: Practice, table: tuple[Obligation, ...], first: date, last: date) -> _Counted:
    signs = [one.seq for one in practice.of(FactKind.MAILBOX, first, last)]
    sent = [seq for mails in (_TO_PROFESSIONALS, _TO_PATIENTS) for seq in mails(practice, table, first, last).seqs]
    seqs = sorted((*signs, *sent))
    days = {practice.rows[seq].at.astimezone().date() for seq in seqs}
    return _Counted(done=len(days), seqs=seqs)


def _hours(practice: Practice, _: tuple[Obligation, ...], _first: date, last: date) -> _Counted:
    found = practice.of(FactKind.OPENING_HOURS, date.min, last)[-1:]
    done = sum(one.code == "filled" for one in found)
    return _Counted(done=done, all_of_them=len(found), seqs=[one.seq for one in found])


def _once(found: Iterable[Noted]) -> list[Noted]:
    """Return what was noted, the last word on each thing that has a name; what has none stands for itself."""
    return list({one.reference or one.seq: one for one in found}.values())


def _latest(found: Iterable[Noted]) -> dict[str, Noted]:
    return {one.reference: one for one in found}


_ALL = (
    (
        "electronic_care_sheets",
        "Feuilles de soins télétransmises",
        NotedBy.BOTH,
        _coded(FactKind.CARE_SHEET, "electronic"),
    ),
    ("documents_shared", "Documents dus et partagés", NotedBy.KIT, _documents),
    ("professional_mails", "Courriers à des professionnels par messagerie sécurisée", NotedBy.KIT, _TO_PROFESSIONALS),
    ("patient_mails", "Messages aux patients dans Mon espace santé", NotedBy.KIT, _TO_PATIENTS),
    ("qualified_ins", "Patients vus dont l'INS est qualifiée", NotedBy.BOTH, _qualified),
    ("coded_entries", "Éléments codés dans les volets de synthèse", NotedBy.KIT, _coded_entries),
    (
        "summaries",
        "Volets de synthèse à jour, parmi les patients suivis comme médecin traitant",
        NotedBy.BOTH,
        _summaries,
    ),
    ("activity_at_distance", "Activité à distance", NotedBy.HOST, _coded(FactKind.ACT, "distance")),
    ("mailbox_alive", "Jours où la boîte sécurisée a donné signe de vie", NotedBy.KIT, _mailbox),
    ("opening_hours", "Horaires d'ouverture renseignés dans l'annuaire", NotedBy.HOST, _hours),
)
