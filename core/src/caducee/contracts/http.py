"""One HTTP exchange with a service, as plugins make it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Protocol, Self

import msgspec

from caducee.clock import Clock
from caducee.contracts.tls import ClientTls
from caducee.drift import Drift, DriftSeen


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds to connect, to wait for each piece of an answer and for all of it; the largest answer in bytes.

    ``whole`` bounds a service that answers piece by piece without end; when absent it is 2.5 times ``answer``.
    """

    connect: float = 10.0
    answer: float = 60.0
    whole: float | None = None
    largest_answer: int = 128 * 1024 * 1024

    @property
    def longest(self) -> float:
        """The longest a whole exchange may take."""
        return 2.5 * self.answer if self.whole is None else self.whole


class HttpAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer, complete, whatever its status.

    ``headers`` have names in lower case. ``drift`` is how far our clock is from the service's, when it says its date.
    """

    status: int
    content_type: str
    body: bytes
    headers: Mapping[str, str] = {}
    drift: Drift | None = None


NO_HEADERS: Mapping[str, str] = {}


class HttpClient(Protocol):
    """Speaks to one service over one TLS identity: ``async with context.http(…) as client``."""

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def url(self, path: str) -> str:
        """Return the address of one endpoint."""
        ...

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
        ...

    async def get(self, path: str, *, headers: Mapping[str, str] = NO_HEADERS) -> HttpAnswer:
        """Ask and return the whole answer; errors as a ``post`` that changes nothing."""
        ...


class HttpFactory(Protocol):
    """Makes clients; without ``tls`` only plain HTTP works. ``saw_drift`` is told what each answer says of the time."""

    def __call__(
        self,
        *,
        service: str,
        base_url: str,
        tls: ClientTls | None,
        limits: Limits | None = None,
        clock: Clock | None = None,
        saw_drift: DriftSeen | None = None,
    ) -> HttpClient: ...
