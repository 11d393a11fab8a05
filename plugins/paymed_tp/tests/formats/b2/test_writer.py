# ruff: noqa: TID252
from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caducee_paymed_tp.formats.b2 import B2Writer
from caducee_paymed_tp.formats.quarantine import FormatFault

from .. import worked
from . import vectors
from .samples import invoice, of, read, written


def test_the_writer_makes_the_file_worked_out_by_hand_with_its_totals() -> None:
    sink = io.BytesIO()
    writer = B2Writer(sink)
    for name, zones in vectors.FILE:
        writer.record(name, of(zones))
    assert sink.getvalue() == b"".join(worked.raw(zones) for _, zones in vectors.FILE)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(st.tuples(st.integers(0, 99999), st.integers(0, 99999)), max_size=6), max_size=4))
def test_what_is_written_is_read_back_to_the_cent(lots: list[list[tuple[int, int]]]) -> None:
    numbers = iter(range(1, 100))
    fills = [
        lambda writer, parts=parts: [invoice(writer, next(numbers), amo=amo, amc=amc) for amo, amc in parts]
        for parts in lots
    ]
    ends = [record for record in read(written(*fills)) if record.name == "6"]
    assert [record.cents("total_amo") for record in ends] == [sum(amo for amo, _ in parts) for parts in lots]
    assert [record.cents("total_amc") for record in ends] == [sum(amc for _, amc in parts) for parts in lots]


def test_a_total_that_the_caller_gives_must_be_right() -> None:
    with pytest.raises(FormatFault, match=r"b2\.invoice_sum"):
        written(lambda writer: invoice(writer, 1, total_amo=2101))


def test_a_record_out_of_its_place_is_not_written() -> None:
    sink = io.BytesIO()
    writer = B2Writer(sink)
    with pytest.raises(FormatFault, match=r"record\.order"):
        writer.record("4", worked.values(vectors.R4))
    assert sink.getvalue() == b""


def test_a_record_that_the_norm_lacks_is_not_written() -> None:
    with pytest.raises(FormatFault, match=r"record\.unknown"):
        written(lambda writer: writer.record("3", {}))


def test_a_number_used_twice_is_not_written() -> None:
    with pytest.raises(FormatFault, match=r"b2\.invoice_number"):
        written(lambda writer: (invoice(writer, 1), invoice(writer, 1)))
