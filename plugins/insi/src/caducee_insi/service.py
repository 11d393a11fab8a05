"""The searches, as callers see them: checked, asked by the strategy, every call traced."""

from __future__ import annotations

from typing import Any

from caducee.clock import Clock
from caducee.contracts.identity import InsAnswer, InsOutcome
from caducee.contracts.state import State
from caducee.errors import RealmMixed
from caducee.model.environment import Environment
from caducee.model.identity import Ins, Traits
from caducee.model.permissions import Verb, require
from caducee.model.practice import Actor
from caducee_insi import ws_ins1, ws_ins2
from caducee_insi.config import InsiConfig
from caducee_insi.courier import Caller, Courier, Reading, Request
from caducee_insi.evidence import Collection
from caducee_insi.query import Query, query
from caducee_insi.result import Number, SearchReply, read
from caducee_insi.strategy import Asked, Call, conclusion, next_call
from caducee_insi.trail import Trail
from caducee_insi.vitale import VitaleReader, only


class InsiService:
    """``caducee.contracts.identity.Identity`` over WS_INS2, and the search by card over WS_INS1."""

    def __init__(
        self, *, config: InsiConfig, environment: Environment, courier: Courier, clock: Clock, state: State
    ) -> None:
        self._config = config
        self._environment = environment
        self._courier = courier
        self._clock = clock
        self._trail = Trail(state)
        self._reading = Reading(self._read, _outcome)

    async def search(self, traits: Traits, *, local_id: str, acting: Actor) -> InsAnswer:
        """Search by traits, one given name at a time, and stop at the first identity found.

        Never more than ``max_calls`` requests are sent, retries included. Each is in the audit trail with its
        outcome and message id; its bytes are kept encrypted.

        Raises:
            TraitsInvalid: with all findings; nothing was sent.
            IdentityMarked: the identity is marked doubtful or fictitious; nothing was sent.
            RealmMixed: INSi answered with an OID that is not of this environment.
            ServiceUnavailable: no answer, also after the retry.
            InsiRefused, ProtocolViolation, CredentialError: not asked again.
        """
        wanted = query(traits, today=self._clock.now().date())
        require(acting, Verb.SEARCH_IDENTITY)
        await self._trail.refuse_marked(local_id)
        caller = Caller(local_id=local_id, acting=acting)
        asked: tuple[Asked, ...] = ()
        replies: list[SearchReply] = []
        sent = 0
        while call := next_call(wanted, asked, max_calls=self._config.max_calls - sent + len(asked)):
            reply, tries = await self._ask(_by_traits(wanted, call), caller, allowed=self._config.max_calls - sent)
            sent += tries
            replies.append(reply)
            asked = (*asked, Asked(call, reply.outcome))
        return self._answer(conclusion(asked), replies, sent)

    async def search_card(
        self, reader: VitaleReader, *, local_id: str, acting: Actor, chosen: int | None = None
    ) -> InsAnswer:
        """Search by the Vitale card in the reader, for the beneficiary ``chosen`` (counted from 0).

        Nothing on the card becomes the identity: what INSi answers does.

        Raises:
            VitaleUnreadable: no card; nothing was sent.
            BeneficiaryUnclear: several people are on the card and none was chosen; nothing was sent.
            IdentityMarked, RealmMixed, ServiceUnavailable, InsiRefused, ProtocolViolation, CredentialError: as
                ``search``.
        """
        require(acting, Verb.SEARCH_IDENTITY)
        await self._trail.refuse_marked(local_id)
        card = await reader.read()
        beneficiary = only(card, chosen)
        request = Request(
            verb="insi.search",
            action=ws_ins1.ACTION,
            body=ws_ins1.body(card, beneficiary),
            mode=Collection.VITALE_CARD,
            cover=ws_ins1.cover(card, beneficiary),
            card=card,
        )
        caller = Caller(local_id=local_id, acting=acting)
        reply, sent = await self._ask(request, caller, allowed=self._config.max_calls)
        return self._answer(reply.outcome, [reply], sent)

    async def _ask(self, request: Request, caller: Caller, *, allowed: int) -> tuple[SearchReply, int]:
        reply, tries = await self._courier.ask(request, caller, self._reading, allowed=allowed)
        assert isinstance(reply, SearchReply)
        return reply, tries

    def _read(self, body: Any) -> SearchReply:
        reply = read(body)
        issued = self._config.issues(self._environment)
        for number in (reply.active, *reply.former):
            if number is not None and number.oid not in issued:
                raise RealmMixed(f"INSi answered with OID {number.oid} in {self._environment}")
        return reply

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
        oid = self._config.kept(number.oid, self._environment)
        return Ins(matricule=number.matricule, oid=oid, environment=self._environment)


def _by_traits(wanted: Query, call: Call) -> Request:
    asked = ws_ins2.ByTraits(
        birth_name=wanted.birth_name,
        given_name=call.given_name(wanted),
        sex=wanted.sex,
        birth_date=wanted.birth_date,
        birth_place=wanted.birth_place if call.with_place else None,
    )
    return Request(verb="insi.search", action=ws_ins2.ACTION, body=ws_ins2.body(asked))


def _outcome(reply: SearchReply) -> str:
    note = f" key={reply.active.key_note}" if reply.active is not None and reply.active.key_note else ""
    return f"outcome={reply.outcome}{note}"
