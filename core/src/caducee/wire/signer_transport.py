"""HTTP over TLS whose private key stays on its card: the transport that ``HttpClient`` takes instead of ``ssl``."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import anyio
import httpcore
import httpx

from caducee.contracts.tls import ByteChannel, SignerTls, TlsFailure, TlsTrouble

_PIECE = 64 * 1024
_ALIKE: dict[type[Exception], type[httpx.HTTPError]] = {
    getattr(httpcore, name): getattr(httpx, name)
    for name in (
        "ConnectError",
        "ConnectTimeout",
        "LocalProtocolError",
        "PoolTimeout",
        "ReadError",
        "ReadTimeout",
        "RemoteProtocolError",
        "UnsupportedProtocol",
        "WriteError",
        "WriteTimeout",
    )
}


class SignerTransport(httpx.AsyncBaseTransport):
    """A pool of connections over one identity, on asyncio and trio alike. Proxies and HTTP/2 are not used.

    Beside httpx's own errors a request raises what ``SignerTls.secure`` raises, before anything of it was sent.
    """

    def __init__(self, tls: SignerTls, limits: httpx.Limits) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            # Never used: the backend's streams secure themselves. It spares loading the machine's own authorities.
            ssl_context=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
            max_connections=limits.max_connections,
            max_keepalive_connections=limits.max_keepalive_connections,
            keepalive_expiry=limits.keepalive_expiry,
            network_backend=_Backend(tls),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request and return the head of its answer, the body as a stream."""
        url = request.url
        sent = httpcore.Request(
            method=request.method,
            url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        with _as_httpx():
            answer = await self._pool.handle_async_request(sent)
        return httpx.Response(
            answer.status, headers=answer.headers, stream=_Body(answer.stream), extensions=answer.extensions
        )

    async def aclose(self) -> None:
        """Close every connection."""
        await self._pool.aclose()


class _Body(httpx.AsyncByteStream):
    def __init__(self, stream: Any) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _as_httpx():
            async for part in cast("AsyncIterable[bytes]", self._stream):
                yield part

    async def aclose(self) -> None:
        await self._stream.aclose()


class _Backend(httpcore.AsyncNetworkBackend):
    """Connects with anyio, under asyncio and trio."""

    def __init__(self, tls: SignerTls) -> None:
        self._tls = tls
        self._plain = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        plain = await self._plain.connect_tcp(host, port, timeout, local_address, socket_options)
        return _Plain(plain, self._tls)

    async def sleep(self, seconds: float) -> None:
        await anyio.sleep(seconds)


class _Stream(httpcore.AsyncNetworkStream):
    """What a connection tells of itself and how it ends, whether it is secured or not."""

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream

    async def aclose(self) -> None:
        await self._stream.aclose()

    def get_extra_info(self, info: str) -> Any:
        return None if info == "ssl_object" else self._stream.get_extra_info(info)


class _Plain(_Stream):
    """A connection that becomes a secured one; nothing is ever said over it in clear."""

    def __init__(self, stream: httpcore.AsyncNetworkStream, tls: SignerTls) -> None:
        super().__init__(stream)
        self._tls = tls

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,  # noqa: ARG002
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        channel = _Channel(self._stream, timeout)
        try:
            secured = await self._tls.secure(channel, server=server_hostname or "")
        except BaseException as error:
            with anyio.CancelScope(shield=True):
                await self.aclose()
            if isinstance(error, httpcore.TimeoutException):
                raise httpcore.ConnectTimeout from None
            if _is_broken(error):
                raise httpcore.ConnectError("the TLS handshake broke off") from None
            raise
        channel.budget = None
        return _Secured(self._stream, channel, secured)


class _Secured(_Stream):
    def __init__(self, stream: httpcore.AsyncNetworkStream, channel: _Channel, secured: ByteChannel) -> None:
        super().__init__(stream)
        self._channel = channel
        self._secured = secured

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        self._channel.timeout = timeout
        try:
            return await self._secured.receive()
        except TlsFailure as failure:
            if _is_broken(failure):
                raise httpcore.ReadError("the TLS connection broke off") from None
            raise

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._channel.timeout = timeout
        view = memoryview(buffer)
        for start in range(0, len(view), _PIECE):
            await self._secured.send(bytes(view[start : start + _PIECE]))


class _Channel:
    """The network under a connection. ``budget`` bounds a whole handshake, without the time that the key takes."""

    def __init__(self, stream: httpcore.AsyncNetworkStream, budget: float | None) -> None:
        self._stream = stream
        self.budget = budget
        self.timeout: float | None = None

    async def receive(self) -> bytes:
        if self.budget is None:
            return await self._stream.read(_PIECE, self.timeout)
        began = anyio.current_time()
        data = await self._stream.read(_PIECE, max(self.budget, 0.0))
        self.budget -= anyio.current_time() - began
        return data

    async def send(self, data: bytes) -> None:
        await self._stream.write(data, self.timeout if self.budget is None else max(self.budget, 0.0))


def _is_broken(error: BaseException) -> bool:
    unspecific = isinstance(error, TlsFailure) and error.trouble is TlsTrouble.BROKEN
    return unspecific or isinstance(error, httpcore.NetworkError)


@contextmanager
def _as_httpx() -> Iterator[None]:
    try:
        yield
    except tuple(_ALIKE) as error:
        raise _ALIKE[type(error)](str(error)) from error
