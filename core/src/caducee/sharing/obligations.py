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
    every_days: int = 0
    only_at_distance: bool = False
    exclusions: tuple[Literal["prior_approval", "opposition", "announcement"], ...] = ()


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """One route for a document, and the row that asks it.

    ``excluded`` says what ends it (``prior_approval``, ``opposition``), or what it waits for (``announcement``); empty
    when it is due. ``when`` is a condition that only a person can judge.
    """

    route: Route
    kind: str
    row: Obligation
    when: str = ""
    excluded: str = ""


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
    opposed: Collection[str] = (),
    announcing: bool = False,
) -> tuple[Proposal, ...]:
    """Return each route that a row asks for this document, once, by the first row that asks it.

    ``opposed`` are the scopes that the patient is against for this document. Pure.
    """
    at_distance = document.encounter.mode is EncounterMode.TELECONSULTATION
    prior = needs_prior_approval(document)
    found: dict[Route, Proposal] = {}
    for row in in_force(rows, on, document.type.code):
        if row.only_at_distance and not at_distance:
            continue
        for way in row.routes:
            excluded = _excluded(row, way.to, prior=prior, opposed=opposed, announcing=announcing)
            proposal = Proposal(route=way.to, kind=KINDS[way.to], row=row, when=way.when, excluded=excluded)
            known = found.get(way.to)
            if known is None or (known.excluded == "prior_approval" and not excluded):
                found[way.to] = proposal
    return tuple(found.values())


def _excluded(row: Obligation, route: Route, *, prior: bool, opposed: Collection[str], announcing: bool) -> str:
    holding = {
        "prior_approval": prior,
        "opposition": _OPPOSED.get(route, "") in opposed,
        "announcement": announcing and route in (Route.DMP, Route.PATIENT),
    }
    return next((name for name in row.exclusions if holding[name]), "")
