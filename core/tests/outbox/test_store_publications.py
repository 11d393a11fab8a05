"""What every store does with publications."""

from __future__ import annotations

import msgspec
import pytest

from caducee.errors import IdempotencyConflict, StoreError
from caducee.outbox.contract import AuditEntry, DeliveryState, Store

from .publications import delivery, publication, publish

pytestmark = pytest.mark.anyio


async def test_a_publication_is_found_by_its_key_and_by_its_identifier(store: Store) -> None:
    letter = publication("A", delivery("A/1"), delivery("A/2", reference="x"))
    await publish(store, letter)
    found = await store.find_by_key(letter.idempotency_key)
    assert found is not None
    assert found == await store.document("A")
    assert (found.model, found.content_hash, found.series) == (letter.model, letter.content_hash, letter.series)
    assert found.sealed
    assert [row.delivery_id for row in found.deliveries] == ["A/1", "A/2"]
    assert await store.deliveries_of("A") == found.deliveries
    assert await store.sealed_bytes("A") == letter.document


async def test_what_is_not_there_is_none(store: Store) -> None:
    assert await store.find_by_key("nothing") is None
    assert await store.document("nothing") is None
    assert await store.sealed_bytes("nothing") is None
    assert await store.deliveries_of("nothing") == ()


async def test_the_same_key_with_the_same_content_is_stored_once(store: Store) -> None:
    await publish(store, publication("A"), publication("A"))
    assert len(await store.deliveries()) == 1


async def test_the_same_key_with_other_content_is_refused_and_nothing_is_kept(store: Store) -> None:
    letter = publication("A")
    await publish(store, letter)
    changed = msgspec.structs.replace(publication("B"), idempotency_key=letter.idempotency_key)

    async def publish_other() -> None:
        async with store.transaction() as tx:
            await tx.audit(AuditEntry(action="publish", actor="doctor:x"))
            await tx.add_document(changed)

    with pytest.raises(IdempotencyConflict):
        await publish_other()
    assert await store.document("B") is None
    assert await store.verify_audit() == (0, None)


async def test_a_block_that_raises_leaves_nothing(store: Store) -> None:
    async def fail_halfway() -> None:
        async with store.transaction() as tx:
            await tx.add_document(publication("A"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail_halfway()
    assert await store.document("A") is None
    assert await store.events(0) == ()


async def test_deliveries_are_listed_newest_first_and_by_state(store: Store) -> None:
    await publish(
        store, publication("A"), publication("B", delivery("B/dmp", state=DeliveryState.BLOCKED, why="operator"))
    )
    assert [row.delivery_id for row in await store.deliveries()] == ["B/dmp", "A/dmp"]
    blocked = await store.deliveries(states=frozenset({DeliveryState.BLOCKED}))
    assert [(row.delivery_id, row.why) for row in blocked] == [("B/dmp", "operator")]
    assert len(await store.deliveries(limit=1)) == 1


async def test_a_publication_that_waits_for_an_identity_is_sealed_and_released_later(store: Store) -> None:
    waiting = delivery("A/dmp", state=DeliveryState.BLOCKED, why="identity")
    await publish(store, publication("A", waiting, sealed=False, local_id="P3"), publication("B", local_id="P3"))
    (found,) = await store.blocked_on_identity("P3")
    assert (found.document_id, found.sealed) == ("A", False)
    assert await store.blocked_on_identity("P4") == ()
    async with store.transaction() as tx:
        await tx.seal("A", model=b"{}", document=b"<a/>", sha1=b"1", sha256=b"2", entry=b"{}")
        await tx.release("A/dmp")
    assert await store.sealed_bytes("A") == b"<a/>"
    assert [row.state for row in await store.deliveries_of("A")] == [DeliveryState.PENDING]
    assert await store.blocked_on_identity("P3") == ()


@pytest.mark.parametrize("missing", ["sha1", "sha256", "entry"])
async def test_a_sealed_publication_without_its_hashes_or_its_entry_is_refused(store: Store, missing: str) -> None:
    with pytest.raises(StoreError):
        await publish(store, msgspec.structs.replace(publication("A"), **{missing: None}))
    assert await store.document("A") is None


async def test_what_is_still_to_leave_of_a_patient_is_found_oldest_first(store: Store) -> None:
    blocked = delivery("B/dmp", state=DeliveryState.BLOCKED, why="card")
    await publish(
        store,
        publication("A", local_id="P3"),
        publication("B", blocked, local_id="P3"),
        publication("C", delivery("C/dmp", state=DeliveryState.NOT_APPLICABLE, why="no_dmp"), local_id="P3"),
        publication("D", local_id="P4"),
    )
    assert [found.document_id for found in await store.waiting_of("P3")] == ["A", "B"]
    assert [found.document_id for found in await store.documents_of("P3")] == ["A", "B", "C"]
    assert await store.waiting_of("P5") == ()


async def test_sealed_bytes_never_change(store: Store) -> None:
    letter = publication("A")
    await publish(store, letter)

    async def seal_again() -> None:
        async with store.transaction() as tx:
            await tx.seal("A", model=b"{}", document=b"<other/>", sha1=b"", sha256=b"", entry=b"")

    with pytest.raises(StoreError):
        await seal_again()
    assert await store.sealed_bytes("A") == letter.document


async def test_records_of_plugins_are_apart_and_replaced_by_key(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.put("insi", "answers", "k", b"1")
        await tx.put("dmp", "answers", "k", b"2")
        await tx.put("insi", "answers", "k", b"3")
    assert await store.get("insi", "answers", "k") == b"3"
    assert await store.get("dmp", "answers", "k") == b"2"
    assert await store.get("insi", "answers", "other") is None


async def test_events_come_in_order_after_a_number(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.event("one", document_id="A")
        await tx.event("two", state="pending")
    first, second = await store.events(0)
    assert (first.kind, first.document_id, second.kind, second.state) == ("one", "A", "two", "pending")
    assert first.seq < second.seq
    assert await store.events(first.seq) == (second,)
    assert await store.events(0, limit=1) == (first,)
