from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caducee_paymed_tp.formats.blocks import ascii_text, cut
from caducee_paymed_tp.formats.quarantine import FormatFault, Place


def blocks(data: bytes) -> list[tuple[bytes, int, int]]:
    return [(block.raw, block.offset, block.number) for block in cut(io.BytesIO(data), 4, format_name="test")]


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n", b"\r"])
def test_line_ends_between_blocks_are_skipped(end: bytes) -> None:
    data = end.join([b"AAAA", b"BBBB", b"CCCC"]) + end
    assert [raw for raw, _, _ in blocks(data)] == [b"AAAA", b"BBBB", b"CCCC"]


def test_a_block_knows_where_it_is() -> None:
    assert blocks(b"AAAA\r\nBBBB") == [(b"AAAA", 0, 1), (b"BBBB", 6, 2)]


def test_the_signature_of_utf_8_is_no_part_of_the_first_block_and_a_fault_anywhere_else() -> None:
    assert blocks(b"\xef\xbb\xbfAAAA\nBBBB") == [(b"AAAA", 3, 1), (b"BBBB", 8, 2)]
    for count in (1, 65536 // 4):
        with pytest.raises(FormatFault):
            blocks(b"AAAA" * count + b"\xef\xbb\xbfBBBB")


def test_a_file_cut_in_a_block_is_refused_with_the_place() -> None:
    with pytest.raises(FormatFault) as caught:
        blocks(b"AAAA\nBBB")
    assert (caught.value.rule, caught.value.place.offset, caught.value.place.record) == ("block.length", 5, 2)


def test_a_line_end_inside_a_block_is_refused_with_its_place() -> None:
    with pytest.raises(FormatFault) as caught:
        blocks(b"AAAABB\nBCCCC")
    assert caught.value.place.offset == 6


@given(st.integers(0, 5000))
def test_chunks_do_not_show(count: int) -> None:
    data = b"".join(b"%04d" % (n % 10000) for n in range(count))
    assert b"".join(block.raw for block in cut(io.BytesIO(data), 4, format_name="test")) == data


def test_a_file_larger_than_a_chunk_keeps_its_offsets() -> None:
    data = b"AAAA\n" * 40_000
    last = list(cut(io.BytesIO(data), 4, format_name="test"))[-1]
    assert (last.offset, last.number) == (39_999 * 5, 40_000)


@pytest.mark.parametrize("bad", [0x00, 0x1F, 0x7F, 0xE9])
def test_a_byte_that_is_not_printable_ascii_is_said_by_its_offset(bad: int) -> None:
    with pytest.raises(FormatFault) as caught:
        ascii_text(b"AB" + bytes([bad]) + b"D", Place(format="test", offset=100))
    assert (caught.value.rule, caught.value.place.offset) == ("block.charset", 102)
