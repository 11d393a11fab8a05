from __future__ import annotations

import hashlib
import hmac

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from caducee.audit.chain import START, Head, Link, link, sealed_head, verify


def mac(message: bytes) -> bytes:
    return hmac.digest(b"key", message, hashlib.sha256)


def chain(payloads: list[bytes]) -> tuple[list[Link], Head]:
    links: list[Link] = []
    previous = START
    for number, payload in enumerate(payloads, 1):
        previous = link(previous, number, number * 10, payload)
        links.append(Link(number=number, at=number * 10, payload=payload, hash=previous))
    return links, sealed_head(len(links), previous, mac)


payloads = st.lists(st.binary(max_size=20), min_size=1, max_size=8)


@given(st.lists(st.binary(max_size=20), max_size=8))
def test_an_untouched_chain_is_whole(entries: list[bytes]) -> None:
    links, head = chain(entries)
    assert verify(links, head, mac) == (len(entries), None)


@given(payloads, st.data())
def test_a_changed_entry_breaks_it_where_it_is(entries: list[bytes], data: st.DataObject) -> None:
    links, head = chain(entries)
    at = data.draw(st.integers(0, len(links) - 1))
    links[at] = msgspec.structs.replace(links[at], payload=links[at].payload + b"x")
    assert verify(links, head, mac) == (at, f"entry {at + 1} was changed")


@given(payloads, st.data())
def test_a_removed_entry_breaks_it(entries: list[bytes], data: st.DataObject) -> None:
    links, head = chain(entries)
    del links[data.draw(st.integers(0, len(links) - 1))]
    assert verify(links, head, mac)[1] is not None


@given(payloads)
def test_a_chain_made_anew_without_the_key_does_not_pass(entries: list[bytes]) -> None:
    _, head = chain([*entries, b"more"])
    links, _ = chain(entries)
    forged = Head(len(links), links[-1].hash, head.mac)
    assert verify(links, forged, mac)[1] == "the head of the chain was changed"
