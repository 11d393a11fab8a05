"""The columns of a printed table: wide enough for every word, or the words are cut."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from caducee.cda.view.columns import PAGE, PAGE_TURNED, columns_of, cut_words, width
from caducee.cda.view.tables import Cell, laid_out

MM_IN_POINT = 0.3528


def paragraph(text: str) -> list[dict[str, object]]:
    return [{"kind": "paragraph", "parts": [{"text": text, "style": []}]}]


def cells(*rows: tuple[str, ...]) -> list[Cell]:
    return laid_out([[Cell(0, 0, False, 1, 1, paragraph(text)) for text in row] for row in rows])


def test_a_small_table_keeps_the_size_of_the_text() -> None:
    columns = columns_of(cells(("Date", "Acte"), ("12/08/1999", "Appendicectomie")), 2)
    assert columns is not None
    assert (columns.size, columns.cut) == (10.5, None)


def test_what_is_left_goes_to_the_column_of_long_texts() -> None:
    columns = columns_of(cells(("1", "un texte long " * 10)), 2)
    assert columns is not None
    assert columns.widths[1] > 10 * columns.widths[0]


def test_many_columns_have_smaller_letters() -> None:
    columns = columns_of(cells(("interprétation",) * 8), 8)
    assert columns is not None
    assert columns.size < 10.5
    assert columns.cut is None


def test_more_columns_have_a_page_on_its_side_but_not_in_a_cell() -> None:
    placed = cells(("interprétation",) * 13)
    alone, held = columns_of(placed, 13), columns_of(placed, 13, alone=False)
    assert alone is not None
    assert held is not None
    assert (alone.turned, alone.cut) == (True, None)
    assert (held.turned, held.cut is None) == (False, False)


def test_words_wider_than_any_letter_allows_are_cut() -> None:
    placed = cells(("anticonstitutionnellement",) * 20)
    columns = columns_of(placed, 20)
    assert columns is not None
    assert columns.cut is not None
    cut_words([{"cells": placed}], columns.cut)
    pieces = placed[0].content[0]["parts"][0]["text"].split("\u200b")
    assert len(pieces) > 1
    assert "".join(pieces) == "anticonstitutionnellement"


def test_a_table_of_a_hundred_columns_is_none_on_paper() -> None:
    assert columns_of(cells(("mot",) * 100), 100) is None


def test_a_cell_over_two_columns_widens_both() -> None:
    over = [[Cell(0, 0, True, 2, 1, paragraph("anticonstitutionnellement"))], [Cell(0, 0, False, 1, 1, [])] * 2]
    columns = columns_of(laid_out(over), 2)
    assert columns is not None
    assert sum(columns.widths) >= width("anticonstitutionnellement") * columns.size * MM_IN_POINT


@given(st.lists(st.lists(st.text(min_size=1, max_size=60), min_size=1, max_size=12), min_size=1, max_size=4))
def test_every_word_has_room_in_its_column_and_the_page_has_room_for_all(rows: list[list[str]]) -> None:
    count = max(map(len, rows))
    placed = cells(*map(tuple, rows))
    columns = columns_of(placed, count)
    assert columns is not None
    if columns.cut is not None:
        cut_words([{"cells": placed}], columns.cut)
    assert sum(columns.widths) <= (PAGE_TURNED if columns.turned else PAGE) + 0.1 * count
    for cell in placed:
        text = cell.content[0]["parts"][0]["text"]
        words = [piece for word in text.split() for piece in word.split("\u200b")]
        widest = max(map(width, words), default=0.0)
        room = columns.widths[cell.x] - 2 * columns.inset
        assert len(words) == 0 or widest * columns.size * MM_IN_POINT <= room + 0.1
