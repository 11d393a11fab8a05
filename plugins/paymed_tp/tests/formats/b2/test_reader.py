from __future__ import annotations

import pytest

from caducee_paymed_tp.formats.b2 import B2Writer, Norm
from caducee_paymed_tp.formats.quarantine import FormatFault
from caducee_paymed_tp.formats.reading import Reading

from .samples import clinic_invoice, invoice, put, read, written


def three(writer: B2Writer) -> None:
    for number in (1, 2, 3):
        invoice(writer, number)


def three_more(writer: B2Writer) -> None:
    for number in (4, 5, 6):
        invoice(writer, number)


def test_two_lots_of_three_invoices_are_read() -> None:
    records = read(written(three, three_more))
    assert [record.name for record in records].count("5") == 6
    assert [record.cents("total_billed") for record in records if record.name == "6"] == [9000, 9000]


def test_a_lot_of_the_cp_norm_is_read_by_its_own_tables() -> None:
    records = read(written(clinic_invoice, norm="CP"))
    assert [record.name for record in records] == ["000", "1", "2", "2S", "3", "3S", "3F", "5", "6", "999"]
    assert {record.norm for record in records[1:]} == {Norm.CP}


def test_lines_may_end_with_line_ends() -> None:
    data = written(three)
    lines = b"".join(data[at : at + 128] + b"\r\n" for at in range(0, len(data), 128))
    assert len(read(lines)) == len(read(data))


def test_a_detail_of_an_unknown_letter_is_kept_and_counted() -> None:
    data = written(three)
    unknown = (b"4" + b"0" * 34 + b"Z").ljust(128)
    longer = put(data[: 4 * 128] + unknown + data[4 * 128 :], len(data) // 128, 56, b"%08d" % (len(data) // 128 + 1))
    reading = Reading()
    assert [record.raw for record in read(longer, reading=reading) if record.name == "4Z"] == [unknown]
    assert reading.unknown == {"4Z": 1}


def test_a_record_of_an_unknown_type_is_refused_with_its_place() -> None:
    with pytest.raises(FormatFault) as caught:
        read(put(written(three), 3, 1, b"8"))
    assert (caught.value.rule, caught.value.place.record, caught.value.place.offset) == ("record.unknown", 4, 384)


@pytest.mark.parametrize("records", [0, 1, 4, 11])
def test_a_file_without_its_end_is_refused(records: int) -> None:
    with pytest.raises(FormatFault, match="end_missing"):
        read(written(three)[: records * 128])


def test_several_files_after_another_are_read() -> None:
    data = written(three)
    assert len(read(data + data)) == 2 * len(read(data))
