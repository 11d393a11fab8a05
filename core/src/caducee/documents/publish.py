"""``publish()``: from a document at the desk to deliveries that can no longer be lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from uuid import uuid4

import anyio.to_thread
import msgspec

from caducee.clock import Clock
from caducee.documents.announcement import (
    Announcement,
    announcements,
    asked,
    await_announcement,
    awaited_announcement,
    holding_announcement,
    lift,
    lift_if_told_meanwhile,
)
from caducee.documents.identifiers import content_hash, identify
from caducee.documents.plan import (
    Planned,
    held_for_announcement,
    held_for_validation,
    hidden_until_told,
    must_seal,
    plan,
    stopped_by_opposition,
)
from caducee.documents.ports import Checker, Hooked, Identifiers, Practitioners, Routing, Sealed, Sealer
from caducee.documents.ticket import Ticket, UnknownTicket
from caducee.documents.validation import Awaited, await_word, awaited_word, give_word, waits_for_word
from caducee.errors import ConfigError, DocumentInvalid, Finding, IdempotencyConflict, RealmMixed
from caducee.hooks import Facts
from caducee.model.announcement import Announce
from caducee.model.destination import Audience, Destination
from caducee.model.document import Document, Version
from caducee.model.environment import Environment
from caducee.model.permissions import Verb, may, require
from caducee.model.practice import Actor, Practitioner
from caducee.outbox.contract import AuditEntry, NewDelivery, NewDocument, Store, StoredDocument
from caducee.sharing.facts import SUMMARIES, Fact, patient_reference, published, write
from caducee.sharing.opposition import Opposition
from caducee.sharing.oppositions import OppositionBook, note_stopped, stop_waiting


class Installation(msgspec.Struct, frozen=True, kw_only=True):
    """What identifiers and realms depend on: fixed for a kernel."""

    environment: Environment
    tenant: str
    oid_root: str


class Documents:
    """The documents of one tenant."""

    def __init__(
        self,
        *,
        store: Store,
        routing: Routing,
        practitioners: Practitioners,
        checker: Checker,
        sealer: Sealer,
        clock: Clock,
        installation: Installation,
        wake: Callable[[], None],
    ) -> None:
        self._store = store
        self._routing = routing
        self._practitioners = practitioners
        self._checker = checker
        self._sealer = sealer
        self._clock = clock
        self._installation = installation
        self._wake = wake
        self._oppositions = OppositionBook(store, clock)

    async def publish(
        self,
        document: Document,
        *,
        audience: Audience,
        acting: Actor,
        idempotency_key: str,
        validated_by: str = "",
        announce: Announce | None = None,
    ) -> Ticket:
        """Take a document and return when it can no longer be lost, whatever the card and the services do.

        The same key with the same content returns the ticket of the first call and stores no second document. A doctor
        or a replacement validates by publishing. What a secretary or a program hands over leaves at once when
        ``validated_by`` names its author (who has validated it in the practice's software); else it waits as
        ``blocked(validation)`` for ``validate``, or for the same call again with the author's word. With ``announce``
        what the patient would read waits as ``blocked(announcement)`` for ``announced``, or goes at once hidden from
        them where that can be; professionals get it at once. What the patient is against ends as
        ``not_applicable(opposed)``.

        Raises:
            ActorRefused: who is at the keyboard may not hand documents over; nothing was stored.
            DocumentInvalid: all findings at once; nothing was stored.
            RealmMixed: the identity comes from another environment; nothing was stored.
            IdempotencyConflict: the key exists with another content; nothing was stored.
            StoreError: nothing was stored.
        """
        require(acting, Verb.PREPARE)
        author = self._author(document, validated_by)
        self._refuse_other_realm(document)
        _refuse_nobody(announce)
        digest = await anyio.to_thread.run_sync(content_hash, document, audience.destinations, announce)
        validated = bool(validated_by) or may(acting, Verb.VALIDATE)
        known = await self._known(idempotency_key, digest)
        if known is not None:
            if validated:
                await self._give_word(known.document_id, acting, validated_by)
            return self._ticket(known.document_id)
        checked = await self._checked_plan(document, author, audience.destinations)
        stopping = await self._oppositions.stopping(document.patient.local_id, document.type.code)
        open_ways = stopped_by_opposition(checked, stopping)
        planned = open_ways if announce is None else hidden_until_told(open_ways)
        held = planned if announce is None else held_for_announcement(planned)
        kept = held if validated else held_for_validation(held)
        new = await self._new_document(document, author, kept, idempotency_key, digest)
        detail = _validated_detail(new.document_id, validated_by)
        entry = AuditEntry(action="publish", actor=acting.named, subject=new.local_id, detail=detail)
        await self._commit(
            new,
            entry,
            planned=planned,
            facts=await self._facts(document, new.document_id, author),
            awaited=None if validated else _awaited(planned, new),
            announcement=None if announce is None else self._announcement(announce, planned, new),
        )
        await self._stop_if_opposed_meanwhile(document, new.document_id, stopping)
        self._wake()
        return self._ticket(new.document_id)

    async def check(self, document: Document, *, audience: Audience) -> tuple[Finding, ...]:
        """Return all that ``publish`` would refuse, and store nothing. An empty audience checks the document alone.

        Raises:
            RealmMixed: the identity comes from another environment.
        """
        self._refuse_other_realm(document)
        try:
            author = self._author(document, "")
            if not audience.destinations:
                return await anyio.to_thread.run_sync(self._checker.check, document, author)
            await self._checked_plan(document, author, audience.destinations)
        except DocumentInvalid as invalid:
            return invalid.findings
        return ()

    async def validate(self, document_id: str, *, acting: Actor) -> None:
        """Say that a document may leave: what waited for this alone leaves now. Twice is as good as once.

        Raises:
            ActorRefused: only a doctor or a replacement validates.
            UnknownTicket: the store does not hold this publication.
        """
        require(acting, Verb.VALIDATE)
        await self._give_word(document_id, acting)

    async def announced(self, told: Ticket | str, *, acting: Actor) -> None:
        """Say that the patient has been told: what waited for this alone leaves now. Twice is as good as once.

        What was hidden from them is shown first, then what they get by mail leaves.

        Raises:
            ActorRefused: only a doctor or a replacement says so.
            UnknownTicket: the store does not hold this publication.
        """
        require(acting, Verb.ANNOUNCE)
        await self._lift(told if isinstance(told, str) else told.document_id, acting)

    async def announcements(self, *, overdue_on: date | None = None) -> tuple[Announcement, ...]:
        """Return what waits for a patient to be told, oldest first; with ``overdue_on`` what is overdue that day."""
        found = [one async for one in announcements(self._store) if overdue_on is None or one.is_overdue(overdue_on)]
        return tuple(sorted(found, key=lambda one: one.since))

    async def _lift(self, document_id: str, acting: Actor) -> None:
        announcement = await awaited_announcement(self._store, document_id)
        stored = await self._stored(document_id)
        if announcement is None:
            await lift_if_told_meanwhile(self._store, document_id)
            return
        local_id = msgspec.json.decode(stored.model, type=Document).patient.local_id
        async with self._store.transaction() as tx:
            await lift(tx, stored, announcement)
            await tx.audit(AuditEntry(action="announced", actor=acting.named, subject=local_id, detail=document_id))
        await lift_if_told_meanwhile(self._store, document_id)
        self._wake()

    def _announcement(self, announce: Announce, planned: tuple[Planned, ...], new: NewDocument) -> Announcement:
        rows = tuple(zip(planned, new.deliveries, strict=True))
        held = tuple(row.delivery_id for item, row in rows if item.told_first and item.opposition is None)
        operator = tuple(row.delivery_id for item, row in rows if item.told_first and item.why == "operator")
        first = tuple(row.delivery_id for item, row in rows if item.lifts and item.opposition is None)
        waits = asked(announce, new.document_id, now=self._clock.now(), held=held)
        return msgspec.structs.replace(waits, operator=operator, first=first)

    async def _give_word(self, document_id: str, acting: Actor, validated_by: str = "") -> None:
        """Read again after the commit: an identity that came meanwhile may have left a delivery waiting for this."""
        awaited = await awaited_word(self._store, document_id)
        stored = await self._stored(document_id)
        if awaited is None and not any(map(waits_for_word, stored.deliveries)):
            return
        local_id = msgspec.json.decode(stored.model, type=Document).patient.local_id
        detail = _validated_detail(document_id, validated_by)
        announcement = await holding_announcement(self._store, document_id)
        async with self._store.transaction() as tx:
            await give_word(tx, stored, awaited, announcement)
            await tx.audit(AuditEntry(action="validate", actor=acting.named, subject=local_id, detail=detail))
        again = await self._stored(document_id)
        if any(map(waits_for_word, again.deliveries)):
            async with self._store.transaction() as tx:
                await give_word(tx, again, awaited, await holding_announcement(self._store, document_id))
        await lift_if_told_meanwhile(self._store, document_id, announcement)
        self._wake()

    async def ticket(self, document_id: str) -> Ticket:
        """Return the ticket of a publication of this store.

        Raises:
            UnknownTicket: there is none.
        """
        await self._stored(document_id)
        return self._ticket(document_id)

    async def version_of(self, document_id: str) -> Version:
        """Return which version of which series a publication is.

        Raises:
            UnknownTicket: the store does not hold this publication.
        """
        stored = await self._stored(document_id)
        replaced = msgspec.json.decode(stored.model, type=Document).replaces
        number = 1 if replaced is None else replaced.version + 1
        return Version(document_id=document_id, series=stored.series, version=number)

    async def sealed_bytes(self, document_id: str) -> bytes | None:
        """Return the CDA of a publication, byte for byte; ``None`` while it waits for an identity."""
        return await self._store.sealed_bytes(document_id)

    async def _stored(self, document_id: str) -> StoredDocument:
        stored = await self._store.document(document_id)
        if stored is None:
            raise UnknownTicket(document_id)
        return stored

    def _ticket(self, document_id: str) -> Ticket:
        return Ticket(self._store, document_id, explain=self._routing.explain)

    def _author(self, document: Document, validated_by: str) -> Practitioner:
        if validated_by not in ("", document.author):
            finding = Finding(
                field="validated_by",
                rule="validation.author",
                message="Seul l'auteur d'un document peut l'avoir validé.",
            )
            raise DocumentInvalid((finding,))
        try:
            return self._practitioners.practitioner(document.author)
        except ConfigError as unknown:
            finding = Finding(
                field="author",
                rule="author.configured",
                message="L'auteur n'est pas un professionnel de la configuration.",
            )
            raise DocumentInvalid((finding,)) from unknown

    def _refuse_other_realm(self, document: Document) -> None:
        ins = document.patient.ins
        if ins is not None and ins.environment is not self._installation.environment:
            raise RealmMixed(f"identity of {ins.environment}, kernel of {self._installation.environment}")

    async def _known(self, idempotency_key: str, digest: bytes) -> StoredDocument | None:
        stored = await self._store.find_by_key(idempotency_key)
        if stored is None:
            return None
        if stored.content_hash != digest:
            raise IdempotencyConflict("same key, other content")
        return stored

    async def _checked_plan(
        self, document: Document, author: Practitioner, asked: tuple[Destination, ...]
    ) -> tuple[Planned, ...]:
        findings = list(await anyio.to_thread.run_sync(self._checker.check, document, author))
        if not asked:
            findings.append(
                Finding(field="audience", rule="audience.empty", message="Aucune destination n'est demandée.")
            )
        facts = Facts(destinations=asked, environment=self._installation.environment)
        routed = await self._routing.route(document, facts)
        for destination in asked:
            validated = await self._routing.validate(document, destination, facts)
            findings.extend(validated.findings)
            routed = _without_unchecked(routed, destination, validated)
        planned, unserved = plan(document.patient, asked, routed)
        findings.extend(unserved)
        if findings:
            raise DocumentInvalid(tuple(findings))
        return planned

    async def _new_document(
        self,
        document: Document,
        author: Practitioner,
        planned: tuple[Planned, ...],
        idempotency_key: str,
        digest: bytes,
    ) -> NewDocument:
        installed = self._installation
        identifiers = identify(installed.oid_root, installed.tenant, idempotency_key, document.replaces)
        sealed = await self._seal(document, author, identifiers) if must_seal(planned) else None
        return NewDocument(
            document_id=identifiers.document_id,
            idempotency_key=idempotency_key,
            content_hash=digest,
            local_id=document.patient.local_id,
            author=document.author,
            series=identifiers.series,
            set_id=identifiers.set_id,
            signature_id=identifiers.signature_id,
            submission_time=_utc(self._clock.now()),
            model=await anyio.to_thread.run_sync(msgspec.json.encode, document),
            document=sealed.document if sealed else None,
            sha1=sealed.sha1 if sealed else None,
            sha256=sealed.sha256 if sealed else None,
            entry=sealed.entry if sealed else None,
            deliveries=tuple(_row(item) for item in planned),
        )

    async def _seal(self, document: Document, author: Practitioner, identifiers: Identifiers) -> Sealed:
        return await anyio.to_thread.run_sync(self._sealer.seal, document, author, identifiers)

    async def _facts(self, document: Document, document_id: str, author: Practitioner) -> tuple[Fact, ...]:
        """Only a summary says which patient it is of: it is due again a year later."""
        yearly = document.type.code in SUMMARIES
        patient = await patient_reference(self._store, document.patient.local_id) if yearly else ""
        return published(document, document_id, author, patient=patient)

    async def _stop_if_opposed_meanwhile(
        self, document: Document, document_id: str, seen: Mapping[str, Opposition]
    ) -> None:
        """Look after the commit: an opposition noted at the same moment did not see this document."""
        stopping = await self._oppositions.stopping(document.patient.local_id, document.type.code)
        if stopping.keys() <= seen.keys():
            return
        stored = await self._stored(document_id)
        async with self._store.transaction() as tx:
            await stop_waiting(tx, stored, self._routing.scopes(), stopping)

    async def _commit(
        self,
        new: NewDocument,
        entry: AuditEntry,
        *,
        planned: tuple[Planned, ...],
        facts: tuple[Fact, ...],
        awaited: Awaited | None,
        announcement: Announcement | None,
    ) -> None:
        async with self._store.transaction() as tx:
            await tx.add_document(new)
            await tx.audit(entry)
            for item, row in zip(planned, new.deliveries, strict=True):
                if item.opposition is not None:
                    await note_stopped(tx, row.delivery_id, item.opposition)
            if awaited is not None:
                await await_word(tx, new.document_id, awaited)
            if announcement is not None:
                await await_announcement(tx, announcement)
            for fact in facts:
                await write(tx, fact)
            for row in new.deliveries:
                await tx.event(
                    "delivery.planned",
                    document_id=new.document_id,
                    delivery_id=row.delivery_id,
                    state=row.state,
                    why=row.why,
                    code=row.kind,
                )


def _refuse_nobody(announce: Announce | None) -> None:
    if announce is not None and not announce.by.strip():
        finding = Finding(
            field="announce.by", rule="announce.by", message="Dites qui annonce le contenu du document au patient."
        )
        raise DocumentInvalid((finding,))


def _validated_detail(document_id: str, validated_by: str) -> str:
    """Whose word somebody else says it is must be in the trail: the actor is not who validated."""
    return f"{document_id} validated by {validated_by}" if validated_by else document_id


def _awaited(planned: tuple[Planned, ...], new: NewDocument) -> Awaited:
    rows = zip(planned, new.deliveries, strict=True)
    return Awaited(operator=tuple(row.delivery_id for item, row in rows if item.why == "operator"))


def _without_unchecked(routed: Hooked, destination: Destination, validated: Hooked) -> Hooked:
    """Drop the route of a destination that a plugin failed to check, so that it waits for an operator."""
    if not validated.troubled:
        return routed
    kept = tuple(route for route in routed.routes if route.destination != destination)
    return Hooked(routes=kept, findings=routed.findings, troubled=routed.troubled + validated.troubled)


def _row(planned: Planned) -> NewDelivery:
    return NewDelivery(
        delivery_id=str(uuid4()),
        kind=planned.destination.kind,
        reference=planned.destination.reference,
        destination=msgspec.json.encode(planned.destination),
        state=planned.state,
        why=planned.why,
    )


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y%m%d%H%M%S")
