"""What a stored query may ask for: states, codes, authors, periods (IHE ITI TF-2, 3.18.4.1.2.3.7)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import msgspec

from caducee.model.codes import Code
from caducee.wire.xds.times import dtm


class EntryStatus(StrEnum):
    """The state of a document in a registry, as its URN. ARCHIVED and DELETED are French (CI-SIS)."""

    APPROVED = "urn:oasis:names:tc:ebxml-regrep:StatusType:Approved"
    DEPRECATED = "urn:oasis:names:tc:ebxml-regrep:StatusType:Deprecated"
    ARCHIVED = "urn:asip:ci-sis:2010:StatusType:Archived"
    DELETED = "urn:asip:ci-sis:2010:StatusType:Deleted"


class Period(msgspec.Struct, frozen=True):
    """From ``since`` included to ``until`` excluded; aware instants or dates, ``None`` for no bound."""

    since: datetime | date | None = None
    until: datetime | date | None = None

    def bounds(self, parameter: str) -> tuple[tuple[str, str], ...]:
        """Return the parameters of a query, in UTC.

        Raises:
            DocumentInvalid: an instant without zone; the parameter is named.
        """
        given = (("From", self.since), ("To", self.until))
        return tuple(
            (f"{parameter}{end}", dtm(value, field=f"{parameter}{end}")) for end, value in given if value is not None
        )


ANY_TIME = Period()


class DocumentFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which documents are asked for. Within one field any value fits; fields narrow each other; empty asks nothing.

    ``authors`` are XCN texts in which ``%`` stands for anything, as ``%DURAND%``. Only approved documents are asked
    for unless ``statuses`` says otherwise: obsolete, archived and deleted ones are the caller's choice (DMP,
    EX_3.1-1030).
    """

    statuses: tuple[EntryStatus, ...] = (EntryStatus.APPROVED,)
    classes: tuple[Code, ...] = ()
    types: tuple[Code, ...] = ()
    formats: tuple[Code, ...] = ()
    settings: tuple[Code, ...] = ()
    facilities: tuple[Code, ...] = ()
    events: tuple[Code, ...] = ()
    confidentiality: tuple[Code, ...] = ()
    authors: tuple[str, ...] = ()
    created: Period = ANY_TIME
    service_started: Period = ANY_TIME
    service_stopped: Period = ANY_TIME

    def codes(self) -> tuple[tuple[str, tuple[Code, ...]], ...]:
        """Return the coded fields that ask something, by the end of their parameter's name."""
        named = (
            ("ClassCode", self.classes),
            ("TypeCode", self.types),
            ("FormatCode", self.formats),
            ("PracticeSettingCode", self.settings),
            ("HealthcareFacilityTypeCode", self.facilities),
            ("EventCodeList", self.events),
            ("ConfidentialityCode", self.confidentiality),
        )
        return tuple((name, codes) for name, codes in named if codes)

    def periods(self) -> tuple[tuple[str, Period], ...]:
        """Return the periods by the end of their parameters' names."""
        return (
            ("CreationTime", self.created),
            ("ServiceStartTime", self.service_started),
            ("ServiceStopTime", self.service_stopped),
        )


APPROVED_ONLY = DocumentFilter()
