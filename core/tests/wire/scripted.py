"""A server on loopback that answers what it is told, once per request."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

Reply = bytes | None


class Scripted:
    """``requests`` holds what came, ``connections`` how many were accepted."""

    def __init__(self, replies: Sequence[Reply], tls: ssl.SSLContext | None) -> None:
        self.requests: list[bytes] = []
        self.connections = 0
        self._replies = list(replies)
        self._tls = tls
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}/services"

    def serve(self) -> None:
        while self._replies:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            try:
                self._converse(self._tls.wrap_socket(connection, server_side=True) if self._tls else connection)
            except OSError:
                connection.close()

    def _converse(self, connection: socket.socket) -> None:
        with connection:
            while self._replies:
                request = receive(connection)
                if not request:
                    return
                self.requests.append(request)
                reply = self._replies.pop(0)
                if reply is None:
                    return
                connection.sendall(reply)

    def close(self) -> None:
        self._replies.clear()
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


def receive(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = connection.recv(65536)
        if not chunk:
            return b""
        data += chunk
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    while len(body) < int(lengths[0] if lengths else 0):
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


@contextmanager
def scripted(*replies: Reply, tls: ssl.SSLContext | None = None) -> Iterator[Scripted]:
    server = Scripted(replies, tls)
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.close()
        thread.join(timeout=5)


def reply(body: bytes, *, status: str = "200 OK", content_type: str = "application/soap+xml", cut: int = 0) -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {len(body) + cut}\r\n\r\n"
    return head.encode() + body
