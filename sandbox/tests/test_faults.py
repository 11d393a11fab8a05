"""The faults on demand really happen, as often as asked, and are written down."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from sandbox_rig.client import client_context, connect, control, post
from sandbox_rig.dmp import EXISTS, RETRIEVE, errors, exists, fault, provide, retrieve, send
from sandbox_rig.feed import Feed
from sandbox_rig.insi import CONTENT_TYPE, search

from caducee_sandbox.faults import Fault, FaultBoard
from caducee_sandbox.mtom import NotMtom, read_package

Described = dict[str, Any]
Disturb = Callable[..., Any]


@pytest.fixture
def disturb(sandbox: Described) -> Iterator[Disturb]:
    def set_fault(service: str, fault: str, **more: Any) -> Any:
        return control(sandbox, "POST", "/faults", {"service": service, "fault": fault, **more})

    yield set_fault
    control(sandbox, "DELETE", "/faults")


def ask(sandbox: Described) -> int:
    return send(sandbox, EXISTS, exists()).status


def test_service_that_is_down_refuses_connections_until_cleared(sandbox: Described, disturb: Disturb) -> None:
    connection = connect(sandbox, "dmp", client_context(sandbox, "roux_auth"))
    connection.connect()
    disturb("dmp", "down")
    port = urlsplit(sandbox["dmp"]).port
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), 5)
    with pytest.raises((ConnectionError, ssl.SSLError, http.client.RemoteDisconnected)):
        post(connection, "/", "text/plain", b"")
    connection.close()
    control(sandbox, "DELETE", "/faults")
    assert ask(sandbox) == 200


def test_other_service_stays_up(sandbox: Described, disturb: Disturb) -> None:
    disturb("insi", "down")
    assert ask(sandbox) == 200


def test_lost_answer_is_lost_after_the_commit(sandbox: Described, disturb: Disturb) -> None:
    disturb("dmp", "lose_answer", transaction="TD2.1", times=1)
    feed = Feed()
    assert ask(sandbox) == 200
    with pytest.raises(http.client.RemoteDisconnected):
        provide(sandbox, feed)
    held = [d["uniqueId"] for d in control(sandbox, "GET", "/state/dmp")["documents"]]
    assert held.count(feed.document_id) == 1
    assert errors(provide(sandbox, feed))[0][0] == "XDSDuplicateUniqueIdInRegistry"


def test_server_error_has_no_body(sandbox: Described, disturb: Disturb) -> None:
    disturb("dmp", "http500", times=1)
    reply = send(sandbox, EXISTS, exists())
    assert (reply.status, reply.body) == (500, b"")
    assert ask(sandbox) == 200


def test_fault_happens_as_often_as_asked(sandbox: Described, disturb: Disturb) -> None:
    disturb("dmp", "html", times=2)
    replies = [send(sandbox, EXISTS, exists()).content_type for _ in range(3)]
    assert [r.startswith("text/html") for r in replies] == [True, True, False]


def test_unavailable_service_answers_a_fault_and_does_nothing(sandbox: Described, disturb: Disturb) -> None:
    disturb("dmp", "soap_fault", times=1)
    feed = Feed()
    assert fault(provide(sandbox, feed))[0] == "DMPServiceUnavailable"
    assert errors(provide(sandbox, feed)) == []


def test_insi_that_is_unavailable_answers_its_own_fault(sandbox: Described, disturb: Disturb) -> None:
    disturb("insi", "soap_fault", times=1)
    connection = connect(sandbox, "insi", client_context(sandbox, "insi_manu"))
    first, second = (post(connection, "/lps", CONTENT_TYPE, search()) for _ in range(2))
    connection.close()
    assert (first.status, second.status) == (500, 200)
    assert b"siram_40" in first.body


def test_truncated_multipart_has_no_end(sandbox: Described, disturb: Disturb) -> None:
    disturb("dmp", "truncated", times=1)
    reply = send(sandbox, RETRIEVE, retrieve("1.2.3.4"))
    with pytest.raises(NotMtom):
        read_package(reply.content_type, reply.body)


def test_answer_broken_off_is_shorter_than_promised(sandbox: Described, disturb: Disturb) -> None:
    disturb("dmp", "broken_off", times=1)
    with pytest.raises(http.client.IncompleteRead):
        send(sandbox, EXISTS, exists())


def test_garbage_is_not_xml(sandbox: Described, disturb: Disturb) -> None:
    disturb("dmp", "garbage", times=1)
    assert not send(sandbox, EXISTS, exists()).body.startswith(b"<")


def test_slow_service_answers_late(sandbox: Described, disturb: Disturb) -> None:
    disturb("dmp", "slow", seconds=0.4, times=1)
    start = time.monotonic()
    assert ask(sandbox) == 200
    assert time.monotonic() - start >= 0.4


def test_certificate_of_another_authority_is_shown_once(sandbox: Described, disturb: Disturb) -> None:
    disturb("dmp", "wrong_certificate", times=1)
    connection = connect(sandbox, "dmp", client_context(sandbox, "roux_auth"))
    with pytest.raises(ssl.SSLCertVerificationError):
        connection.connect()
    connection.close()
    assert ask(sandbox) == 200


def test_fault_is_written_in_the_ledger(sandbox: Described, disturb: Disturb) -> None:
    disturb("dmp", "http500", times=1)
    ask(sandbox)
    last = control(sandbox, "GET", "/ledger")[-1]
    assert (last["fault"], last["verdict"], last["transaction"]) == ("http500", "not judged", "TD0.2")


@pytest.mark.parametrize(
    "asked",
    [
        {"service": "mss", "fault": "down"},
        {"service": "dmp", "fault": "explode"},
        {"service": "dmp", "fault": "slow", "times": 0},
    ],
)
def test_unknown_fault_is_refused(sandbox: Described, asked: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="400"):
        control(sandbox, "POST", "/faults", asked)


def test_board_gives_a_fault_to_its_transaction_only() -> None:
    board = FaultBoard()
    board.set(Fault(service="dmp", kind="http500", times=1, transaction="TD2.1"))
    assert board.take("dmp", "TD3.1") is None
    assert board.take("insi", "TD2.1") is None
    assert board.take("dmp", "TD2.1") is not None
    assert board.standing() == ()
