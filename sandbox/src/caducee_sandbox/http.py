"""HTTP/1.1 as a server: one connection, its requests one after the other, parsed by h11."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import anyio
import h11

MAX_BODY = 100_000_000
CHUNK = 65_536


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request that has been read whole, with the certificate (DER) that the client showed.

    Names of ``headers`` are in lower case.
    """

    method: str
    path: str
    content_type: str
    body: bytes = field(repr=False)
    certificate: bytes | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What to send back. ``promised`` is the Content-Length told, when it is not the true one."""

    status: int = 200
    content_type: str = "application/soap+xml; charset=utf-8"
    body: bytes = field(default=b"", repr=False)
    promised: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


class Wire(Protocol):
    """A connection, encrypted or not."""

    async def receive(self, size: int, /) -> bytes:
        """Return what arrived; raise ``anyio.EndOfStream`` at the end."""

    async def send(self, content: bytes, /) -> None:
        """Send bytes."""


Respond = Callable[[Request], Awaitable[Answer | None]]


async def serve_connection(stream: Wire, respond: Respond, certificate: bytes | None = None) -> None:
    """Answer the requests of one connection until it closes. An answer of None drops the connection."""
    connection = h11.Connection(h11.SERVER)
    try:
        while await _exchange(connection, stream, respond, certificate):
            pass
    except (h11.ProtocolError, anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError):
        return


async def _exchange(connection: h11.Connection, stream: Wire, respond: Respond, certificate: bytes | None) -> bool:
    request = await _read(connection, stream, certificate)
    if request is None:
        return False
    answer = await respond(request)
    if answer is None:
        return False
    await _send(connection, stream, answer)
    if connection.our_state is not h11.DONE or connection.their_state is not h11.DONE:
        return False
    connection.start_next_cycle()
    return True


async def _read(connection: h11.Connection, stream: Wire, certificate: bytes | None) -> Request | None:
    head: h11.Request | None = None
    body = bytearray()
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            await _receive(connection, stream)
        elif isinstance(event, h11.Request):
            head = event
        elif isinstance(event, h11.Data):
            body += event.data
            if len(body) > MAX_BODY:
                return None
        elif isinstance(event, h11.EndOfMessage) and head is not None:
            return _request(head, bytes(body), certificate)
        else:
            return None


async def _receive(connection: h11.Connection, stream: Wire) -> None:
    if connection.they_are_waiting_for_100_continue:
        await stream.send(connection.send(h11.InformationalResponse(status_code=100, headers=[])) or b"")
    try:
        received = await stream.receive(CHUNK)
    except anyio.EndOfStream:
        received = b""
    connection.receive_data(received)


def _request(head: h11.Request, body: bytes, certificate: bytes | None) -> Request:
    headers = {name.lower(): value for name, value in head.headers}
    return Request(
        method=head.method.decode("ascii"),
        path=head.target.decode("ascii", "replace"),
        content_type=headers.get(b"content-type", b"").decode("latin-1"),
        body=body,
        certificate=certificate,
        headers={name.decode("ascii"): value.decode("latin-1") for name, value in headers.items()},
    )


async def _send(connection: h11.Connection, stream: Wire, answer: Answer) -> None:
    length = len(answer.body) if answer.promised is None else answer.promised
    headers = [("content-type", answer.content_type), ("content-length", str(length)), *answer.headers.items()]
    out = connection.send(h11.Response(status_code=answer.status, headers=headers)) or b""
    out += connection.send(h11.Data(data=answer.body)) or b""
    if length == len(answer.body):
        out += connection.send(h11.EndOfMessage()) or b""
    await stream.send(out)
