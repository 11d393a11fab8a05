# ruff: noqa: TID252
from __future__ import annotations

import pytest

from caducee_paymed_tp.formats.b2 import B2Controls, B2Writer
from caducee_paymed_tp.formats.quarantine import FormatFault
from caducee_paymed_tp.formats.reading import Reading

from .. import worked
from . import vectors
from .samples import clinic_invoice, invoice, put, read, written


def two(writer: B2Writer) -> None:
    invoice(writer, 1)
    invoice(writer, 2)


DATA = written(two)
"""Records: 0 000, 1 lot, 2-4 first invoice, 5-7 second, 8 end of lot, 9 end."""


@pytest.mark.parametrize(
    ("record", "at", "text", "rule", "field"),
    [
        (3, 106, b"0002101", "b2.invoice_sum", "total_amo"),
        (3, 113, b"0003001", "b2.invoice_sum", "total_billed"),
        (3, 122, b"0000901", "b2.invoice_sum", "total_amc"),
        (4, 74, b"00000901", "b2.invoice_sum", "insured_part_before_amc"),
        (4, 39, b"002", "b2.invoice_sum", "count_type4"),
        (8, 25, b"000006001", "b2.lot_sum", "total_billed"),
        (8, 34, b"000004201", "b2.lot_sum", "total_amo"),
        (8, 43, b"000001801", "b2.lot_sum", "total_amc"),
        (8, 11, b"003", "b2.lot_count", "invoices"),
        (8, 14, b"0003", "b2.lot_count", "lines"),
        (8, 18, b"0003", "b2.lot_count", "count_type2"),
        (8, 22, b"003", "b2.lot_count", "count_type5"),
        (8, 52, b"002", "b2.lot", "lot_no"),
        (9, 56, b"00000011", "file.count", "volume"),
        (9, 83, b"002", "file.lots", "lots"),
        (9, 50, b"000002", "file.other_end", "file_id"),
        (5, 27, b"000000001", "b2.invoice_number", "invoice_no"),
        (2, 27, b"000000000", "b2.invoice_number", "invoice_no"),
        (3, 27, b"000000002", "b2.invoice_mixed", "invoice_no"),
        (2, 25, b"88", "b2.nir_key", "nir_key"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused_with_the_place(
    record: int, at: int, text: bytes, rule: str, field: str
) -> None:
    with pytest.raises(FormatFault) as caught:
        read(put(DATA, record, at, text))
    assert (caught.value.rule, caught.value.place.field) == (rule, field)


@pytest.mark.parametrize("left_out", [0, 1, 2, 4, 8])
def test_a_record_that_is_missing_is_noticed(left_out: int) -> None:
    with pytest.raises(FormatFault):
        read(DATA[: left_out * 128] + DATA[(left_out + 1) * 128 :])


def test_the_volume_of_a_file_may_leave_its_ends_out_unless_told_otherwise() -> None:
    data = put(DATA, 9, 56, b"00000008")
    assert read(data)
    with pytest.raises(FormatFault, match=r"file\.count"):
        read(data, controls=B2Controls(volume_without_ends=False))


def test_lines_may_be_counted_with_their_details_unless_told_otherwise() -> None:
    sink = written(_detailed)
    data = put(put(sink, 5, 39, b"002"), 6, 14, b"0002")
    assert read(data)
    with pytest.raises(FormatFault, match="invoice_sum"):
        read(data, controls=B2Controls(strict_lines=True))


def _detailed(writer: B2Writer) -> None:
    writer.record("2", worked.values(vectors.R2))
    writer.record("4", worked.values(vectors.R4))
    writer.record("4M", worked.values(vectors.R4M))
    writer.record("5", {**worked.values(vectors.R5), "count_type4": 1})


def test_a_clinic_is_held_to_its_own_totals() -> None:
    data = written(clinic_invoice, norm="CP")
    with pytest.raises(FormatFault) as caught:
        read(put(data, 4, 94, b"00080001"))
    assert (caught.value.rule, caught.value.place.field) == ("b2.invoice_sum", "amo_hospital")


def test_a_rate_that_does_not_give_the_part_is_a_remark_only() -> None:
    reading = Reading()
    read(written(lambda writer: invoice(writer, 1, amo=2000, amc=1000)), reading=reading)
    assert reading.remark_counts == {"b2.rate": 1}


def test_the_same_number_in_the_next_file_is_another_invoice() -> None:
    assert len(read(DATA + DATA)) == 20
