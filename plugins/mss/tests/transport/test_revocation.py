"""Revocation: what is fetched, when, and what is believed."""

from __future__ import annotations

from datetime import datetime, timedelta

import anyio
import pytest
from cryptography import x509
from mail_rig.servers.pki import CRL_URL, TestAuthority

from caducee.errors import ServiceUnavailable
from caducee.testing.clock import MovingClock
from caducee_mss.errors import MssRevocationUnknown, MssTlsUntrusted
from caducee_mss.transport import KeptList, RevocationChecker

pytestmark = pytest.mark.anyio
DAY = 24 * 3600.0


class Host:
    """Gives out the list; counts who asks; fails on demand."""

    def __init__(self, authority: TestAuthority, clock: MovingClock) -> None:
        self._authority, self._clock = authority, clock
        self.asked: list[str] = []
        self.fails = False
        self.content: bytes | None = None
        self.gate: anyio.Event | None = None

    async def fetch(self, url: str) -> bytes:
        self.asked.append(url)
        if self.gate is not None:
            await self.gate.wait()
        if self.fails:
            raise ServiceUnavailable("crl", "403")
        return self.content or self._authority.crl(issued=self._clock.now())


class Kept:
    def __init__(self) -> None:
        self.lists: dict[str, KeptList] = {}

    async def load(self, url: str) -> KeptList | None:
        return self.lists.get(url)

    async def keep(self, url: str, kept: KeptList) -> None:
        self.lists[url] = kept


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> TestAuthority:
    return TestAuthority(tmp_path_factory.mktemp("pki"))


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock(datetime.fromisoformat("2026-06-01T08:00:00+00:00"))


@pytest.fixture
def host(authority: TestAuthority, clock: MovingClock) -> Host:
    return Host(authority, clock)


@pytest.fixture
def checker(authority: TestAuthority, host: Host, clock: MovingClock) -> RevocationChecker:
    return RevocationChecker(authority.bundle, fetch=host.fetch, clock=clock)


async def test_the_list_is_asked_for_once_a_day(checker, host, authority, clock) -> None:
    server = authority.server("once")
    for _ in range(3):
        await checker.check(server.der)
    assert host.asked == [CRL_URL]
    await clock.advance(DAY)
    await checker.check(server.der)
    assert len(host.asked) == 2


async def test_those_who_come_together_wait_for_one_download(checker, host, authority) -> None:
    server = authority.server("together")
    host.gate = anyio.Event()
    async with anyio.create_task_group() as group:
        for _ in range(5):
            group.start_soon(checker.check, server.der)
        await anyio.wait_all_tasks_blocked()
        host.gate.set()
    assert len(host.asked) == 1


async def test_a_revoked_certificate_is_refused_at_once_and_without_asking_again(tmp_path, clock) -> None:
    authority = TestAuthority(tmp_path)
    server, host = authority.server(), Host(authority, clock)
    authority.revoke(server)
    checker = RevocationChecker(authority.bundle, fetch=host.fetch, clock=clock)
    with pytest.raises(MssTlsUntrusted):
        await checker.check(server.der)
    host.fails = True
    await clock.advance(30 * DAY)
    with pytest.raises(MssTlsUntrusted):
        await checker.check(server.der)
    assert len(host.asked) == 1


async def test_a_list_is_believed_four_hours_after_its_end_and_no_longer(checker, host, authority, clock) -> None:
    server = authority.server("stale")
    await checker.check(server.der)
    host.fails = True
    await clock.advance(7 * DAY + 4 * 3600)
    await checker.check(server.der)
    await clock.advance(1)
    with pytest.raises(MssRevocationUnknown):
        await checker.check(server.der)


async def test_a_host_that_refuses_is_left_alone_for_longer_and_longer(checker, host, authority, clock) -> None:
    server = authority.server("refused")
    host.fails = True
    for seconds, asked in ((0, 1), (59, 1), (1, 2), (299, 2), (1, 3), (1800, 4), (7200, 5), (7200, 6)):
        await clock.advance(seconds)
        with pytest.raises(MssRevocationUnknown):
            await checker.check(server.der)
        assert len(host.asked) == asked


async def test_a_refusal_does_not_disturb_while_the_list_is_valid(checker, host, authority, clock) -> None:
    server = authority.server("quiet")
    await checker.check(server.der)
    host.fails = True
    await clock.advance(2 * DAY)
    await checker.check(server.der)


async def test_the_list_is_kept_between_two_runs(authority, host, clock) -> None:
    server, kept = authority.server("kept"), Kept()
    await RevocationChecker(authority.bundle, fetch=host.fetch, clock=clock, store=kept).check(server.der)
    await RevocationChecker(authority.bundle, fetch=host.fetch, clock=clock, store=kept).check(server.der)
    assert len(host.asked) == 1


async def test_what_was_kept_is_verified_again(authority, host, clock, tmp_path) -> None:
    server, kept = authority.server("tampered"), Kept()
    kept.lists[CRL_URL] = KeptList(TestAuthority(tmp_path).crl(issued=clock.now()), clock.now())
    await RevocationChecker(authority.bundle, fetch=host.fetch, clock=clock, store=kept).check(server.der)
    assert len(host.asked) == 1


@pytest.mark.parametrize("wrong", ["stranger", "garbage", "future", "partial", "ended"])
async def test_a_list_that_cannot_be_relied_on_is_not_believed(
    checker, host, authority, clock, tmp_path, wrong
) -> None:
    partial = x509.IssuingDistributionPoint(
        full_name=[x509.UniformResourceIdentifier(CRL_URL)],
        relative_name=None,
        only_contains_user_certs=False,
        only_contains_ca_certs=True,
        only_some_reasons=None,
        indirect_crl=False,
        only_contains_attribute_certs=False,
    )
    now = clock.now()
    host.content = {
        "stranger": lambda: TestAuthority(tmp_path).crl(issued=now),
        "garbage": lambda: b"<html>Forbidden</html>",
        "future": lambda: authority.crl(issued=now + timedelta(hours=1)),
        "partial": lambda: authority.crl(issued=now, extensions=(partial,)),
        "ended": lambda: authority.crl(issued=now - timedelta(days=9), life=timedelta(days=7)),
    }[wrong]()
    with pytest.raises(MssRevocationUnknown):
        await checker.check(authority.server(wrong).der)


async def test_an_older_list_does_not_replace_a_newer_one(tmp_path, clock) -> None:
    authority = TestAuthority(tmp_path)
    server, other = authority.server(), authority.server("other")
    host = Host(authority, clock)
    checker = RevocationChecker(authority.bundle, fetch=host.fetch, clock=clock)
    host.content = authority.crl(issued=clock.now() - timedelta(days=1))
    authority.revoke(server)
    old, host.content = host.content, authority.crl(issued=clock.now())
    await checker.check(other.der)
    await clock.advance(DAY)
    host.content = old
    await checker.check(other.der)
    assert len(host.asked) == 2
    with pytest.raises(MssTlsUntrusted):
        await checker.check(server.der)


async def test_a_certificate_of_an_unknown_issuer_is_not_taken(checker, host, tmp_path) -> None:
    with pytest.raises(MssRevocationUnknown):
        await checker.check(TestAuthority(tmp_path).server().der)
    assert host.asked == []


async def test_a_certificate_that_names_no_list_needs_a_configured_one(authority, host, clock) -> None:
    server = authority.server("silent", crl=None)
    with pytest.raises(MssRevocationUnknown):
        await RevocationChecker(authority.bundle, fetch=host.fetch, clock=clock).check(server.der)
    place = "http://lists.example/igc.crl"
    await RevocationChecker(authority.bundle, fetch=host.fetch, clock=clock, places=[place]).check(server.der)
    assert host.asked == [place]
