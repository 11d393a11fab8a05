"""What must go where, from one dated table; what the document at hand asks for."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Literal

import msgspec

from caducee.model.document import Document
from caducee.model.encounter import EncounterMode
from caducee.sharing.dated import holds, read_rows
from caducee.sharing.facts import needs_prior_approval
from caducee.sharing.information import Confidence
from caducee.sharing.opposition import Scope


class Route(StrEnum):
    """Where a document must go. The value is the table's word."""

    DMP = "dmp"
    ATTENDING = "attending"
    PRESCRIBER = "prescriber"
    PROFESSIONAL = "professional"
    PATIENT = "patient"


KINDS = {
    Route.DMP: "dmp",
    Route.ATTENDING: "mss",
    Route.PRESCRIBER: "mss",
    Route.PROFESSIONAL: "mss",
    Route.PATIENT: "patient_mail",
}
"""Which kind of destination serves a route."""

_OPPOSED = {Route.DMP: Scope.FEED, Route.PATIENT: Scope.PATIENT_MAIL}


class Way(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One route of a row; ``when`` is the condition in French, empty when there is none."""

    to: Route
    when: str = ""


class Obligation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"since": "from"}):
    """One row. ``types`` are codes of document types; ``since`` (``from``) is absent where the day is not known.

    ``every_days`` is how often a summary is due. ``only_at_distance``: for teleconsultations. ``exclusions`` say what
    ends it: a prior approval, an opposition, an announcement that is still to be made.

    ``produced_by`` is for a person. What is compared with the author of a document is ``professions`` (codes of
    TRE_G15) and ``sectors`` (SAxx codes of where they work); empty: whoever made it. ``specialist`` says that a
    specialty is meant, which these codes do not tell.
    """

    id: str
    what: Literal["document", "summary", "practice"]
    label: str
    produced_by: str
    source: str
    confidence: Confidence
    types: tuple[str, ...] = ()
    routes: tuple[Way, ...] = ()
    since: date | None = None
    until: date | None = None
    professions: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    specialist: bool = False
    every_days: int = 0
    only_at_distance: bool = False
    exclusions: tuple[Literal["prior_approval", "opposition", "announcement"], ...] = ()


class Fit(StrEnum):
    """How the author of a document fits who produces it, by a row."""

    YES = ""
    OTHER = "producer"
    """Somebody else produces it: this author owes nothing by this row."""
    UNKNOWN = "author_unknown"
    """What the author is, is not known."""
    SPECIALTY = "specialty"
    """The profession fits, and the row means a specialty."""


DOUBTS = (Fit.UNKNOWN, Fit.SPECIALTY)


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """One route for a document, and the row that asks it.

    ``excluded`` says what ends it (``prior_approval``, ``opposition``, ``producer``: somebody else produces this), or
    what it waits for (``announcement``); empty when it is due. ``when`` is a condition that only a person can judge;
    ``doubt`` is one about the author (``author_unknown``, ``specialty``).
    """

    route: Route
    kind: str
    row: Obligation
    when: str = ""
    excluded: str = ""
    doubt: str = ""


def obligations(*, own: Path | None = None) -> tuple[Obligation, ...]:
    """Return every row, of every date; ``own`` is the vendor's file.

    Raises:
        ConfigError: it cannot be read.
    """
    return read_rows("obligation", Obligation, own=own)


def in_force(rows: Iterable[Obligation], on: date, document_type: str = "") -> tuple[Obligation, ...]:
    """Return the rows that hold on that day, those of one document type when it is given."""
    return tuple(
        row for row in rows if holds(on, row.since, row.until) and (not document_type or document_type in row.types)
    )


def propose(
    document: Document,
    rows: Iterable[Obligation],
    *,
    on: date,
    author: str = "",
    opposed: Collection[str] = (),
    announcing: bool = False,
) -> tuple[Proposal, ...]:
    """Return each route that a row asks for this document, once, by the first row that asks it.

    ``author`` is what they are (``10/SA07``), empty when it is not known; ``opposed`` are the scopes that the patient
    is against for this document. Pure.
    """
    at_distance = document.encounter.mode is EncounterMode.TELECONSULTATION
    prior = needs_prior_approval(document)
    found: dict[Route, Proposal] = {}
    for row in in_force(rows, on, document.type.code):
        if row.only_at_distance and not at_distance:
            continue
        fit = fits(row, author)
        for way in row.routes:
            excluded = (
                Fit.OTHER
                if fit is Fit.OTHER
                else _excluded(row, way.to, prior=prior, opposed=opposed, announcing=announcing)
            )
            doubt = fit if fit in DOUBTS else ""
            proposal = Proposal(
                route=way.to, kind=KINDS[way.to], row=row, when=way.when, excluded=excluded, doubt=doubt
            )
            known = found.get(way.to)
            if known is None or (known.excluded in _OF_THE_ROW and not excluded):
                found[way.to] = proposal
    return tuple(found.values())


_OF_THE_ROW = ("prior_approval", Fit.OTHER)


def fits(row: Obligation, author: str) -> Fit:
    """Say how an author (``10/SA07``) fits who produces what a row is about."""
    if not (row.professions or row.sectors):
        return Fit.YES
    profession, _, sector = author.partition("/")
    if (row.professions and not profession) or (row.sectors and not sector):
        return Fit.UNKNOWN
    if profession not in (row.professions or (profession,)) or sector not in (row.sectors or (sector,)):
        return Fit.OTHER
    return Fit.SPECIALTY if row.specialist else Fit.YES


def _excluded(row: Obligation, route: Route, *, prior: bool, opposed: Collection[str], announcing: bool) -> str:
    holding = {
        "prior_approval": prior,
        "opposition": _OPPOSED.get(route, "") in opposed,
        "announcement": announcing and route in (Route.DMP, Route.PATIENT),
    }
    return next((name for name in row.exclusions if holding[name]), "")
