from __future__ import annotations

import socket
import threading

import httpx
import pytest

from caducee.testing import Answer, FakeCard, Outage, Request, ScriptedService

pytestmark = pytest.mark.anyio


class Counted:
    """Counts what was done."""

    def __init__(self) -> None:
        self.done = 0

    def answer(self, request: Request) -> Answer:
        self.done += 1
        return Answer.of_json({"done": self.done, "padding": "x" * 200})


async def post(service: ScriptedService, content: bytes = b"NESSI") -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False, timeout=0.3) as client:
        return await client.post(f"{service.url}/documents?a=b", content=content)


async def test_it_answers_what_the_script_says_and_keeps_what_came() -> None:
    with ScriptedService(Counted().answer) as service:
        assert (await post(service, b'{"a": 1}')).json()["done"] == 1
    (request,) = service.received
    assert (request.method, request.path, request.json()) == ("POST", "/documents?a=b", {"a": 1})
    assert request.headers["content-length"] == "8"


@pytest.mark.parametrize(
    ("outage", "error", "done"),
    [
        (Outage.DOWN, httpx.ConnectError, 0),
        (Outage.DROPPED, httpx.RemoteProtocolError, 0),
        (Outage.SLOW, httpx.ReadTimeout, 1),
        (Outage.LOST, httpx.RemoteProtocolError, 1),
        (Outage.TRUNCATED, httpx.RemoteProtocolError, 1),
    ],
)
async def test_what_each_outage_shows_and_what_it_leaves(outage: Outage, error: type[Exception], done: int) -> None:
    counted = Counted()
    with ScriptedService(counted.answer) as service:
        service.inflict(outage)
        with pytest.raises(error):
            await post(service)
        assert counted.done == done
        service.lift()
        assert (await post(service)).status_code == 200


@pytest.mark.parametrize(("outage", "status", "done"), [(Outage.HTML, 200, 1), (Outage.ERROR_500, 500, 0)])
async def test_a_page_in_the_place_of_an_answer_repeats_the_request(outage: Outage, status: int, done: int) -> None:
    counted = Counted()
    with ScriptedService(counted.answer) as service:
        service.inflict(outage)
        answer = await post(service)
    assert (answer.status_code, answer.headers["content-type"], counted.done) == (status, "text/html", done)
    assert "NESSI" in answer.text


async def test_a_duplicate_is_done_twice_and_answered_once() -> None:
    with ScriptedService(Counted().answer) as service:
        service.inflict(Outage.DUPLICATE)
        assert (await post(service)).json()["done"] == 2


@pytest.mark.parametrize("outage", [Outage.ENDLESS, Outage.DRIBBLE])
def test_an_answer_without_end_goes_on_until_the_caller_has_enough(outage: Outage) -> None:
    with ScriptedService(Counted().answer) as service:
        service.inflict(outage)
        with httpx.Client(trust_env=False) as client, client.stream("POST", service.url) as answer:
            pieces = [piece for _, piece in zip(range(4), answer.iter_raw(), strict=False)]
    assert len(pieces) == 4


async def test_an_outage_ends_by_itself_after_its_times_and_hits_what_it_is_meant_for() -> None:
    with ScriptedService(Counted().answer, writes=lambda request: request.body == b"write") as service:
        service.inflict(Outage.ERROR_500, times=1)
        assert (await post(service, b"read")).status_code == 200
        assert (await post(service, b"write")).status_code == 500
        assert (await post(service, b"write")).status_code == 200
    assert [request.body for request in service.written] == [b"write", b"write"]


async def test_a_request_that_was_cut_short_is_not_worked_on() -> None:
    counted = Counted()
    with ScriptedService(counted.answer) as service:
        host, port = service.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf")
        assert (await post(service)).status_code == 200
    assert counted.done == 1


def test_a_script_that_raises_fails_the_test_that_runs_it() -> None:
    def broken(request: Request) -> Answer:
        raise KeyError("rooms")

    with pytest.raises(KeyError), ScriptedService(broken) as service:
        assert httpx.post(service.url, trust_env=False).status_code == 500


def test_nothing_is_left_running() -> None:
    before = set(threading.enumerate())
    with ScriptedService(Counted().answer) as service:
        service.inflict(Outage.SLOW)
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(service.url, timeout=0.1, trust_env=False)
    assert set(threading.enumerate()) <= before
    with pytest.raises(httpx.ConnectError):
        httpx.post(service.url, trust_env=False)


def test_with_tls_it_asks_its_callers_for_a_certificate_of_its_authority() -> None:
    card, stranger = FakeCard(), FakeCard()
    with ScriptedService(Counted().answer, tls=card.authority.server) as service:
        assert httpx.get(service.url, verify=card.tls_for("roux"), trust_env=False).status_code == 200
        with pytest.raises(httpx.ConnectError):
            httpx.get(service.url, verify=stranger.tls_for("roux"), trust_env=False)


def test_a_caller_who_never_speaks_does_not_keep_it_from_ending() -> None:
    before = set(threading.enumerate())
    with ScriptedService(Counted().answer, tls=FakeCard().authority.server) as service:
        silent = socket.create_connection(("127.0.0.1", httpx.URL(service.url).port or 0))
        while len(set(threading.enumerate()) - before) < 2:  # one listens, one waits for the handshake
            threading.Event().wait(0.01)
    silent.close()
    assert set(threading.enumerate()) <= before
