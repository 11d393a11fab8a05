"""Batches: in order, each with its own result, stopped when told, in the memory of one window."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import islice

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from caducee.batches import Cancel
from caducee.errors import BatchCancelled, DocumentInvalid
from caducee.rendering import Template, TemplateError


class Note(msgspec.Struct, array_like=True, frozen=True):
    text: str


class Other(msgspec.Struct, array_like=True, frozen=True):
    text: str


TEMPLATE = Template.compile(
    "note.xml",
    b'<t:document xmlns:t="urn:caducee:template:1" model="Note" as="n"><N>{n.text}</N></t:document>',
    Note,
)
TEXTS = st.lists(st.text(st.characters(min_codepoint=32, max_codepoint=0xD7FF), max_size=20), max_size=30)


@given(TEXTS, st.integers(1, 9), st.integers(1, 3))
def test_each_model_of_a_batch_is_sealed_as_alone_and_in_order(texts: list[str], window: int, workers: int) -> None:
    notes = [Note(text) for text in texts]
    assert list(TEMPLATE.seal_many(notes, window=window, workers=workers)) == [TEMPLATE.seal(note) for note in notes]


def test_a_model_that_fails_spoils_no_other_and_says_why_without_its_value() -> None:
    models = [Note("a"), Note("NESSI\x00"), Note("\ud800"), Other("x"), Note("b")]
    first, forbidden, broken, other, last = TEMPLATE.seal_many(models, window=2)
    assert (first, last) == (TEMPLATE.seal(Note("a")), TEMPLATE.seal(Note("b")))
    assert isinstance(forbidden, DocumentInvalid)
    assert isinstance(broken, DocumentInvalid)
    assert isinstance(other, TemplateError)
    assert [finding.field for finding in forbidden.findings] == ["text"]
    assert "NESSI" not in str(forbidden)


def test_no_more_than_one_window_is_taken_ahead() -> None:
    taken = []

    def notes() -> Iterator[Note]:
        for number in range(100):
            taken.append(number)
            yield Note(str(number))

    results = TEMPLATE.seal_many(notes(), window=10)
    next(results)
    assert len(taken) == 10


def test_a_batch_that_is_cancelled_yields_what_was_begun_and_says_how_much() -> None:
    cancel = Cancel()
    results = TEMPLATE.seal_many((Note(str(n)) for n in range(100)), window=10, cancel=cancel)
    done = list(islice(results, 15))
    cancel.set()
    done += islice(results, 5)
    with pytest.raises(BatchCancelled) as stopped:
        next(results)
    assert stopped.value.done == len(done) == 20


def test_a_batch_cancelled_from_another_thread_ends_within_its_window() -> None:
    cancel = Cancel()
    results = TEMPLATE.seal_many((Note("x" * 2000) for _ in range(1_000_000)), window=5000, cancel=cancel)
    threading.Timer(0.05, cancel.set).start()
    with pytest.raises(BatchCancelled):
        for _ in results:
            pass


def test_a_batch_of_nothing_has_no_result() -> None:
    assert list(TEMPLATE.seal_many([])) == []
