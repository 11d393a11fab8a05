"""The search by traits, as callers see it: checked, asked by the strategy, every call traced."""

from __future__ import annotations

import random
import uuid

import msgspec

from caducee.clock import Clock
from caducee.contracts.identity import InsAnswer, InsOutcome
from caducee.contracts.state import State
from caducee.errors import CaduceeError, RealmMixed, ServiceUnavailable
from caducee.model.environment import Environment
from caducee.model.identity import Ins, Traits
from caducee.model.permissions import Verb, require
from caducee.model.practice import Actor
from caducee_insi.config import InsiConfig
from caducee_insi.exchange import Channel, Exchange, understand
from caducee_insi.query import Query, query
from caducee_insi.strategy import Asked, Call, conclusion, next_call
from caducee_insi.ws_ins2 import Number, SearchReply, SearchRequest, instant, write

EXCHANGES = "exchange"


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """On whose behalf a search is made, for the trace."""

    local_id: str
    acting: Actor

    @property
    def actor(self) -> str:
        """The actor as the audit trail writes it."""
        return self.acting.named


class InsiService:
    """``caducee.contracts.identity.Identity`` over WS_INS2."""

    def __init__(
        self,
        *,
        config: InsiConfig,
        environment: Environment,
        sender: str,
        channel: Channel,
        clock: Clock,
        state: State,
    ) -> None:
        self._config = config
        self._environment = environment
        self._sender = sender
        self._channel = channel
        self._clock = clock
        self._state = state

    async def search(self, traits: Traits, *, local_id: str, acting: Actor) -> InsAnswer:
        """Search by traits, one given name at a time, and stop at the first identity found.

        Never more than ``max_calls`` requests are sent, retries included. Each is in the audit trail with its
        outcome and message id; its bytes are kept encrypted.

        Raises:
            TraitsInvalid: with all findings; nothing was sent.
            RealmMixed: INSi answered with an OID that is not of this environment.
            ServiceUnavailable: no answer, also after the retry.
            InsiRefused, ProtocolViolation, CredentialError: not asked again.
        """
        wanted = query(traits, today=self._clock.now().date())
        require(acting, Verb.SEARCH_IDENTITY)
        caller = Caller(local_id=local_id, acting=acting)
        asked: tuple[Asked, ...] = ()
        replies: list[SearchReply] = []
        sent = 0
        while call := next_call(wanted, asked, max_calls=self._config.max_calls - sent + len(asked)):
            reply, tries = await self._ask(wanted, call, caller, allowed=self._config.max_calls - sent)
            sent += tries
            replies.append(reply)
            asked = (*asked, Asked(call, reply.outcome))
        return self._answer(conclusion(asked), replies, sent)

    async def _ask(self, wanted: Query, call: Call, caller: Caller, *, allowed: int) -> tuple[SearchReply, int]:
        tries = min(self._config.tries, allowed)
        for number in range(1, tries):
            try:
                return await self._attempt(wanted, call, caller), number
            except ServiceUnavailable:
                await self._clock.sleep(self._config.pause * random.uniform(0.5, 1.5))  # noqa: S311 - a pause
        return await self._attempt(wanted, call, caller), tries

    async def _attempt(self, wanted: Query, call: Call, caller: Caller) -> SearchReply:
        message_id = f"uuid:{uuid.uuid4()}"
        at = instant(self._clock.now())
        exchange = Exchange(
            message_id=message_id,
            at=at,
            actor=caller.actor,
            local_id=caller.local_id,
            request=write(self._request(wanted, call, message_id=message_id, at=at)),
        )
        try:
            answer = await self._channel.post(exchange.request)
            exchange = msgspec.structs.replace(exchange, status=answer.status, answer=answer.body)
            reply = understand(answer)
            self._check_realm(reply)
        except CaduceeError as error:
            await self._trace(exchange, f"error={error.code}")
            raise
        await self._trace(exchange, _outcome(reply))
        return reply

    async def _trace(self, exchange: Exchange, outcome: str) -> None:
        async with self._state.transaction() as tx:
            await tx.put(EXCHANGES, exchange.message_id, msgspec.json.encode(exchange))
            await tx.audit(
                "insi.search",
                actor=exchange.actor,
                subject=exchange.local_id,
                reason="traits",
                detail=f"{outcome} message={exchange.message_id}",
            )

    def _request(self, wanted: Query, call: Call, *, message_id: str, at: str) -> SearchRequest:
        software = self._config.software
        return SearchRequest(
            message_id=message_id,
            bam_id=str(uuid.uuid4()),
            lps_id=str(uuid.uuid4()),
            time=at,
            sender=self._config.sender or self._sender,
            authorisation=software.authorisation,
            version=software.version,
            instance=software.instance,
            name=software.written_name,
            birth_name=wanted.birth_name,
            given_name=call.given_name(wanted),
            sex=wanted.sex,
            birth_date=wanted.birth_date,
            birth_place=wanted.birth_place if call.with_place else None,
        )

    def _check_realm(self, reply: SearchReply) -> None:
        issued = self._config.issues(self._environment)
        for number in (reply.active, *reply.former):
            if number is not None and number.oid not in issued:
                raise RealmMixed(f"INSi answered with OID {number.oid} in {self._environment}")

    def _answer(self, outcome: InsOutcome, replies: list[SearchReply], sent: int) -> InsAnswer:
        reply = next(reply for reply in reversed(replies) if reply.outcome is outcome)
        return InsAnswer(
            outcome=outcome,
            label=reply.label,
            ins=None if reply.active is None else self._ins(reply.active),
            traits=reply.traits,
            history=tuple(self._ins(number) for number in reply.former),
            calls=sent,
        )

    def _ins(self, number: Number) -> Ins:
        return Ins(matricule=number.matricule, oid=number.oid, environment=self._environment)


def _outcome(reply: SearchReply) -> str:
    note = f" key={reply.active.key_note}" if reply.active is not None and reply.active.key_note else ""
    return f"outcome={reply.outcome}{note}"
