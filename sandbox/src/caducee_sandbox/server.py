"""A loopback TLS listener that can really be closed, and opened again on the same port."""

from __future__ import annotations

import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress

import anyio
from anyio.abc import SocketAttribute, SocketStream, TaskGroup, TaskStatus

from caducee_sandbox.http import Respond, serve_connection
from caducee_sandbox.tls import SecureStream

HOST = "127.0.0.1"


class Listener:
    """One listening port; ``converse`` has each connection until it returns."""

    def __init__(self, converse: Callable[[SocketStream], Awaitable[None]]) -> None:
        self.port = 0
        self._converse = converse
        self._scope: anyio.CancelScope | None = None
        self._closed = anyio.Event()

    async def open(self, group: TaskGroup) -> None:
        """Listen, on the same port as before when there was one. Does nothing when already listening."""
        if self._scope is None:
            self._closed = anyio.Event()
            await group.start(self._serve)

    async def close(self) -> None:
        """Stop listening and cut every connection: whoever connects now is refused."""
        if self._scope is not None:
            self._scope.cancel()
            await self._closed.wait()

    async def _serve(self, *, task_status: TaskStatus[None]) -> None:
        listener = await anyio.create_tcp_listener(local_host=HOST, local_port=self.port, reuse_port=False)
        self.port = listener.extra(SocketAttribute.local_port)
        try:
            with anyio.CancelScope() as self._scope:
                async with listener:
                    task_status.started()
                    await listener.serve(self._converse)
        finally:
            self._scope = None
            self._closed.set()


class Service(Listener):
    """HTTP on one port. Without ``context`` it is plain; ``refused`` is told each failed handshake."""

    def __init__(
        self,
        respond: Respond,
        *,
        context: Callable[[], ssl.SSLContext] | None = None,
        refused: Callable[[str], None] | None = None,
    ) -> None:
        super().__init__(self._connection)
        self._respond = respond
        self._context = context
        self._refused = refused

    async def _connection(self, stream: SocketStream) -> None:
        async with stream:
            if self._context is None:
                await serve_connection(stream, self._respond)
                return
            secured = SecureStream(stream, self._context())
            try:
                certificate = await secured.handshake()
            except (ssl.SSLError, anyio.BrokenResourceError) as error:
                self._tell(error)
                return
            with suppress(ssl.SSLError):
                await serve_connection(secured, self._respond, certificate)

    def _tell(self, error: Exception) -> None:
        if self._refused is not None:
            self._refused(str(getattr(error, "reason", None) or type(error).__name__))
