from __future__ import annotations

import ssl
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import anyio
import anyio.abc
import httpx
import pytest

from caducee.contracts.http import Limits
from caducee.contracts.tls import SignerTls
from caducee.drift import Drift
from caducee.errors import (
    CertificateUntrusted,
    ConnectFailed,
    OutcomeUnknown,
    ProtocolViolation,
    ServiceUnavailable,
    Timeout,
)
from caducee.testing import Answer, MovingClock, Outage, ScriptedService
from caducee.wire import http as http_module
from caducee.wire.http import HttpClient

from .authorities import Authority
from .scripted import Reply, reply, scripted

pytestmark = pytest.mark.anyio
SECRET = b"275036399900105"


def client(url: str, *, tls: ssl.SSLContext | None = None, **limits: float) -> HttpClient:
    given = Limits(**{"connect": 2.0, "answer": 0.4, **limits})  # type: ignore[arg-type]
    return HttpClient(service="dmp", base_url=url, tls=tls or ssl.create_default_context(), limits=given)


async def post(url: str, *, changes: bool, tls: ssl.SSLContext | None = None, **limits: float) -> bytes:
    async with client(url, tls=tls, **limits) as http:
        answer = await http.post(
            "registry", content_type="application/soap+xml", content=[SECRET, b"!"], changes=changes
        )
    return answer.body


async def test_an_answer_comes_back_whole_and_the_request_left_whole() -> None:
    with scripted(reply(b"<a/>")) as server:
        assert await post(server.url, changes=True) == b"<a/>"
    assert server.requests[0].startswith(b"POST /services/registry HTTP/1.1\r\n")
    assert server.requests[0].endswith(b"\r\n\r\n" + SECRET + b"!")


async def test_two_calls_use_one_connection() -> None:
    with scripted(reply(b"1"), reply(b"2")) as server:
        async with client(server.url) as http:
            for expected in (b"1", b"2"):
                answer = await http.post("x", content_type="text/xml", content=[b"x"], changes=False)
                assert answer.body == expected
    assert server.connections == 1


@pytest.mark.parametrize(("length", "pieces"), [(10, 1), (1 << 20, 1), ((1 << 20) + 1, 2)])
async def test_what_is_small_leaves_in_one_piece_and_what_is_large_is_not_held_twice(
    monkeypatch: pytest.MonkeyPatch, length: int, pieces: int
) -> None:
    left: list[int] = []

    class Counted(http_module._Content):
        async def __anext__(self) -> bytes:
            piece = await super().__anext__()
            left.append(len(piece))
            return piece

    monkeypatch.setattr(http_module, "_Content", Counted)
    content = [bytes(5), bytes(length - 5)]
    with scripted(reply(b"1")) as server:
        async with client(server.url, answer=5.0) as http:
            await http.post("x", content_type="text/xml", content=content, changes=False)
    assert (len(left), sum(left)) == (pieces, length)
    assert server.requests[0].endswith(b"".join(content))


def test_a_card_is_not_asked_for_more_than_four_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    allowed: list[httpx.Limits] = []

    class Transport(httpx.AsyncBaseTransport):
        def __init__(self, _: object, limits: httpx.Limits) -> None:
            allowed.append(limits)

    monkeypatch.setattr(http_module, "SignerTransport", Transport)
    HttpClient(service="dmp", base_url="https://localhost", tls=cast("SignerTls", object()))
    assert [(one.max_connections, one.max_keepalive_connections) for one in allowed] == [(4, 4)]


async def test_twelve_callers_keep_their_eight_connections_however_long_they_work() -> None:
    connections = 0

    async def serve(stream: anyio.abc.SocketStream) -> None:
        nonlocal connections
        connections += 1
        async with stream:
            while True:
                received = b""
                while not received.endswith(b"\r\n\r\nx"):
                    try:
                        received += await stream.receive()
                    except anyio.EndOfStream:
                        return
                await stream.send(reply(b"1"))

    async def caller(http: HttpClient) -> None:
        for _ in range(5):
            await http.post("x", content_type="text/xml", content=[b"x"], changes=False)

    async with (
        await anyio.create_tcp_listener(local_host="127.0.0.1") as listener,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(listener.serve, serve)
        port = listener.extra(anyio.abc.SocketAttribute.local_port)
        async with client(f"http://127.0.0.1:{port}", answer=5.0) as http, anyio.create_task_group() as callers:
            for _ in range(12):
                callers.start_soon(caller, http)
        tasks.cancel_scope.cancel()
    assert 1 <= connections <= 8


@pytest.mark.parametrize("changes", [True, False])
async def test_a_refused_connection_sent_nothing(changes: bool) -> None:
    with scripted() as server:
        url = server.url
    with pytest.raises(ConnectFailed):
        await post(url, changes=changes)


@pytest.mark.parametrize(
    ("sent_back", "error"),
    [
        (None, ServiceUnavailable),
        (b"HTTP/1.1 200 OK\r\nContent-Len", ServiceUnavailable),
        (reply(b"<a>", cut=20), ProtocolViolation),
        (b"not http at all\r\n\r\n", ProtocolViolation),
    ],
)
async def test_a_question_without_whole_answer_may_be_asked_again(sent_back: Reply, error: type[Exception]) -> None:
    with scripted(sent_back) as server, pytest.raises(error):
        await post(server.url, changes=False, answer=5.0)


@pytest.mark.parametrize("sent_back", [None, b"HTTP/1.1 200 OK\r\nContent-Len", reply(b"<a>", cut=20), b"junk\r\n\r\n"])
async def test_a_change_without_whole_answer_has_an_unknown_outcome(sent_back: Reply) -> None:
    with scripted(sent_back) as server, pytest.raises(OutcomeUnknown):
        await post(server.url, changes=True, answer=5.0)


@pytest.mark.parametrize(("changes", "error"), [(True, OutcomeUnknown), (False, Timeout)])
async def test_no_answer_in_time(changes: bool, error: type[Exception]) -> None:
    with scripted(b"", b"") as server, pytest.raises(error):
        await post(server.url, changes=changes)


@pytest.mark.parametrize(("changes", "error"), [(True, OutcomeUnknown), (False, ProtocolViolation)])
async def test_an_answer_beyond_the_limit_is_given_up(changes: bool, error: type[Exception]) -> None:
    with scripted(reply(b"x" * 4096)) as server, pytest.raises(error):
        await post(server.url, changes=changes, largest_answer=100)


async def test_no_error_repeats_what_was_sent() -> None:
    with scripted(None) as server, pytest.raises(OutcomeUnknown) as caught:
        await post(server.url, changes=True)
    assert SECRET.decode() not in f"{caught.value} {caught.value!r} {caught.value.__cause__!r}"


@pytest.mark.parametrize("changes", [True, False])
async def test_a_server_of_another_authority_gets_nothing(tmp_path: Path, changes: bool) -> None:
    ours, other = Authority(tmp_path, "ours"), Authority(tmp_path, "other")
    with (
        scripted(reply(b"x"), tls=other.server(clients=ours)) as server,
        pytest.raises(CertificateUntrusted, match="server's certificate"),
    ):
        await post(server.url, changes=changes, tls=ours.client(servers=ours))
    assert server.requests == []


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_a_server_that_refuses_our_certificate_did_nothing(tmp_path: Path, version: ssl.TLSVersion) -> None:
    ours, other = Authority(tmp_path, "ours"), Authority(tmp_path, "other")
    tls = other.client(servers=ours)
    tls.maximum_version = version
    with (
        scripted(reply(b"x"), tls=ours.server(clients=ours)) as server,
        pytest.raises((CertificateUntrusted, OutcomeUnknown)) as caught,
    ):
        await post(server.url, changes=True, tls=tls, answer=5.0)
    assert server.requests == []
    assert version is ssl.TLSVersion.TLSv1_3 or isinstance(caught.value, CertificateUntrusted)


@pytest.mark.parametrize(
    ("alert", "expected"), [("tlsv1 alert unknown ca", CertificateUntrusted), ("bad record mac", OutcomeUnknown)]
)
async def test_a_tls_alert_in_the_middle_of_an_answer_is_a_typed_error(
    monkeypatch: pytest.MonkeyPatch, alert: str, expected: type[Exception]
) -> None:
    async def broken(*_: object, **__: object) -> object:
        raise ssl.SSLError(1, f"[SSL] {alert}")

    monkeypatch.setattr(httpx.AsyncClient, "send", broken)
    with pytest.raises(expected):
        await post("https://127.0.0.1:1/services", changes=True)


async def test_mutual_tls_carries_a_call(tmp_path: Path) -> None:
    ours = Authority(tmp_path, "ours")
    with scripted(reply(b"<ok/>"), tls=ours.server(clients=ours)) as server:
        assert await post(server.url, changes=True, tls=ours.client(servers=ours)) == b"<ok/>"


@pytest.mark.parametrize(("changes", "error"), [(True, OutcomeUnknown), (False, Timeout)])
async def test_an_answer_that_comes_piece_by_piece_without_end_is_given_up(
    changes: bool, error: type[Exception]
) -> None:
    endless = ScriptedService(lambda request: Answer(b"<a/>"))
    with endless as service:
        service.inflict(Outage.DRIBBLE)
        with pytest.raises(error):
            await post(service.url, changes=changes, whole=0.3)


async def test_headers_go_and_come_with_an_exchange() -> None:
    with scripted(reply(b"{}", content_type="application/json\r\nRetry-After: 12"), reply(b"{}")) as server:
        async with client(server.url) as http:
            answer = await http.get("x", headers={"X-Asked": "1"})
            await http.post("x", content_type="a/b", content=[b"x"], changes=False, headers={"X-Asked": "2"})
    assert answer.headers["retry-after"] == "12"
    assert b"X-Asked: 1\r\n" in server.requests[0]
    assert b"X-Asked: 2\r\n" in server.requests[1]


async def test_the_date_of_each_answer_is_compared_with_our_clock() -> None:
    seen: list[tuple[str, Drift]] = []

    async def note(service: str, drift: Drift) -> None:
        seen.append((service, drift))

    clock = MovingClock(datetime(2026, 3, 14, 9, 16, 30, tzinfo=UTC))
    head = b"HTTP/1.1 200 OK\r\nDate: Sat, 14 Mar 2026 09:15:00 GMT\r\nContent-Length: 1\r\n\r\n"
    with scripted(head + b"x", reply(b"y")) as server:
        http = HttpClient(service="dmp", base_url=server.url, tls=None, clock=clock, saw_drift=note)
        async with http:
            answers = [await http.get("x"), await http.get("x")]
    assert [answer.drift and round(answer.drift.seconds + 0.1) for answer in answers] == [90, None]
    assert seen == [("dmp", answers[0].drift)]
