"""One HTTP exchange, and what is known of it when it fails.

The difference that matters: before the first byte left nothing can have happened; after it, a call that changes
something may have been done although no answer came.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import aclosing, contextmanager
from types import TracebackType
from typing import Self

import anyio
import httpx

from caducee.clock import Clock, SystemClock
from caducee.contracts.http import NO_HEADERS, HttpAnswer, Limits
from caducee.contracts.tls import ClientTls, TlsFailure
from caducee.drift import DriftSeen, measure
from caducee.errors import CaduceeError, OutcomeUnknown, ProtocolViolation, ServiceUnavailable, Timeout
from caducee.wire.signer_transport import SignerTransport
from caducee.wire.tls_errors import connection_error, refused_certificate, tls_failure

_AT_ONCE = 1 << 20
"""What is sent is put together up to this length, in bytes."""
_CONNECTIONS, _CONNECTIONS_OF_A_CARD = 8, 4


class HttpClient:
    """Speaks to one service over one TLS identity and keeps its connections alive.

    Nothing of a body, a header or a certificate is logged. Proxies of the environment are not used. ``clock`` is what
    the services' own dates are compared with, ``saw_drift`` is told how far apart they are.
    """

    def __init__(
        self,
        *,
        service: str,
        base_url: str,
        tls: ClientTls | None,
        limits: Limits | None = None,
        clock: Clock | None = None,
        saw_drift: DriftSeen | None = None,
    ) -> None:
        self.service = service
        self._base_url = base_url.rstrip("/")
        self._limits = limits or Limits()
        self._clock = clock or SystemClock()
        self._saw_drift = saw_drift
        signer = None if tls is None or isinstance(tls, ssl.SSLContext) else tls
        # A card signs each handshake, and takes its time for it.
        most = _CONNECTIONS if signer is None else _CONNECTIONS_OF_A_CARD
        # Fewer kept than open would close each one after its answer while others wait: a handshake for each call.
        kept = httpx.Limits(max_connections=most, max_keepalive_connections=most, keepalive_expiry=30.0)
        by_signer = None if signer is None else SignerTransport(signer, kept)
        self._may_wait_for_a_person = by_signer is not None
        self._client = httpx.AsyncClient(
            # Without an identity nothing is trusted: only plain HTTP, on loopback, works.
            verify=tls if isinstance(tls, ssl.SSLContext) else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
            transport=by_signer,
            trust_env=False,
            headers={"Accept-Encoding": "identity", "User-Agent": "Caducee"},
            follow_redirects=False,
            timeout=httpx.Timeout(self._limits.answer, connect=self._limits.connect),
            limits=kept,
        )

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.__aexit__(kind, error, trace)

    def url(self, path: str) -> str:
        """Return the address of one endpoint."""
        return f"{self._base_url}/{path}" if path else self._base_url

    async def post(
        self,
        path: str,
        *,
        content_type: str,
        content: Sequence[bytes],
        changes: bool,
        headers: Mapping[str, str] = NO_HEADERS,
    ) -> HttpAnswer:
        """Send and return the whole answer. ``changes`` says that the call writes something at the service.

        Raises:
            ConnectFailed: no connection; nothing was sent.
            CertificateUntrusted: the server's certificate is not of the pinned authorities, or it refused ours.
            CredentialError: the card that signs the connection is not there or not open; nothing was sent.
            Timeout, ServiceUnavailable: a question got no answer.
            OutcomeUnknown: a change was sent and no whole answer came.
            ProtocolViolation: the answer to a question is cut short or too large.
        """
        length = sum(map(len, content))
        described = {"Content-Type": content_type, "Content-Length": str(length)}
        request = self._client.build_request("POST", self.url(path), headers={**headers, **described})
        # Each chunk is a record of TLS and a turn of the event loop; a large one is not held twice for that.
        request.stream = _Content([b"".join(content)] if length <= _AT_ONCE else content)
        return await self._exchange(request, changes=changes)

    async def get(self, path: str, *, headers: Mapping[str, str] = NO_HEADERS) -> HttpAnswer:
        """Ask and return the whole answer; errors as a ``post`` that changes nothing."""
        request = self._client.build_request("GET", self.url(path), headers=dict(headers))
        return await self._exchange(request, changes=False)

    def unreadable(self, detail: str, *, changes: bool) -> CaduceeError:
        """Return the error of an answer that cannot be understood: after a change, its outcome is unknown."""
        return OutcomeUnknown(self.service, detail) if changes else ProtocolViolation(self.service, detail)

    async def _exchange(self, request: httpx.Request, *, changes: bool) -> HttpAnswer:
        sent = self._clock.now()
        try:
            with self._time_limit(request):
                response = await self._client.send(request, stream=True)
                received = self._clock.now()
                async with aclosing(response):
                    body = await self._whole(response)
        except TlsFailure as failure:
            raise tls_failure(self.service, failure) from None
        except (httpx.HTTPError, OSError) as error:  # a TLS alert in the middle of an answer comes as it is
            raise self._failure(error, changes=changes) from None
        except _TooLarge:
            raise self.unreadable("the answer is larger than the limit", changes=changes) from None
        headers = {name.lower(): value for name, value in response.headers.items()}
        drift = measure(headers.get("date", ""), sent=sent, received=received)
        if drift is not None and self._saw_drift is not None:
            await self._saw_drift(self.service, drift)
        return HttpAnswer(
            status=response.status_code,
            content_type=headers.get("content-type", ""),
            body=body,
            headers=headers,
            drift=drift,
        )

    @contextmanager
    def _time_limit(self, request: httpx.Request) -> Iterator[None]:
        """Bound the exchange: from its start, or from its first byte when a person may be asked for a PIN before."""
        longest = self._limits.longest
        with anyio.fail_after(None if self._may_wait_for_a_person else longest) as scope:

            async def begin(event: str, _: object) -> None:
                if event == "http11.send_request_headers.started":
                    scope.deadline = anyio.current_time() + longest

            if self._may_wait_for_a_person:
                request.extensions["trace"] = begin
            yield

    async def _whole(self, response: httpx.Response) -> bytes:
        body = bytearray()
        with anyio.CancelScope() as scope:
            async for chunk in response.aiter_bytes():
                if len(body) + len(chunk) <= self._limits.largest_answer:
                    body += chunk
                else:  # cancelled at the next read, so that httpx leaves its generators from the inside
                    scope.cancel()
        if scope.cancel_called:
            raise _TooLarge
        return bytes(body)

    def _failure(self, error: httpx.HTTPError | OSError, *, changes: bool) -> CaduceeError:
        before = connection_error(self.service, error) or refused_certificate(self.service, error)
        if before is not None:
            return before
        if changes:
            return OutcomeUnknown(self.service, f"sent, no whole answer ({type(error).__name__})")
        if isinstance(error, httpx.TimeoutException | TimeoutError):
            return Timeout(self.service, "no answer in time")
        if _spoke(error):
            return ProtocolViolation(self.service, "the answer is cut short or is not HTTP")
        return ServiceUnavailable(self.service, f"the connection broke ({type(error).__name__})")


def _spoke(error: httpx.HTTPError | OSError) -> bool:
    """Say whether something came back, be it unreadable: a closed connection alone is no answer at all."""
    silent = "without sending a response" in str(error)
    return isinstance(error, httpx.RemoteProtocolError | httpx.DecodingError) and not silent


class _TooLarge(Exception):
    """The answer is larger than the limit."""


class _Content(httpx.AsyncByteStream):
    """What is sent, chunk by chunk. No generator: a server that stops listening leaves nothing half run."""

    def __init__(self, chunks: Sequence[bytes]) -> None:
        self._chunks = iter(chunks)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        for chunk in self._chunks:
            return chunk
        raise StopAsyncIteration
