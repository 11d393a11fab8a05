from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from caducee.errors import ServiceRejected
from caducee.wire.xds.criteria import DocumentFilter, Period
from caducee.wire.xds.found import FoundEntry
from caducee_dmp.record.registry import TOO_MANY, listed_in_parts

pytestmark = pytest.mark.anyio
TODAY = date(2026, 11, 25)


class Lister:
    """Refuses every period longer than ``days``, and keeps those that it answered."""

    def __init__(self, days: int, *, code: str = TOO_MANY) -> None:
        self.days, self.code = days, code
        self.answered: list[Period] = []
        self.asked = 0

    async def __call__(self, where: DocumentFilter) -> tuple[FoundEntry, ...]:
        self.asked += 1
        since, until = where.service_started.since, where.service_started.until
        if since is None or ((until or TODAY) - since).days > self.days:
            raise ServiceRejected("dmp", "no", service_code=self.code, service_text="")
        self.answered.append(where.service_started)
        return ()


async def listed(lister: Lister, period: Period) -> list[Period]:
    async for _ in listed_in_parts(lister, DocumentFilter(service_started=period), today=TODAY):
        pass
    return lister.answered


async def test_what_is_few_enough_is_asked_for_once() -> None:
    lister = Lister(31)
    assert await listed(lister, Period(date(2026, 11, 1))) == [Period(date(2026, 11, 1))]
    assert lister.asked == 1


async def test_parts_follow_each_other_without_gap_from_the_first_day_to_no_end() -> None:
    parts = await listed(Lister(7), Period(date(2026, 10, 1)))
    assert (parts[0].since, parts[-1].until) == (date(2026, 10, 1), None)
    assert [one.until for one in parts[:-1]] == [one.since for one in parts[1:]]


async def test_a_day_is_not_cut() -> None:
    lister = Lister(0)
    with pytest.raises(ServiceRejected):
        await listed(lister, Period(date(2026, 11, 24), date(2026, 11, 25)))
    assert lister.asked == 1


async def test_two_days_are_cut_into_one_and_one() -> None:
    parts = await listed(Lister(1), Period(date(2026, 11, 23), date(2026, 11, 25)))
    assert parts == [
        Period(date(2026, 11, 23), date(2026, 11, 24)),
        Period(date(2026, 11, 24), date(2026, 11, 25)),
    ]


async def test_another_refusal_is_the_callers() -> None:
    lister = Lister(7, code="DMPAccessDeniedByRightsService")
    with pytest.raises(ServiceRejected):
        await listed(lister, Period(date(2026, 1, 1)))
    assert lister.asked == 1


async def test_what_has_no_beginning_is_first_cut_in_the_middle_of_a_century() -> None:
    cuts: list[date] = []

    async def ask(where: DocumentFilter) -> tuple[FoundEntry, ...]:
        if where.service_started == Period():
            raise ServiceRejected("dmp", "no", service_code=TOO_MANY, service_text="")
        cuts.extend(day for day in (where.service_started.until,) if isinstance(day, date))
        return ()

    async for _ in listed_in_parts(ask, DocumentFilter(), today=date(2028, 2, 29)):
        pass
    assert [day.year for day in cuts] == [1978]


async def test_instants_are_cut_at_days() -> None:
    since = datetime(2026, 11, 1, 8, 30, tzinfo=UTC)
    lister = Lister(15)

    async def ask(where: DocumentFilter) -> tuple[FoundEntry, ...]:
        if where.service_started == Period(since):
            raise ServiceRejected("dmp", "no", service_code=TOO_MANY, service_text="")
        lister.answered.append(where.service_started)
        return ()

    async for _ in listed_in_parts(ask, DocumentFilter(service_started=Period(since)), today=TODAY):
        pass
    assert lister.answered == [Period(since, date(2026, 11, 13)), Period(date(2026, 11, 13))]
