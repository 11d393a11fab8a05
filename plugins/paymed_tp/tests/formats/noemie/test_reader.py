from __future__ import annotations

import io
import itertools
import tracemalloc

import pytest

from caducee_paymed_tp.formats.kinds import Value
from caducee_paymed_tp.formats.noemie import Entity, NoemieWriter, read_entities, read_returns
from caducee_paymed_tp.formats.quarantine import FormatFault
from caducee_paymed_tp.formats.reading import Reading

from .samples import invoice, invoices, paid, read, wire, written


def one(writer: NoemieWriter) -> None:
    wire(writer)
    invoice(writer, 42, 2100)


@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
def test_blocks_may_be_lines(end: bytes) -> None:
    data = written(one)
    lines = b"".join(data[at : at + 128] + end for at in range(0, len(data), 128))
    assert paid(read(lines)) == [2100]


def test_an_unknown_entity_is_kept_whole_and_counted() -> None:
    reading = Reading()

    def fill(writer: NoemieWriter) -> None:
        one(writer)
        writer.raw("77704WHATEVER COMES")

    (found,) = invoices(read(written(fill), reading=reading))
    assert found.records[-1].raw == b"77704WHATEVER COMES"
    assert found.records[-1].values == {}
    assert reading.unknown == {"777": 1}


def test_a_longer_entity_is_read_and_what_is_new_in_it_kept() -> None:
    def fill(writer: NoemieWriter) -> None:
        writer.entity("102", {"level": "03", "invoice_no": "000000007", "invoice_type": "F"}, more="NEW")

    (found,) = invoices(read(written(fill)))
    assert (found.number, found.records[0].more) == ("000000007", "NEW")


def test_optional_zones_at_the_end_may_be_left_out() -> None:
    (found,) = invoices(read(written(lambda writer: writer.raw("10203000000042         000000F"))))
    assert (found.number, found.kind) == ("000000042", "F")


def test_an_entity_without_its_mandatory_zones_is_refused() -> None:
    with pytest.raises(FormatFault, match=r"noemie\.entity_short"):
        read(written(lambda writer: writer.raw("1020300000004")))


@pytest.mark.parametrize("text", ["", "10", "1O203000000042", "ABC"])
def test_an_entity_without_type_and_level_is_refused(text: str) -> None:
    with pytest.raises(FormatFault, match=r"noemie\.entity_head"):
        read(written(lambda writer: writer.raw(text)))


def test_an_entity_knows_its_bytes_and_where_they_start() -> None:
    data = written(one)
    entities = [item for item in read_entities(io.BytesIO(data)) if isinstance(item, Entity)]
    first = entities[0]
    assert data[first.offset : first.offset + len(first.raw)] == first.raw


def test_several_files_after_another_are_read_each_with_its_end() -> None:
    assert paid(read(written(one) + written(one))) == [2100, 2100]


@pytest.mark.parametrize("blocks", [0, 1, 2])
def test_a_file_without_its_end_is_refused(blocks: int) -> None:
    with pytest.raises(FormatFault, match="end_missing"):
        read(written(one)[: blocks * 128])


def test_nothing_but_a_first_block_begins_a_file() -> None:
    with pytest.raises(FormatFault) as caught:
        read(written(one)[128:])
    assert (caught.value.rule, caught.value.place.field) == ("field.constant", "type")


@pytest.mark.parametrize(("at", "put", "rule"), [(68, b"O", "file.encrypted"), (69, b"F", "file.currency")])
def test_what_cannot_be_read_as_euros_in_clear_is_refused(at: int, put: bytes, rule: str) -> None:
    data = written(one)
    with pytest.raises(FormatFault, match=rule):
        read(data[:at] + put + data[at + 1 :])


@pytest.mark.parametrize("bad", [b"\x00", b"\xe9"])
def test_a_byte_that_the_format_lacks_is_refused_with_its_offset(bad: bytes) -> None:
    data = written(one)
    with pytest.raises(FormatFault) as caught:
        read(data[:200] + bad + data[201:])
    assert (caught.value.rule, caught.value.place.offset) == ("block.charset", 200)


def test_an_unfinished_entity_before_the_last_block_is_refused() -> None:
    data = written(lambda writer: writer.raw("10003" + "1" * 300))
    without_last_slice = data[: 128 * 3] + data[128 * 4 :]
    with pytest.raises(FormatFault, match=r"noemie\.unfinished"):
        read(without_last_slice)


@pytest.mark.parametrize(("key", "remarks"), [("89", 0), ("88", 1)])
def test_a_false_key_of_an_insured_is_a_remark_the_money_stands(key: str, remarks: int) -> None:
    reading = Reading()

    def fill(writer: NoemieWriter) -> None:
        one(writer)
        person: dict[str, Value] = {"nir": "2790351215189", "nir_key": key, "birth_date": "790312", "birth_rank": "1"}
        writer.entity("103", {"level": "04", **person})

    assert paid(read(written(fill), reading=reading)) == [2100]
    assert reading.remark_counts["noemie.nir_key"] == remarks


@pytest.mark.parametrize("shift", range(128))
def test_where_blocks_cut_the_entities_does_not_show(shift: int) -> None:
    def fill(writer: NoemieWriter) -> None:
        writer.raw("77701" + "X" * shift)
        one(writer)

    rows = read(written(fill))
    assert [(found.number, found.paid) for found in invoices(rows)] == [("000000042", 2100)]
    assert paid(rows) == [2100]


class Repeated(io.RawIOBase):
    """A file of as many blocks as one wants, never held anywhere."""

    def __init__(self, first: bytes, block: bytes, count: int) -> None:
        self._parts = itertools.chain([first], itertools.repeat(block, count))

    def read(self, size: int = -1) -> bytes:
        return b"".join(itertools.islice(self._parts, 512))


def test_a_large_file_is_read_without_being_held() -> None:
    block = b"1" + b"10003000000042@77704SOMETHING@".ljust(127)
    source = Repeated(written(one)[:128], block, 20_000)
    tracemalloc.start()
    try:
        with pytest.raises(FormatFault, match="end_missing"):
            for _ in read_returns(read_entities(source)):  # type: ignore[arg-type]
                pass
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1_000_000
