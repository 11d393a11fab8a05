"""What a synchronisation asks the DMP: TD3.1 and TD3.2 about one record, in one professional's name."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date, datetime
from typing import Protocol

import msgspec

from caducee.errors import ServiceRejected
from caducee.wire.xds.criteria import DocumentFilter, Period
from caducee.wire.xds.found import FoundEntry
from caducee.wire.xds.found_sets import FoundContents, FoundLink

TOO_MANY = "XDSTooManyResults"


class RecordRegistry(Protocol):
    """The registry and the repository, one record of them. Every call is in the audit trail before its answer is given.

    Every call raises:
        CredentialError, ConsentMissing, ModeRefused: nothing was sent.
        ServiceUnavailable, ServiceRejected, ProtocolViolation.
    """

    async def documents(self, where: DocumentFilter) -> tuple[FoundEntry, ...]:
        """List the documents that fit a filter (FindDocuments)."""
        ...

    async def sets(self, since: datetime) -> tuple[str, ...]:
        """List the registry's identifiers of what was submitted since (FindSubmissionSets)."""
        ...

    async def links(self, uuids: tuple[str, ...]) -> tuple[FoundLink, ...]:
        """List the links of sets (GetAssociations)."""
        ...

    async def contents(self, entry_uuids: tuple[str, ...]) -> FoundContents:
        """Describe documents and their links (GetDocumentsAndAssociations)."""
        ...

    async def retrieve(self, entry: FoundEntry) -> bytes:
        """Return the bytes of a document, compared with the hash and size of its entry (TD3.2)."""
        ...


async def listed_in_parts(
    ask: Callable[[DocumentFilter], Awaitable[tuple[FoundEntry, ...]]], where: DocumentFilter, *, today: date
) -> AsyncIterator[tuple[FoundEntry, ...]]:
    """List documents, period by period of the date of care where the DMP finds them too many for one answer.

    Raises:
        ServiceRejected: too many in a single day, or refused for another reason.
    """
    periods = [where.service_started]
    while periods:
        period = periods.pop()
        try:
            yield await ask(msgspec.structs.replace(where, service_started=period))
        except ServiceRejected as error:
            halves = _halves(period, today)
            if error.service_code != TOO_MANY or halves is None:
                raise
            periods += reversed(halves)


def _halves(period: Period, today: date) -> tuple[Period, Period] | None:
    """Cut a period in two; one without beginning is cut at a century, one without end at today."""
    first = _day(period.since) if period.since is not None else today.replace(year=today.year - 100, day=1)
    last = _day(period.until) if period.until is not None else today
    middle = first + (last - first) / 2
    if not first < middle < last:
        return None
    return Period(period.since, middle), Period(middle, period.until)


def _day(value: datetime | date) -> date:
    return value.date() if isinstance(value, datetime) else value
