"""Narratives as HTML: what a person sees and hears."""

from __future__ import annotations

import msgspec
import pytest
from lxml import html as parser

from caducee.cda.reading.model import Attachment
from caducee.cda.view import to_html
from core.tests.cda.view.samples import BARE, block, holding, picture, table


def test_what_was_changed_is_marked_as_such() -> None:
    page = to_html(holding(block("content", "ancien", revised="delete"), block("content", "nouveau", revised="insert")))
    assert '<del class="revised-del">ancien</del><ins class="revised-ins">nouveau</ins>' in page


@pytest.mark.parametrize(
    ("written", "class_name"),
    [
        ("Bold", "bold"),
        ("bold", "bold"),
        ("BoldItalics", "bold italics"),
        ("Underline", "underline"),
        ("xStrange", None),
    ],
)
def test_styles_are_known_however_they_are_written(written: str, class_name: str | None) -> None:
    tree = parser.fromstring(to_html(holding(block("content", "mot", styleCode=written))))
    assert tree.xpath("//main//span/@class") == ([class_name] if class_name else [])


def test_a_header_beside_cells_is_that_of_its_row_among_its_like_that_of_its_column() -> None:
    columns = block("tr", block("th", "Examen"), block("th", "Résultat"))
    row = block("tr", block("th", "Sodium"), block("td", "140"))
    tree = parser.fromstring(to_html(holding(block("table", columns, row))))
    assert tree.xpath("//th/@scope") == ["col", "col", "row"]


def test_a_wide_table_can_be_scrolled_from_the_keyboard_and_is_smaller_on_paper() -> None:
    tree = parser.fromstring(to_html(holding(table(("a",) * 11), table(("a",) * 9), table(("a",) * 3))))
    assert tree.xpath("//div[@tabindex='0']/@class") == ["wide turned", "wide many", "wide"]


def test_a_picture_shown_too_often_is_not_carried_each_time() -> None:
    large = Attachment(media_type="image/png", content=bytes(8_000_000), reference="a")
    shown = [block("renderMultiMedia", referencedObject="a")] * 10
    page = to_html(holding(*shown, attachments=(large,)))
    assert page.count("<img ") == 3
    assert page.count("(image déjà montrée)") == 7


def test_a_document_that_is_a_picture_is_shown() -> None:
    content = picture()
    file = Attachment(media_type="image/png", content=content, name="document.png", is_copy=True)
    document = msgspec.structs.replace(BARE, body=content, media_type="image/png", attachments=(file,))
    page = to_html(document)
    assert page.count("<img ") == 1
    assert "Document (image/png" in page


def test_a_file_is_saved_under_its_own_name() -> None:
    file = Attachment(media_type="application/pdf", content=b"%PDF-", name="copie-1.pdf", is_copy=True)
    tree = parser.fromstring(to_html(holding("x", attachments=(file,))))
    assert tree.xpath("//a/@download") == ["copie-1.pdf"]
    assert not parser.fromstring(to_html(holding("x", attachments=(file,)), embed_files=False)).xpath("//main//a")
