"""Carries one request of any operation: fresh ids, proof of who calls, the answer, a trace of every attempt."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from caducee.clock import Clock
from caducee.contracts.state import State
from caducee.errors import CaduceeError, ServiceUnavailable
from caducee.model.practice import Actor
from caducee_insi.access import Authenticator
from caducee_insi.config import InsiConfig
from caducee_insi.envelope import Bam, Cover, Heading, instant, write
from caducee_insi.evidence import Collection
from caducee_insi.exchange import Channel, Exchange, understand
from caducee_insi.vitale import VitaleCard

EXCHANGES = "exchange"
T = TypeVar("T")


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """On whose behalf a request is made, for the trace."""

    local_id: str
    acting: Actor

    @property
    def actor(self) -> str:
        """The actor as the audit trail writes it."""
        return self.acting.named


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One request. ``verb`` names it in the audit trail, ``mode`` says how the identity is collected."""

    verb: str
    action: str
    body: bytes
    mode: Collection = Collection.INSI
    cover: Cover | None = None
    card: VitaleCard | None = None
    with_bam: bool = True


class Reading(msgspec.Struct, frozen=True):
    """How an answer is read: ``parse`` takes the first element of the body, ``told`` says it without a trait."""

    parse: Callable[[Any], Any]
    told: Callable[[Any], str]


class Courier:
    """Sends requests over one channel. What may pass is tried again, within what is allowed."""

    def __init__(
        self, *, config: InsiConfig, channel: Channel, clock: Clock, state: State, authenticator: Authenticator
    ) -> None:
        self._config = config
        self._channel = channel
        self._clock = clock
        self._state = state
        self._authenticator = authenticator

    async def ask(self, request: Request, caller: Caller, reading: Reading, *, allowed: int = 99) -> tuple[Any, int]:
        """Return what the answer says and how many requests that took, never more than ``allowed``.

        Raises:
            InsiUnavailable, ServiceUnavailable: no answer, also after the retry.
            InsiRefused, ProtocolViolation, CredentialError: not asked again.
        """
        tries = min(self._config.tries, allowed)
        for number in range(1, tries):
            try:
                return await self._attempt(request, caller, reading), number
            except ServiceUnavailable:
                await self._clock.sleep(self._config.pause * random.uniform(0.5, 1.5))  # noqa: S311 - a pause
        return await self._attempt(request, caller, reading), tries

    async def _attempt(self, request: Request, caller: Caller, reading: Reading) -> Any:
        message_id = f"uuid:{uuid.uuid4()}"
        at = instant(self._clock.now())
        security = await self._authenticator.security(acting=caller.acting, card=request.card)
        proof = await self._authenticator.headers(acting=caller.acting)
        heading = self._heading(request, message_id=message_id, at=at, sender=await self._authenticator.sender())
        exchange = Exchange(
            message_id=message_id,
            at=at,
            actor=caller.actor,
            local_id=caller.local_id,
            request=write(heading, request.body, security=security),
        )
        try:
            answer = await self._channel.post(exchange.request, request.action, headers=proof)
            exchange = msgspec.structs.replace(exchange, status=answer.status, answer=answer.body)
            reply = reading.parse(understand(answer))
        except CaduceeError as error:
            await self._trace(request, exchange, f"error={error.code}")
            raise
        await self._trace(request, exchange, reading.told(reply))
        return reply

    async def _trace(self, request: Request, exchange: Exchange, outcome: str) -> None:
        async with self._state.transaction() as tx:
            await tx.put(EXCHANGES, exchange.message_id, msgspec.json.encode(exchange))
            await tx.audit(
                request.verb,
                actor=exchange.actor,
                subject=exchange.local_id,
                reason=request.mode.value,
                detail=f"{outcome} message={exchange.message_id}",
            )

    def _heading(self, request: Request, *, message_id: str, at: str, sender: str) -> Heading:
        software = self._config.software
        return Heading(
            action=request.action,
            message_id=message_id,
            lps_id=str(uuid.uuid4()),
            time=at,
            sender=sender,
            authorisation=software.authorisation,
            version=software.version,
            instance=software.instance,
            name=software.written_name,
            bam=Bam(str(uuid.uuid4()), request.cover) if request.with_bam else None,
        )
