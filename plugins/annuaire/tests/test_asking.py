"""Answers have an age: fresh ones are not asked again, old ones are shown as old, very old ones are gone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest

from caducee.errors import ServiceRejected, ServiceUnavailable
from caducee_annuaire.asking import Asking
from caducee_annuaire.cache import Cache, Kept
from caducee_annuaire.fhir.client import Found
from caducee_annuaire.fhir.model import Resource

from .scripted import NOW, MovedClock

pytestmark = pytest.mark.anyio


class Source:
    def __init__(self) -> None:
        self.asked = 0
        self.error: Exception | None = None

    def url(self, kind: str, criteria: Mapping[str, str]) -> str:
        return f"{kind}?{criteria}"

    async def search(self, kind: str, criteria: Mapping[str, str]) -> Found:
        self.asked += 1
        if self.error:
            raise self.error
        return Found(matches=(Resource("Practitioner", id=str(self.asked)),))


class Rig:
    def __init__(self, *, size: int = 10, hours: float = 24) -> None:
        self.source, self.clock = Source(), MovedClock()
        cache = Cache(size=size, fresh=timedelta(hours=hours))
        self._asking = Asking(self.source, cache=cache, clock=self.clock)

    async def ask(self, name: str = "a") -> tuple[str, bool]:
        answer = await self._asking.search("Practitioner", {"name": name})
        return answer.found.matches[0].id, answer.provenance.stale


async def test_the_same_question_is_asked_once_while_the_answer_is_fresh() -> None:
    rig = Rig()
    assert await rig.ask() == ("1", False)
    rig.clock.at += timedelta(hours=23)
    assert await rig.ask() == ("1", False)
    assert rig.source.asked == 1


async def test_an_answer_tells_when_it_came() -> None:
    rig = Rig()
    await rig.ask()
    rig.clock.at += timedelta(hours=5)
    answer = await rig._asking.search("Practitioner", {"name": "a"})
    assert answer.provenance.at == NOW


async def test_a_day_later_it_is_asked_again() -> None:
    rig = Rig()
    await rig.ask()
    rig.clock.at += timedelta(hours=24)
    assert await rig.ask() == ("2", False)


async def test_when_the_directory_is_away_an_old_answer_says_that_it_is_old() -> None:
    rig = Rig()
    await rig.ask()
    rig.clock.at += timedelta(days=29)
    rig.source.error = ServiceUnavailable("annuaire")
    assert await rig.ask() == ("1", True)


async def test_nothing_older_than_thirty_days_is_given_out() -> None:
    rig = Rig(hours=10_000)
    await rig.ask()
    rig.clock.at += timedelta(days=30)
    rig.source.error = ServiceUnavailable("annuaire")
    with pytest.raises(ServiceUnavailable):
        await rig.ask()


async def test_a_refusal_is_not_covered_by_an_old_answer() -> None:
    rig = Rig(hours=0)
    await rig.ask()
    rig.source.error = ServiceRejected("annuaire")
    with pytest.raises(ServiceRejected):
        await rig.ask()


async def test_after_the_clock_was_set_back_nobody_knows_the_age_and_it_is_asked_again() -> None:
    rig = Rig()
    await rig.ask()
    rig.clock.at -= timedelta(days=1)
    assert await rig.ask() == ("2", False)


async def test_memory_is_bounded_and_what_was_asked_last_stays() -> None:
    rig = Rig(size=2)
    for name in ("a", "b", "a", "c"):
        await rig.ask(name)
    assert await rig.ask("a") == ("1", False)
    assert rig.source.asked == 3
    await rig.ask("b")
    assert rig.source.asked == 4


def test_what_is_too_old_is_forgotten_and_not_only_hidden() -> None:
    cache = Cache(size=10, fresh=timedelta(hours=1))
    cache.put("old", Kept(Found(matches=()), NOW))
    cache.put("new", Kept(Found(matches=()), NOW + timedelta(days=31)))
    assert cache.any("old", NOW) is None
