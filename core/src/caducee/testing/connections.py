"""The connections of a scripted service: what goes over the wire, also when that is garbage."""

from __future__ import annotations

import socket
import ssl
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol

from caducee.testing.exchange import Answer, Outage, Request

_GONE = (OSError, ValueError)


class Behaviour(Protocol):
    """What the server asks of its service for each request."""

    def due(self, request: Request) -> Outage | None:
        """Note a request and say how it fails, if it does."""
        ...

    def work(self, request: Request) -> Answer:
        """Do what is asked."""
        ...

    def linger(self) -> None:
        """Wait while the service is slow."""
        ...


class Server(ThreadingHTTPServer):
    """Listens for one scripted service. ``hang_up`` ends its connections, ``server_close`` waits for its threads."""

    daemon_threads = False
    request_queue_size = 64

    def __init__(self, service: Behaviour, port: int, tls: ssl.SSLContext | None) -> None:
        self.service = service
        self.stopping = False
        self._tls = tls
        self._connections: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), _Handler)

    def hang_up(self) -> None:
        """End every connection now."""
        self.stopping = True
        for connection in tuple(self._connections):
            with suppress(*_GONE):
                socket.socket.shutdown(connection, socket.SHUT_RDWR)

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Serve one connection, over TLS if there is any: ``hang_up`` ends its handshake too."""
        with suppress(*_GONE), self._wrapped(request) as connection:
            self._connections.add(connection)
            try:
                if not self.stopping:
                    if isinstance(connection, ssl.SSLSocket):
                        connection.do_handshake()
                    super().finish_request(connection, client_address)
            finally:
                self._connections.discard(connection)

    def _wrapped(self, request: socket.socket) -> socket.socket:
        if self._tls is None:
            return request
        return self._tls.wrap_socket(request, server_side=True, do_handshake_on_connect=False)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def _do(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if len(body) < length:  # the caller went away in the middle of it
            self._hang_up()
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(method=self.command, path=self.path, headers=headers, body=body)
        service = self.server.service
        outage = service.due(request)
        match outage:
            case Outage.DROPPED:
                self._hang_up()
            case Outage.ERROR_500:
                self._say(_page(request, 500))
            case Outage.DUPLICATE:
                service.work(request)
                self._say(service.work(request))
            case _:
                self._answer(request, service.work(request), outage)

    def _answer(self, request: Request, answer: Answer, outage: Outage | None) -> None:
        """Say what the work gave, in the way of this outage."""
        match outage:
            case Outage.LOST:
                self._hang_up()
            case Outage.SLOW:
                self.server.service.linger()
                self._say(answer)
            case Outage.HTML:
                self._say(_page(request, 200))
            case Outage.TRUNCATED:
                self._say(answer, cut=True)
            case Outage.ENDLESS:
                self._say_for_ever(answer, pause=0.0)
            case Outage.DRIBBLE:
                self._say_for_ever(answer, pause=0.05)
            case _:
                self._say(answer)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _do  # noqa: N815 - http.server looks for these

    def _say(self, answer: Answer, *, cut: bool = False) -> None:
        head = [f"Content-Type: {answer.content_type}", f"Content-Length: {len(answer.body)}"]
        content = self._head(answer.status, head) + (answer.body if self.command != "HEAD" else b"")
        self.wfile.write(content[: len(content) - max(1, len(answer.body) // 2)] if cut else content)
        if cut:
            self._hang_up()

    def _say_for_ever(self, answer: Answer, *, pause: float) -> None:
        self.wfile.write(
            self._head(answer.status, [f"Content-Type: {answer.content_type}", "Transfer-Encoding: chunked"])
        )
        self.wfile.write(_chunk(answer.body or b"{}"))
        piece = _chunk(b" " if pause else b" " * 8192)
        while not self.server.stopping:
            self.wfile.write(piece)
            time.sleep(pause)

    def _head(self, status: int, lines: list[str]) -> bytes:
        return "\r\n".join([f"HTTP/1.1 {status} {self.responses.get(status, ('-',))[0]}", *lines, "", ""]).encode()

    def _hang_up(self) -> None:
        self.close_connection = True
        with suppress(*_GONE):
            socket.socket.shutdown(self.connection, socket.SHUT_RDWR)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is http.server's
        """Say nothing: requests hold patients."""


def _chunk(content: bytes) -> bytes:
    return f"{len(content):x}\r\n".encode() + content + b"\r\n"


def _page(request: Request, status: int) -> Answer:
    told = "\n".join([*(f"{name}: {value}" for name, value in request.headers.items()), ""]).encode() + request.body
    return Answer(b"<html><body><h1>Proxy</h1><pre>" + told + b"</pre></body></html>", status, "text/html")
