"""The store contract: what must not be lost, and in which transaction.

Every method is async and safe to call from several tasks of one event loop. Times are aware UTC datetimes. No other
package knows SQL or a file path of the store. Everything that names a patient is encrypted before it reaches disk.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import msgspec

from caducee.contracts.delivery import Envelope, Receipt
from caducee.contracts.inbox import InboxItem, InboxRow, InboxState
from caducee.contracts.state import Parcel, Received, Record, StateSpec, StreamEntry


class DeliveryState(StrEnum):
    """Where a delivery stands.

    pending -> sending -> delivered | rejected | not_applicable; ``unknown`` (sent, no answer: probe first) and
    ``blocked`` (waits for a person or a card, uses no attempt).
    """

    PENDING = "pending"
    SENDING = "sending"
    DELIVERED = "delivered"
    REJECTED = "rejected"
    NOT_APPLICABLE = "not_applicable"
    UNKNOWN = "unknown"
    BLOCKED = "blocked"


FINAL = frozenset({DeliveryState.DELIVERED, DeliveryState.REJECTED, DeliveryState.NOT_APPLICABLE})


class NewDelivery(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery to store. ``destination`` is encrypted; ``kind`` and ``reference`` are the row's opaque face."""

    delivery_id: str
    kind: str
    reference: str
    destination: bytes
    state: DeliveryState
    why: str = ""


class NewDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A publication to store.

    ``model`` is the JSON of the document model (always kept, encrypted). ``sealed`` is the JSON of
    ``caducee.documents.ports.Sealed`` without its bytes; it and ``document`` are ``None`` while nothing may be sealed.
    ``local_id`` is the patient's record in the practice (blind-indexed, encrypted).
    """

    document_id: str
    idempotency_key: str
    content_hash: bytes
    local_id: str
    author: str
    series: str
    set_id: str
    signature_id: str
    submission_time: str
    model: bytes
    document: bytes | None
    sha1: bytes | None
    sha256: bytes | None
    entry: bytes | None
    deliveries: tuple[NewDelivery, ...]


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What happened, who, why. ``subject`` (a patient's local id) and ``detail`` are encrypted at rest.

    ``action`` is one of the stable words of ``docs/reference/audit.md`` (``feed``, ``consult``, ``insi.search``,
    ``insi.qualify``, ``pin.open``, ``pin.wrong``, …). Never a PIN, a key or a token.
    """

    action: str
    actor: str
    reason: str = ""
    subject: str = ""
    detail: str = ""


class AuditRow(msgspec.Struct, frozen=True, kw_only=True):
    """An entry at its place in the chain: ``number`` starts at 1, ``hash`` covers it and the one before."""

    number: int
    at: datetime
    hash: bytes
    entry: AuditEntry


class EventRow(msgspec.Struct, frozen=True, kw_only=True):
    """An event for the host software, without patient data. ``seq`` grows by transaction order."""

    seq: int
    at: datetime
    kind: str
    document_id: str = ""
    delivery_id: str = ""
    state: str = ""
    why: str = ""
    code: str = ""


class DeliveryRow(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery as lists show it. ``service_text`` is the service's own words, for the desk's eyes: never logged."""

    delivery_id: str
    document_id: str
    kind: str
    reference: str
    series: str
    author: str
    state: DeliveryState
    why: str
    attempts: int
    created: datetime
    due: datetime
    code: str
    service_code: str
    service_text: str
    receipt: Receipt | None
    prepared: bool


class StoredDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A stored publication, decrypted."""

    document_id: str
    idempotency_key: str
    content_hash: bytes
    model: bytes
    series: str
    set_id: str
    signature_id: str
    submission_time: str
    author: str
    sealed: bool
    deliveries: tuple[DeliveryRow, ...]


class Returned(msgspec.Struct, frozen=True, kw_only=True):
    """What came back of a delivery: ``why`` is ``operator``, or says why it does not apply."""

    why: str
    code: str
    service_code: str = ""
    service_text: str = ""


class Leased(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery taken by this worker. ``fence`` must come back with every write; a stale one is refused.

    ``was_sending`` is true when bytes may have left earlier and nobody knows what became of them (an owner died
    while sending, or the answer was lost): probe before any other send. ``attempts`` counts sends, ``failures`` the
    steps that failed in a row since the delivery was last released.
    """

    fence: int
    envelope: Envelope
    prepared: bytes | None
    attempts: int
    failures: int
    state: DeliveryState
    was_sending: bool


class Transaction(Protocol):
    """Writes that become durable together, or not at all.

    They are gathered, and made in one short transaction when the block ends: no lock is held while the caller
    works, and what is wrong with a write is raised at the end of the block.
    """

    async def add_document(self, document: NewDocument) -> None:
        """Store a publication and its deliveries; with the key and content hash of a stored one, do nothing.

        Raises:
            IdempotencyConflict: the key exists with another content hash.
        """
        ...

    async def seal(
        self, document_id: str, *, model: bytes, document: bytes, sha1: bytes, sha256: bytes, entry: bytes
    ) -> None:
        """Give the bytes of a document that waited for an identity."""
        ...

    async def release(self, delivery_id: str) -> None:
        """Set a blocked delivery to ``pending``, due now."""
        ...

    async def release_waiting(self, why: str) -> None:
        """Set every delivery that is ``blocked(why)`` to ``pending``, due now."""
        ...

    async def hold(self, delivery_id: str, why: str) -> None:
        """Let a blocked delivery wait for something else."""
        ...

    async def stop(self, delivery_id: str, why: str) -> None:
        """Make a delivery ``not_applicable(why)`` that waits and of which nothing can have left; others stay.

        A worker that was preparing it loses its lease.
        """
        ...

    async def returned(self, plugin: str, delivery_id: str, returned: Returned) -> None:
        """Open a delivery again that has left: ``blocked(operator)`` or ``not_applicable``; its receipt stays.

        One that comes back before its sending was noted is taken from whoever is sending it. Nothing happens to one
        that is in another state.
        """
        ...

    async def audit(self, entry: AuditEntry) -> None:
        """Append to the audit chain."""
        ...

    async def event(
        self, kind: str, *, document_id: str = "", delivery_id: str = "", state: str = "", why: str = "", code: str = ""
    ) -> None:
        """Append an event."""
        ...

    async def put(
        self, plugin: str, collection: str, key: str, value: bytes, *, index: Mapping[str, str] | None = None
    ) -> None:
        """Store one encrypted record of a plugin's state; its key and what it is found by are blind-indexed."""
        ...

    async def delete(self, plugin: str, collection: str, key: str) -> None:
        """Remove one record of a plugin's state, if it is there."""
        ...

    async def append(self, plugin: str, stream: str, value: bytes, *, expected: int | None = None) -> None:
        """Append to a stream of a plugin, without gaps.

        Raises:
            StateConflict: ``expected`` is not the number of its last entry.
        """
        ...

    async def receive(self, plugin: str, item: Received) -> None:
        """Put into the inbox; an item whose key this plugin has given before changes nothing."""
        ...

    async def deliver(self, plugin: str, parcel: Parcel) -> None:
        """Store a parcel as a sealed publication with one delivery; the same one again changes nothing.

        Raises:
            IdempotencyConflict: this plugin has given the key with another payload, kind or destination.
        """
        ...


class Store(Protocol):
    """The durable store of one tenant."""

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """Open a write transaction: committed durably when the block ends, rolled back when it raises.

        Raises:
            DiskFull, StoreBusy, StoreError: nothing was kept.
        """
        ...

    async def find_by_key(self, idempotency_key: str) -> StoredDocument | None:
        """Return the publication with that key."""
        ...

    async def document(self, document_id: str) -> StoredDocument | None:
        """Return one publication."""
        ...

    async def sealed_bytes(self, document_id: str) -> bytes | None:
        """Return the CDA of a sealed publication."""
        ...

    async def documents_of(self, local_id: str) -> tuple[StoredDocument, ...]:
        """Return the publications about a patient, oldest first; parcels are none."""
        ...

    async def entry_of(self, document_id: str) -> bytes | None:
        """Return the XDS entry of a sealed publication, as JSON."""
        ...

    async def items_about(self, local_id: str) -> tuple[tuple[InboxItem, InboxState], ...]:
        """Return the items of the inbox about a patient, oldest first, whatever their state. Every item is looked at.

        What was filed has no content any more. None is leased.
        """
        ...

    async def blocked_on_identity(self, local_id: str) -> tuple[StoredDocument, ...]:
        """Return the publications of that patient with a delivery ``blocked(identity)``, oldest first."""
        ...

    async def waiting_of(self, local_id: str) -> tuple[StoredDocument, ...]:
        """Return the publications of that patient with a delivery that is pending or blocked, oldest first."""
        ...

    async def deliveries(
        self, *, states: frozenset[DeliveryState] | None = None, limit: int = 500
    ) -> tuple[DeliveryRow, ...]:
        """List deliveries, newest first."""
        ...

    async def deliveries_of(self, document_id: str) -> tuple[DeliveryRow, ...]:
        """Return the deliveries of one publication in the order of its audience; none when it is not here."""
        ...

    async def get(self, plugin: str, collection: str, key: str) -> bytes | None:
        """Return one record of a plugin's state."""
        ...

    async def find(self, plugin: str, collection: str, name: str, value: str) -> tuple[Record, ...]:
        """Return the records of a plugin that are found by that value, oldest first."""
        ...

    def records(self, plugin: str, collection: str) -> AsyncIterator[Record]:
        """Read a collection of a plugin. What changes meanwhile may be seen or not."""
        ...

    async def read_stream(self, plugin: str, stream: str, *, after: int, limit: int) -> tuple[StreamEntry, ...]:
        """Return entries of a stream in their order."""
        ...

    async def upgrade_state(self, plugin: str, spec: StateSpec) -> None:
        """Bring every value of a plugin to the version of its specification, in one transaction.

        Streams are upgraded where they are: an entry keeps its number.

        Raises:
            StateNewer: it was written by a newer version; nothing changed.
            PluginRefused: an upgrade step raised, or returned something else than bytes; nothing changed.
        """
        ...

    # What the practice's software is handed: any process of the practice may ask.

    async def take_item(self, kinds: tuple[str, ...], *, until: datetime) -> InboxItem | None:
        """Lease the oldest item that is due; one whose lease has ended is due again, with one failure more."""
        ...

    async def extend_item(self, item: InboxItem, *, until: datetime) -> None:
        """Keep the lease of an item.

        Raises:
            LeaseLost: somebody else has it.
        """
        ...

    async def end_item(
        self,
        item: InboxItem,
        state: InboxState,
        *,
        due: datetime | None = None,
        reason: str = "",
        counts: bool = True,
        actor: str = "",
    ) -> None:
        """End the lease: state, event and audit in one transaction. ``counts`` says that a failure is one more.

        ``actor`` is who the audit names; the plugin that gave the item when nobody else.

        Raises:
            LeaseLost: somebody else has it; nothing was written.
        """
        ...

    async def items(self, states: frozenset[InboxState] | None = None, limit: int = 500) -> tuple[InboxRow, ...]:
        """List items of the inbox, newest first."""
        ...

    async def retry_item(self, item_id: str, *, actor: str) -> bool:
        """Let an item that was set aside wait again; say whether anything changed."""
        ...

    async def events(self, after: int, limit: int = 200) -> tuple[EventRow, ...]:
        """Return events whose ``seq`` is greater than ``after``, in order."""
        ...

    def audit_entries(self) -> AsyncIterator[tuple[int, datetime, AuditEntry]]:
        """Read the audit trail, oldest first, decrypted."""
        ...

    def audit_trail(self) -> AsyncIterator[AuditRow]:
        """Read the audit trail as it is now, oldest first, decrypted; each entry is checked before it is given.

        Raises:
            AuditBroken: where the chain breaks, after what is whole.
        """
        ...

    async def verify_audit(self) -> tuple[int, str | None]:
        """Check the chain: number of entries, and where it breaks (``None`` when whole)."""
        ...

    # What the worker needs. Only the process that holds the drain lock may call these.

    def drain(self) -> AbstractAsyncContextManager[None]:
        """Hold the right to send from this store.

        Raises:
            DrainedElsewhere: names the process that holds it.
        """
        ...

    async def lease(self, kind: str, now: datetime) -> Leased | None:
        """Take the delivery of that kind that is due, oldest first, keeping the order of each series.

        A delivery whose series has an earlier, unfinished one for the same destination waits, be that one blocked:
        a replacement never overtakes what it replaces. Blocked ones leave the line, the other series go on. A
        delivery whose owner died is taken over at once; if it had begun to send it is ``unknown`` from then on.
        """
        ...

    async def extend(self, leased: Leased) -> None:
        """Keep the lease while a step lasts longer than it.

        Raises:
            LeaseLost: somebody else has it.
        """
        ...

    async def next_due(self, kind: str) -> datetime | None:
        """Return when the next delivery of that kind can be taken; ``None`` when nothing waits for time alone."""
        ...

    async def begin_send(self, leased: Leased, prepared: bytes | None = None) -> None:
        """Durably note that bytes may leave from now on (state ``sending``, one attempt used).

        ``prepared`` is what ``prepare`` has just made: kept in the same write, so that each send is the same bytes.

        Raises:
            LeaseLost: somebody else has the delivery; nothing may be sent.
        """
        ...

    async def settle(
        self,
        leased: Leased,
        state: DeliveryState,
        *,
        why: str = "",
        due: datetime | None = None,
        code: str = "",
        service_code: str = "",
        service_text: str = "",
        receipt: Receipt | None = None,
        doubtful: bool = False,
    ) -> None:
        """End the lease: state, attempt, receipt, event and audit in one transaction.

        ``doubtful`` keeps in mind, in a state other than ``unknown``, that bytes may have left: a delivery blocked
        while its service was asked is asked about again before any send. ``blocked`` gives its attempt back.

        Raises:
            LeaseLost: somebody else has the delivery; nothing was written.
        """
        ...

    async def unblock(self, kind: str, why: str) -> int:
        """Set every delivery ``blocked(why)`` of that kind to ``pending``, due now; return how many.

        One that is not sealed yet stays: its identity is missing.
        """
        ...

    async def retry(self, delivery_id: str) -> bool:
        """An operator asks again: a rejected or blocked delivery becomes ``pending``, an unknown one is probed now.

        Say whether anything changed: nothing does for a delivery that has ended well, or that waits for an identity.
        """
        ...

    async def checkpoint(self, *, resting: bool = True) -> None:
        """Tidy up the files between two deliveries, now and then while there is work; ``publish()`` never does."""
        ...
