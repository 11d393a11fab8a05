"""The simulated profile: HTTPS with the prescriber's certificate, JSON. All of it is assumed."""

from __future__ import annotations

from contextlib import AsyncExitStack, suppress
from functools import partial
from types import TracebackType
from typing import Self, TypeVar

import anyio
import anyio.to_thread
import msgspec

from caducee.contracts.http import HttpAnswer, HttpClient, Limits
from caducee.contracts.plugin import PluginContext
from caducee.errors import (
    AmbiguousCard,
    CardAbsent,
    CardModuleFailed,
    OtherCard,
    OutcomeUnknown,
    ProtocolViolation,
    ServiceUnavailable,
)
from caducee_eprescription.config import EPrescriptionConfig
from caducee_eprescription.errors import SERVICE, AlreadyDispensed, FollowOpposed, RegisterRefused
from caducee_eprescription.register import Executed, Held

T = TypeVar("T", bound=msgspec.Struct)
MAINTENANCE, NOT_FOUND = "erx.maintenance", "erx.not_found"
_TYPED = {"erx.dispensed": AlreadyDispensed, "erx.opposed": FollowOpposed}
_JSON = "application/json"
_OK, _REFUSED, _BROKEN = range(200, 300), range(400, 500), 500
_LARGEST = 4 * 1024 * 1024


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """What the base answers when it does nothing."""

    code: str
    text: str = ""


class SimulatedRegister:
    """``Register`` over HTTPS; a connection is kept for each prescriber."""

    simulated = True

    def __init__(self, context: PluginContext) -> None:
        config: EPrescriptionConfig = context.config
        self._context = context
        self._url = config.url
        self._limits = Limits(connect=config.connect_timeout, answer=config.answer_timeout, largest_answer=_LARGEST)
        self._clients: dict[str, HttpClient] = {}
        self._stack = AsyncExitStack()
        self._lock = anyio.Lock()

    async def __aenter__(self) -> Self:
        await self._stack.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.__aexit__(kind, error, trace)

    async def ready(self, practitioner: str) -> None:
        """Open the card, make the connection's identity.

        A card that is not there is said by the connection: while the base is down a prescription is local without any.
        """
        with suppress(CardAbsent, OtherCard, AmbiguousCard, CardModuleFailed):
            await self._context.credentials.unlock(practitioner)
        await self._client(practitioner)

    async def register(self, practitioner: str, content: bytes) -> Held:
        """Deposit a prescription."""
        return await self._change(practitioner, "prescriptions", content)

    async def cancel(self, practitioner: str, number: str, *, reason: str) -> Held:
        """Cancel one."""
        return await self._change(
            practitioner, f"prescriptions/{number}/cancel", msgspec.json.encode({"reason": reason})
        )

    async def consult(self, practitioner: str, number: str) -> Held | None:
        """Ask for one."""
        try:
            return await self._ask(practitioner, f"prescriptions/{number}", Held)
        except RegisterRefused as refused:
            if refused.service_code == NOT_FOUND:
                return None
            raise

    async def executions(self, practitioner: str, number: str) -> Executed:
        """Ask what was dispensed of one."""
        return await self._ask(practitioner, f"prescriptions/{number}/executions", Executed)

    async def _change(self, practitioner: str, path: str, content: bytes) -> Held:
        client = await self._client(practitioner)
        answer = await client.post(path, content_type=_JSON, content=[content], changes=True)
        return _understood(answer, Held, changes=True)

    async def _ask(self, practitioner: str, path: str, shape: type[T]) -> T:
        client = await self._client(practitioner)
        return _understood(await client.get(path), shape, changes=False)

    async def _client(self, practitioner: str) -> HttpClient:
        async with self._lock:
            if practitioner not in self._clients:
                make = partial(self._context.http, self._url, practitioner=practitioner, limits=self._limits)
                client = await anyio.to_thread.run_sync(make)
                self._clients[practitioner] = await self._stack.enter_async_context(client)
            return self._clients[practitioner]


def _understood(answer: HttpAnswer, shape: type[T], *, changes: bool) -> T:
    """Return what an answer says, or raise what it means; not understood after a change, it is an unknown outcome."""
    said = _read(answer, Refusal)
    if said is not None and said.code == MAINTENANCE:
        raise ServiceUnavailable(SERVICE, "in maintenance", service_code=said.code)
    if answer.status in _OK and (value := _read(answer, shape)) is not None:
        return value
    if answer.status in _REFUSED and said is not None:
        typed = _TYPED.get(said.code, RegisterRefused)
        raise typed(SERVICE, service_code=said.code, service_text=said.text)
    if changes:
        raise OutcomeUnknown(SERVICE, f"HTTP {answer.status} that is not understood")
    if answer.status >= _BROKEN:
        raise ServiceUnavailable(SERVICE, f"HTTP {answer.status}")
    raise ProtocolViolation(SERVICE, f"HTTP {answer.status} that is not understood")


def _read(answer: HttpAnswer, shape: type[T]) -> T | None:
    if not answer.content_type.startswith(_JSON):
        return None
    try:
        return msgspec.json.decode(answer.body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
