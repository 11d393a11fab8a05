"""What is due and has not gone: documents by the table of obligations, and yearly summaries. Pure over the events."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Literal

import msgspec

from caducee.outbox.contract import DeliveryState
from caducee.sharing.fact_kind import FactKind
from caducee.sharing.facts import AT_DISTANCE, PRIOR_APPROVAL, SUMMARIES
from caducee.sharing.obligations import KINDS, Fit, Obligation, Route, fits, in_force
from caducee.sharing.practice import Life, Practice, Sent


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is due.

    ``what``: a route of a document (``document``), a document that was made and never handed over (``never_published``)
    or a patient's summary (``summary``). ``about`` is the document, or what stands for it or for the patient in events.
    ``why``: ``not_asked``, where its delivery stands, ``never`` or the day of the last summary. ``seq`` is the event.
    ``doubt`` is about the author: what they are is not known (``author_unknown``), or a specialty is meant that is not
    compared (``specialty``). What somebody else produces is not due.
    """

    what: Literal["document", "never_published", "summary"]
    about: str
    type: str
    row: str
    why: str
    since: date
    route: str = ""
    seq: int = 0
    doubt: str = ""


class Asked(msgspec.Struct, frozen=True):
    """A route that a row asks, and what is doubted about the author."""

    route: Route
    row: Obligation
    doubt: str


def due(practice: Practice, rows: Iterable[Obligation], *, as_of: date) -> tuple[Due, ...]:
    """Return all that is due on that day."""
    table = tuple(rows)
    documents = [
        one for life in practice.documents.values() for one in of_document(life, table, practice.author_of(life))
    ]
    return (*documents, *_never_published(practice, table), *summaries_due(practice, table, as_of=as_of))


def asked(life: Life, rows: Iterable[Obligation], author: str) -> tuple[Asked, ...]:
    """Return the routes that are due for a document whatever a person thinks; of two rows the one without doubt."""
    found: dict[Route, Asked] = {}
    for row in in_force(rows, life.on, life.type):
        prior = life.why == PRIOR_APPROVAL and "prior_approval" in row.exclusions
        fit = fits(row, author)
        if prior or fit is Fit.OTHER or (row.only_at_distance and life.why != AT_DISTANCE):
            continue
        for way in row.routes:
            if not way.when and (way.to not in found or (found[way.to].doubt and fit is Fit.YES)):
                found[way.to] = Asked(way.to, row, fit)
    return tuple(found.values())


def of_document(life: Life, rows: Iterable[Obligation], author: str) -> tuple[Due, ...]:
    """Return the routes of one document that are due and not done."""
    return tuple(
        Due(
            what="document",
            about=life.document_id,
            type=life.type,
            row=one.row.id,
            route=one.route,
            why=why,
            since=life.on,
            seq=life.seq,
            doubt=one.doubt,
        )
        for one in asked(life, rows, author)
        if (why := _missing(life, KINDS[one.route], one.row))
    )


def _missing(life: Life, kind: str, row: Obligation) -> str:
    sent = life.of_kind(kind)
    if not sent:
        return "not_asked"
    open_ones = [one for one in sent if one.state not in _ENDED]
    waits = [one for one in open_ones if not _waits_rightly(one, row)]
    return " ".join((waits[0].state, waits[0].why)).strip() if waits else ""


_ENDED = (DeliveryState.DELIVERED, DeliveryState.NOT_APPLICABLE)


def _waits_rightly(sent: Sent, row: Obligation) -> bool:
    return sent.why == "announcement" and "announcement" in row.exclusions


def _never_published(practice: Practice, rows: tuple[Obligation, ...]) -> Iterable[Due]:
    handed_over = {life.reference for life in practice.documents.values()}
    for made in practice.noted:
        if made.kind is not FactKind.MADE or made.reference in handed_over:
            continue
        author = practice.authors.get(made.reference, "")
        fitting = [
            (fit, row) for row in in_force(rows, made.on, made.code) if (fit := fits(row, author)) is not Fit.OTHER
        ]
        for fit, row in sorted(fitting, key=lambda pair: pair[0] is not Fit.YES)[:1]:
            yield Due(
                what="never_published",
                about=made.reference,
                type=made.code,
                row=row.id,
                why="never",
                since=made.on,
                seq=made.seq,
                doubt=fit,
            )


def attended(practice: Practice) -> dict[str, int]:
    """Return the patients whose médecin traitant the practice is, each with the event that says so."""
    found: dict[str, int] = {}
    for one in practice.noted:
        if one.kind is FactKind.ATTENDING:
            found[one.reference] = one.seq
        elif one.kind is FactKind.ATTENDING_ENDED:
            found.pop(one.reference, None)
    return found


def summaries_due(practice: Practice, rows: Iterable[Obligation], *, as_of: date) -> tuple[Due, ...]:
    """Return the patients whose summary is due: none was handed over within the time that the row gives."""
    yearly = [row for row in in_force(rows, as_of) if row.what == "summary" and row.every_days]
    if not yearly:
        return ()
    row = yearly[0]
    last = {one.reference: one.on for one in practice.noted if one.kind is FactKind.SUMMARY}
    oldest = as_of - timedelta(days=row.every_days)
    return tuple(
        Due(
            what="summary",
            about=reference,
            type=SUMMARIES[0],
            row=row.id,
            why=last[reference].isoformat() if reference in last else "never",
            since=last[reference] + timedelta(days=row.every_days) if reference in last else as_of,
            seq=seq,
        )
        for reference, seq in attended(practice).items()
        if last.get(reference, date.min) < oldest
    )
