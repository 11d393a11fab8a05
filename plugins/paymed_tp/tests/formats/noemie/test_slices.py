from __future__ import annotations

from collections import deque

import pytest

from caducee_paymed_tp.formats.blocks import Block
from caducee_paymed_tp.formats.noemie.slices import ENTITY_LIMIT, Joiner, Piece
from caducee_paymed_tp.formats.quarantine import FormatFault

FIRST = 128


def pieces(*blocks: bytes, stride: int = 128) -> list[Piece]:
    joiner = Joiner()
    cut = [Block(raw.ljust(128), FIRST + n * stride, n + 2) for n, raw in enumerate(blocks)]
    return [piece for block in cut for piece in joiner.feed(block)]


@pytest.mark.parametrize("split", range(1, 127))
def test_an_entity_may_be_split_at_any_byte(split: int) -> None:
    before, entity = "X" * (126 - split), "10003" + "7" * 200
    stream = f"{before}@{entity}@".encode()
    slices = [stream[at : at + 127] for at in range(0, len(stream), 127)]
    made = pieces(*[b"0" + part for part in slices[:-1]], b"1" + slices[-1])
    assert [piece.text for piece in made] == [before, entity]
    assert made[1].place.offset == FIRST + 1 + 127 - split


def test_a_mark_at_the_end_of_a_slice_ends_the_entity_there() -> None:
    first = "1" * 126 + "@"
    made = pieces(b"0" + first.encode(), b"12222222@")
    assert [piece.text for piece in made] == ["1" * 126, "2222222"]
    assert made[1].place.offset == FIRST + 128 + 1


def test_a_position_in_an_entity_is_an_offset_in_the_file_across_slices_and_line_ends() -> None:
    entity = "A" * 130
    made = pieces(b"0" + entity[:127].encode(), b"1" + entity[127:].encode() + b"@", stride=130)
    assert [made[0].at(position) for position in (0, 126, 127)] == [FIRST + 1, FIRST + 127, FIRST + 130 + 1]


def test_spaces_after_the_last_slice_are_padding() -> None:
    assert [piece.text for piece in pieces(b"11000300000001@")] == ["1000300000001"]


@pytest.mark.parametrize("flag", [b"2", b" ", b"@", b"A"])
def test_a_block_without_its_flag_is_refused(flag: bytes) -> None:
    with pytest.raises(FormatFault, match=r"noemie\.flag"):
        pieces(flag + b"1000300000001@")


def test_a_last_slice_that_leaves_an_entity_open_is_refused_where_it_starts() -> None:
    with pytest.raises(FormatFault) as caught:
        pieces(b"1AAAAA@BBBBB")
    assert (caught.value.rule, caught.value.place.offset) == ("noemie.unfinished", FIRST + 7)


def test_an_entity_that_never_ends_is_refused_long_before_memory_is_full() -> None:
    joiner = Joiner()
    blocks = (Block(b"0" + b"X" * 127, number * 128, number + 1) for number in range(100_000))
    with pytest.raises(FormatFault, match=r"noemie\.oversized") as caught:
        deque((list(joiner.feed(block)) for block in blocks), maxlen=0)
    assert caught.value.place.record == 1
    assert next(blocks).number < 100
    assert ENTITY_LIMIT < 127 * 100
