"""The digital prescription, as callers see it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from weakref import WeakValueDictionary

import anyio
import anyio.to_thread
import msgspec

from caducee.contracts.plugin import PluginContext
from caducee.contracts.state import PluginTransaction
from caducee.errors import Finding, IdempotencyConflict, StateConflict
from caducee.model.destination import Audience
from caducee.model.document import Document
from caducee.model.permissions import Verb, require
from caducee.model.practice import Actor, Practitioner
from caducee_eprescription import events
from caducee_eprescription.api import Change, Draft, Issued
from caducee_eprescription.cancelling import Cancelling
from caducee_eprescription.checks import enabled
from caducee_eprescription.checks import findings as others_find
from caducee_eprescription.config import EPrescriptionConfig
from caducee_eprescription.deciding import Decision
from caducee_eprescription.errors import (
    SERVICE,
    AlreadyDispensed,
    NumberMalformed,
    PrescriptionInvalid,
    RegisterRefused,
    WrongState,
)
from caducee_eprescription.following import Following
from caducee_eprescription.issuing import Issuing
from caducee_eprescription.keeping import PRESCRIPTIONS, Keeping
from caducee_eprescription.life import Life
from caducee_eprescription.message import Message, digest, lines, message
from caducee_eprescription.numbers import PrescriptionNumberPolicy
from caducee_eprescription.paper import Paper
from caducee_eprescription.register import Register
from caducee_eprescription.rules import Checked, check
from caducee_eprescription.rules.lines import LocalProducts
from caducee_eprescription.states import RxState

_REPLACEABLE = (RxState.REGISTERED, RxState.LOCAL_ONLY, RxState.EXPIRED, RxState.CANCELLED)
_DISPENSED = "erx.dispensed"


class Prescriptions:
    """``EPrescription`` over one register, one policy of numbers and one paper."""

    def __init__(
        self,
        context: PluginContext,
        *,
        register: Register,
        numbers: PrescriptionNumberPolicy,
        paper: Paper,
        products: LocalProducts | None = None,
    ) -> None:
        config: EPrescriptionConfig = context.config
        self._context = context
        self._numbers = numbers
        self._paper = paper
        self._keeping = Keeping(context.state, context.clock)
        parts = {"keeping": self._keeping, "register": register, "clock": context.clock}
        self._decision = Decision(**parts, within=config.decide_within)  # type: ignore[arg-type]
        self._following = Following(**parts, config=config, oppositions=context.oppositions)  # type: ignore[arg-type]
        self._cancelling = Cancelling(keeping=self._keeping, register=register)
        self._issuing = Issuing(keeping=self._keeping, paper=paper, publisher=context.documents)
        self._products = products
        self._checks = enabled(config.checks)
        self._locks: WeakValueDictionary[str, anyio.Lock] = WeakValueDictionary()

    async def check(self, document: Document, *, acting: Actor | None = None) -> Draft:
        """Check the rules of the desk, the model and what the paper cannot show."""
        checked, findings = await self._checked(document, Audience(), acting)
        return Draft(
            refused=findings,
            warnings=checked.warnings,
            registrable=checked.registrable,
            must_share=checked.must_share,
        )

    async def issue(self, document: Document, audience: Audience, *, acting: Actor, exempt: str = "") -> Issued:
        """Issue a prescription."""
        return await self._issue(document, audience, acting=acting, exempt=exempt, replaced=None)

    async def replace(
        self, reference: str, document: Document, audience: Audience, *, acting: Actor, exempt: str = ""
    ) -> Issued:
        """Issue a prescription in the place of another one."""
        require(acting, Verb.VALIDATE)
        old_id = await self._keeping.found(reference)
        old = await self._keeping.life(old_id)
        if old_id == document.local_id or (old.replaced_by and old.replaced_by != document.local_id):
            raise WrongState(old.state, "replace")
        if old.state in (RxState.PARTIALLY_DISPENSED, RxState.DISPENSED):
            raise AlreadyDispensed(SERVICE, "replace", service_code=_DISPENSED)
        if old.state not in _REPLACEABLE and old.replaced_by != document.local_id:
            raise WrongState(old.state, "replace")
        if old.document_id and document.replaces is None:
            version = await self._context.documents.version_of(old.document_id)
            document = msgspec.structs.replace(document, replaces=version)
        return await self._issue(document, audience, acting=acting, exempt=exempt, replaced=(old_id, old))

    async def standing(self, reference: str) -> Life:
        """Return where a prescription stands."""
        return await self._keeping.life(await self._keeping.found(reference))

    async def paper(self, reference: str, *, duplicate: bool = False) -> bytes:
        """Return its paper."""
        local_id = await self._keeping.found(reference)
        life, kept = await self._keeping.life(local_id), await self._keeping.paper(local_id)
        if kept is None:
            raise WrongState(life.state, "paper")
        if not duplicate:
            return kept
        document = await self._keeping.document(local_id)
        number = life.number if life.carries_code else ""
        author = self._author(document)
        return await anyio.to_thread.run_sync(
            lambda: self._paper.print(document, author, number=number, duplicate=True)
        )

    async def refresh(self, reference: str, *, acting: Actor) -> Life:
        """Ask the base what was dispensed."""
        return await self._following.refresh(await self._keeping.found(reference), acting=acting)

    async def follow(self, reference: str, *, acting: Actor, after: int = 0) -> AsyncIterator[Change]:
        """Yield what happens to it."""
        local_id = await self._keeping.found(reference)
        async with aclosing(self._following.follow(local_id, acting=acting, after=after)) as changes:  # type: ignore[type-var]
            async for change in changes:
                yield change

    async def receive(self, content: bytes) -> Life:
        """Read a dispensation document."""
        return await self._following.receive(content)

    async def cancel(self, reference: str, *, reason: str, acting: Actor) -> Life:
        """Cancel at the base."""
        require(acting, Verb.VALIDATE)
        local_id = await self._keeping.found(reference)
        async with self._lock(local_id):
            return await self._cancelling.cancel(local_id, reason=reason, acting=acting)

    async def unfinished(self) -> tuple[str, ...]:
        """Return what was begun and has no paper."""
        return tuple([one for one in await self._keeping.local_ids() if not (await self._keeping.life(one)).printed])

    async def _issue(
        self, document: Document, audience: Audience, *, acting: Actor, exempt: str, replaced: tuple[str, Life] | None
    ) -> Issued:
        require(acting, Verb.VALIDATE)
        checked, findings = await self._checked(document, audience, acting)
        if findings:
            raise PrescriptionInvalid(findings)
        author = self._author(document)
        local_id = document.local_id
        async with self._lock(local_id):
            document = await self._as_begun(document)
            old_number = replaced[1].number if replaced and replaced[1].state is RxState.REGISTERED else ""
            life = await self._numbered(document, author, acting, replaces=old_number)
            why = exempt or ("" if checked.registrable else "exempt")
            if not life.decided:
                content = self._message(document, author, life)
                life = await self._decision.decide(local_id, content, practitioner=document.author, exempt=why)
            if life.state is RxState.REJECTED:
                raise _refusal(life.code)
            if replaced is not None:
                old_id, old = replaced
                confirmed = life.carries_code and life.replaces == old.number
                await self._cancelling.replaced(old_id, by=local_id, confirmed=confirmed)
            pdf = await self._issuing.printed(local_id, document, author)
            life = await self._issuing.published(local_id, document, pdf, audience, acting)
        return Issued(
            local_id=local_id,
            number=life.number if life.carries_code else "",
            state=life.state,
            why=life.why,
            pdf=pdf,
            document_id=life.document_id,
            warnings=checked.warnings,
        )

    async def _as_begun(self, document: Document) -> Document:
        """Return the document with the version it replaces, which ``replace`` found when this one was begun."""
        if document.replaces is not None or not (await self._keeping.life(document.local_id)).entries:
            return document
        kept = await self._keeping.document(document.local_id)
        return msgspec.structs.replace(document, replaces=kept.replaces)

    async def _numbered(self, document: Document, author: Practitioner, acting: Actor, *, replaces: str) -> Life:
        """Give the number, once; a prescription that the base refused takes its corrected content."""
        while True:
            life = await self._keeping.life(document.local_id)
            number = life.number or self._new_number(author)
            replaces = life.replaces if life.entries else replaces
            content = message(document, author, number=number, replaces=replaces)
            same = bool(life.entries) and await self._keeping.document(document.local_id) == document
            if same and life.state is not RxState.REJECTED:
                return life
            if life.entries and life.state is not RxState.REJECTED:
                raise IdempotencyConflict("issued with another content")
            try:
                return await self._keep_number(document, acting, life, content)
            except StateConflict:
                continue

    def _new_number(self, author: Practitioner) -> str:
        number = self._numbers.number(prescriber=author.identifier)
        if not self._numbers.holds(number):
            raise NumberMalformed
        return number

    async def _keep_number(self, document: Document, acting: Actor, life: Life, content: Message) -> Life:
        at, said, count = self._keeping.now(), digest(content), len(lines(document.body))
        event: events.Numbered | events.Revised = (
            events.Revised(at=at, actor=acting.named, digest=said, lines=count)
            if life.entries
            else events.Numbered(
                at=at,
                actor=acting.named,
                number=content.number,
                digest=said,
                lines=count,
                valid_until=content.valid_until,
                author=document.author,
                opposed=content.opposed,
                replaces=content.replaces,
            )
        )

        async def also(tx: PluginTransaction) -> None:
            model = msgspec.json.encode(document)
            await tx.put(PRESCRIPTIONS, document.local_id, model, index={"number": content.number})
            await tx.audit("rx.issue", actor=acting.named, subject=document.patient.local_id, detail=content.number)

        return await self._keeping.append(document.local_id, life, event, also=also)

    async def _checked(
        self, document: Document, audience: Audience, acting: Actor | None
    ) -> tuple[Checked, tuple[Finding, ...]]:
        findings = await self._context.documents.check(document, audience=audience)
        if any(finding.rule == "author.configured" for finding in findings):
            return Checked(registrable=False), findings
        author = self._author(document)
        checked = check(
            document, author, today=self._context.clock.now().date(), acting=acting, products=self._products
        )
        if self._checks:
            others = await anyio.to_thread.run_sync(others_find, self._checks, document)
            checked = msgspec.structs.replace(checked, warnings=(*checked.warnings, *others))
        unprintable = self._paper.check(document, author) if not (findings or checked.refused) else ()
        return checked, (*findings, *checked.refused, *unprintable)

    def _message(self, document: Document, author: Practitioner, life: Life) -> Message:
        return message(document, author, number=life.number, replaces=life.replaces)

    def _author(self, document: Document) -> Practitioner:
        return self._context.credentials.practitioner(document.author)

    def _lock(self, local_id: str) -> anyio.Lock:
        return self._locks.setdefault(local_id, anyio.Lock())


def _refusal(code: str) -> RegisterRefused:
    kind = AlreadyDispensed if code == _DISPENSED else RegisterRefused
    return kind(SERVICE, "not registered", service_code=code)
