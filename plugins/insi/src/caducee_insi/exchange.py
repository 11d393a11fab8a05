"""One request to INSi and its answer, with the bytes of both kept as evidence."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Protocol

import msgspec

from caducee.clock import Clock
from caducee.contracts.http import NO_HEADERS, HttpAnswer, Limits
from caducee.drift import DriftSeen
from caducee.errors import ProtocolViolation, ServiceUnavailable
from caducee.wire.fault import read_fault
from caducee.wire.http import HttpClient
from caducee.wire.soap import read_answer
from caducee_insi.config import InsiConfig
from caducee_insi.envelope import SERVICE
from caducee_insi.faults import fault_error


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """The raw bytes of one call, kept encrypted: ``answer`` is empty and ``status`` 0 when none came."""

    message_id: str
    at: str
    actor: str
    local_id: str
    request: bytes
    status: int = 0
    answer: bytes = b""


class Channel(Protocol):
    """Where envelopes are posted."""

    async def post(self, envelope: bytes, action: str, *, headers: Mapping[str, str] = NO_HEADERS) -> HttpAnswer:
        """Post one envelope and return the answer, whatever its status. ``headers`` are kept nowhere.

        Raises:
            ServiceUnavailable, ProtocolViolation, CredentialError.
        """
        ...


class InsiChannel:
    """One address: all services of the Assurance Maladie have the same, told apart by the action."""

    def __init__(self, http: HttpClient) -> None:
        self._http = http

    async def post(self, envelope: bytes, action: str, *, headers: Mapping[str, str] = NO_HEADERS) -> HttpAnswer:
        """Post one envelope."""
        content_type = f'application/soap+xml; charset=utf-8; action="{action}"'
        return await self._http.post("", content_type=content_type, content=[envelope], changes=False, headers=headers)


@asynccontextmanager
async def open_channel(
    config: InsiConfig,
    tls: ssl.SSLContext,
    *,
    url: str = "",
    clock: Clock | None = None,
    saw_drift: DriftSeen | None = None,
) -> AsyncIterator[InsiChannel]:
    """Keep the connections to INSi, or to another address of these services, open."""
    limits = Limits(connect=config.connect_timeout, answer=config.answer_timeout, largest_answer=1024 * 1024)
    http = HttpClient(
        service=SERVICE,
        base_url=url or config.url,
        tls=tls,
        limits=limits,
        clock=clock,
        saw_drift=saw_drift,
    )
    async with http:
        yield InsiChannel(http)


def understand(answer: HttpAnswer) -> Any:
    """Return the first element of the body: results come with HTTP 200, everything else as a fault with HTTP 500.

    Raises:
        InsiUnavailable, InsiRefused: a fault.
        ClockDrift: a refusal by the gateway that a wrong clock explains.
        ServiceUnavailable: HTTP 5xx that holds no SOAP.
        ProtocolViolation: anything else.
    """
    try:
        body = read_answer(answer, service=SERVICE).body
    except ProtocolViolation as violation:
        if answer.status >= 500:
            raise ServiceUnavailable(SERVICE, f"HTTP {answer.status} without SOAP") from None
        raise violation from None
    fault = read_fault(body)
    if fault is not None:
        raise fault_error(fault, answer.drift)
    if answer.status != 200:
        raise ProtocolViolation(SERVICE, f"HTTP {answer.status} without a fault")
    return body
