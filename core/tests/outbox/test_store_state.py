"""What plugins keep, on every store."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from caducee.contracts.state import Record, StateSpec
from caducee.errors import PluginRefused, StateConflict, StateNewer
from caducee.outbox.contract import Store

pytestmark = pytest.mark.anyio


async def put(store: Store, key: str, value: bytes, **index: str) -> None:
    async with store.transaction() as tx:
        await tx.put("mss", "threads", key, value, index=index)


async def append(store: Store, *values: bytes, expected: int | None = None) -> None:
    async with store.transaction() as tx:
        for value in values:
            await tx.append("tp", "ledger", value, expected=expected)


async def ledger(store: Store) -> list[tuple[int, bytes]]:
    return [(e.number, e.value) for e in await store.read_stream("tp", "ledger", after=0, limit=100)]


async def test_a_record_is_found_by_any_of_its_indexes(store: Store) -> None:
    await put(store, "t1", b"1", patient="P1", sender="a@x")
    await put(store, "t2", b"2", patient="P1")
    await put(store, "t3", b"3", patient="P2")
    found = await store.find("mss", "threads", "patient", "P1")
    assert found == (Record(key="t1", value=b"1"), Record(key="t2", value=b"2"))
    assert await store.find("mss", "threads", "sender", "a@x") == found[:1]


async def test_what_is_stored_again_is_found_by_its_new_values_only(store: Store) -> None:
    await put(store, "t1", b"1", patient="P1")
    await put(store, "t1", b"2", patient="P2")
    assert await store.find("mss", "threads", "patient", "P1") == ()
    assert await store.find("mss", "threads", "patient", "P2") == (Record(key="t1", value=b"2"),)


async def test_what_is_stored_again_keeps_its_place_where_it_was_found(store: Store) -> None:
    await put(store, "t1", b"1", patient="P1", sender="a@x")
    await put(store, "t2", b"2", patient="P1", sender="b@x")
    await put(store, "t1", b"3", patient="P1", sender="b@x")
    first, second = Record(key="t1", value=b"3"), Record(key="t2", value=b"2")
    assert await store.find("mss", "threads", "patient", "P1") == (first, second)
    assert await store.find("mss", "threads", "sender", "b@x") == (second, first)
    assert await store.find("mss", "threads", "sender", "a@x") == ()


async def test_what_is_stored_again_without_values_is_found_by_none(store: Store) -> None:
    await put(store, "t1", b"1", patient="P1", sender="a@x")
    await put(store, "t1", b"2", sender="a@x")
    assert await store.find("mss", "threads", "patient", "P1") == ()
    assert await store.find("mss", "threads", "sender", "a@x") == (Record(key="t1", value=b"2"),)


async def test_another_plugin_or_collection_sees_nothing(store: Store) -> None:
    await put(store, "t1", b"1", patient="P1")
    assert await store.find("dmp", "threads", "patient", "P1") == ()
    assert await store.find("mss", "others", "patient", "P1") == ()
    assert await store.get("dmp", "threads", "t1") is None


async def test_a_deleted_record_is_gone_and_deleting_nothing_is_no_error(store: Store) -> None:
    await put(store, "t1", b"1", patient="P1")
    async with store.transaction() as tx:
        await tx.delete("mss", "threads", "t1")
        await tx.delete("mss", "threads", "t2")
    assert await store.get("mss", "threads", "t1") is None
    assert await store.find("mss", "threads", "patient", "P1") == ()


async def test_a_collection_is_read_whole(store: Store) -> None:
    async with store.transaction() as tx:
        for number in range(450):
            await tx.put("mss", "threads", f"t{number}", b"%d" % number)
    read = {record.key: record.value async for record in store.records("mss", "threads")}
    assert read == {f"t{number}": b"%d" % number for number in range(450)}


async def test_a_stream_numbers_its_entries_from_one_without_gaps(store: Store) -> None:
    await append(store, b"a", b"b")
    await append(store, b"c")
    assert await ledger(store) == [(1, b"a"), (2, b"b"), (3, b"c")]
    assert [e.number for e in await store.read_stream("tp", "ledger", after=1, limit=1)] == [2]


async def test_an_append_that_expected_another_end_keeps_nothing_of_its_transaction(store: Store) -> None:
    await append(store, b"a", expected=0)
    with pytest.raises(StateConflict):  # noqa: PT012 - what raises is the end of the block
        async with store.transaction() as tx:
            await tx.put("tp", "c", "k", b"v")
            await tx.append("tp", "ledger", b"late", expected=0)
    assert await ledger(store) == [(1, b"a")]
    assert await store.get("tp", "c", "k") is None


async def test_a_block_that_raises_keeps_nothing(store: Store) -> None:
    with pytest.raises(ZeroDivisionError):  # noqa: PT012 - the block itself is tried
        async with store.transaction() as tx:
            await tx.put("mss", "threads", "t1", b"1")
            await tx.append("tp", "ledger", b"a")
            raise ZeroDivisionError
    assert await store.get("mss", "threads", "t1") is None
    assert await ledger(store) == []


def marked(version: int) -> StateSpec:
    def step(mark: bytes) -> object:
        return lambda place, value: value + b"/" + mark + place.encode()

    return StateSpec(version=version, upgrades=tuple(step(b"%d" % n) for n in range(2, version + 1)))  # type: ignore[misc]


async def test_every_value_goes_through_every_upgrade_once(store: Store) -> None:
    await append(store, b"a")
    async with store.transaction() as tx:
        await tx.put("tp", "c", "k", b"v", index={"patient": "P1"})
        await tx.put("mss", "c", "k", b"other")
    await store.upgrade_state("tp", marked(1))
    await store.upgrade_state("tp", marked(3))
    await store.upgrade_state("tp", marked(3))
    assert await store.get("tp", "c", "k") == b"v/2c/3c"
    assert await ledger(store) == [(1, b"a/2ledger/3ledger")]
    assert await store.find("tp", "c", "patient", "P1") == (Record(key="k", value=b"v/2c/3c"),)
    assert await store.get("mss", "c", "k") == b"other"


async def test_a_newer_state_is_refused_and_left_as_it_is(store: Store) -> None:
    await append(store, b"a")
    await store.upgrade_state("tp", marked(2))
    with pytest.raises(StateNewer, match="tp: its state is of version 2, this program knows 1"):
        await store.upgrade_state("tp", marked(1))
    assert await ledger(store) == [(1, b"a/2ledger")]


def raises(value: bytes) -> bytes:
    raise ValueError(value)


def forgets(value: bytes) -> bytes:
    return None  # type: ignore[return-value]


@pytest.mark.parametrize(("breaks", "why"), [(raises, "ValueError"), (forgets, "TypeError")])
async def test_an_upgrade_that_fails_names_its_plugin_and_changes_nothing(
    store: Store, breaks: Callable[[bytes], bytes], why: str
) -> None:
    async with store.transaction() as tx:
        await tx.put("tp", "c", "k", b"v")
    await append(store, b"a", b"b")
    spec = marked(2)
    later = StateSpec(
        version=3, upgrades=(*spec.upgrades, lambda place, value: value if b"a" in value else breaks(value))
    )
    with pytest.raises(PluginRefused, match=f"^tp: the upgrade of its state from version 2 failed: {why}$") as refused:
        await store.upgrade_state("tp", later)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__
    assert await ledger(store) == [(1, b"a"), (2, b"b")]
    assert await store.get("tp", "c", "k") == b"v"
    await store.upgrade_state("tp", marked(1))
