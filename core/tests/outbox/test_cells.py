from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caducee.errors import StoreDamaged, StoreKeyWrong
from caducee.outbox.stores.cells import Cells

from .publications import KEY, OTHER_KEY

CELLS = Cells(KEY, "cabinet")
PLACE = ("content", "model")


@given(st.binary(max_size=100), st.text(st.characters(exclude_categories=("Cs",)), max_size=10))
def test_a_cell_opens_where_it_was_sealed(plain: bytes, row: str) -> None:
    assert CELLS.open(PLACE, row, CELLS.seal(PLACE, row, plain)) == plain


def test_the_same_text_is_never_sealed_twice_alike() -> None:
    assert CELLS.seal(PLACE, "1", b"x") != CELLS.seal(PLACE, "1", b"x")


@given(st.integers(0, 30), st.integers(1, 255))
def test_any_changed_byte_shows(position: int, change: int) -> None:
    cell = bytearray(CELLS.seal(PLACE, "1", b"xx"))
    cell[position % len(cell)] ^= change
    with pytest.raises(StoreDamaged):
        CELLS.open(PLACE, "1", bytes(cell))


@pytest.mark.parametrize(
    ("cells", "place", "row"),
    [
        (CELLS, PLACE, "2"),
        (CELLS, ("content", "document"), "1"),
        (CELLS, ("delivery", "model"), "1"),
        (Cells(KEY, "other"), PLACE, "1"),
        (Cells(OTHER_KEY, "cabinet"), PLACE, "1"),
    ],
)
def test_a_cell_opens_nowhere_else(cells: Cells, place: tuple[str, str], row: str) -> None:
    with pytest.raises(StoreDamaged):
        cells.open(place, row, CELLS.seal(PLACE, "1", b"x"))


def test_a_blind_index_depends_on_use_tenant_and_key() -> None:
    others = [
        CELLS.index("patient", "P1"),
        Cells(KEY, "other").index("key", "P1"),
        Cells(OTHER_KEY, "cabinet").index("key", "P1"),
    ]
    assert CELLS.index("key", "P1") == Cells(KEY, "cabinet").index("key", "P1")
    assert CELLS.index("key", "P1") not in others


@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_a_key_of_another_size_is_refused(size: int) -> None:
    with pytest.raises(StoreKeyWrong):
        Cells(bytes(size), "cabinet")


def test_keys_are_never_shown() -> None:
    assert repr(CELLS) == "Cells('cabinet')"
