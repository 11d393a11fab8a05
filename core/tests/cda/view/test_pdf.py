from __future__ import annotations

import msgspec
import pypdfium2
import pytest

from caducee.cda import CdaSealer
from caducee.cda.reading import read_document
from caducee.cda.reading.model import Block, ReadDocument, Section
from caducee.cda.view import to_pdf
from caducee.cda.view.pdf import Cell, laid_out
from core.tests.cda.samples import ROUX, documents, identifiers_of


def read(sealer: CdaSealer, name: str) -> ReadDocument:
    document = documents()[name]
    return read_document(sealer.seal(document, ROUX, identifiers_of(document)).document)


def words(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return " ".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


def test_the_head_says_what_a_copy_must_say(sealer: CdaSealer) -> None:
    said = words(to_pdf(read(sealer, "summary, full")))
    for fact in (
        "Volet de synthèse médicale",
        "Synthèse",
        "25 novembre 2026",
        "Camille ROUX",
        "Cabinet du Dr Roux",
        "D’ÉTOILE",
    ):
        assert fact in said
    assert b"pdfaid:part>1" in to_pdf(read(sealer, "summary, full"))


def test_a_document_that_is_a_pdf_comes_as_it_is(sealer: CdaSealer) -> None:
    assert to_pdf(read(sealer, "report")) == documents()["report"].body.content  # type: ignore[union-attr]


def test_the_same_document_gives_the_same_bytes(sealer: CdaSealer) -> None:
    assert to_pdf(read(sealer, "imaging, full")) == to_pdf(read(sealer, "imaging, full"))


def test_what_cannot_be_drawn_or_is_not_shown_is_said_on_the_page(sealer: CdaSealer) -> None:
    document = read(sealer, "prescription, full")
    odd = Section(title="漢", code=None, templates=(), narrative=("x #let y",), entries=(), sections=())
    said = words(to_pdf(msgspec.structs.replace(document, sections=(odd,))))
    assert "Fichiers joints non reproduits ici : 2" in said
    assert "ne peuvent pas être imprimés" in said
    assert "x #let y" in said


def test_a_plain_text_is_printed(sealer: CdaSealer) -> None:
    assert "une autre" in words(to_pdf(read(sealer, "at home")))


def cell(colspan: int = 1, rowspan: int = 1) -> Cell:
    return Cell(0, 0, False, colspan, rowspan, [])


def test_cells_stand_where_html_puts_them() -> None:
    placed = laid_out([[cell(rowspan=2), cell()], [cell(), cell(colspan=3)], [cell(rowspan=9)]])
    assert [(one.x, one.y, one.colspan, one.rowspan) for one in placed] == [
        (0, 0, 1, 2),
        (1, 0, 1, 1),
        (1, 1, 1, 1),
        (2, 1, 3, 1),
        (0, 2, 1, 1),
    ]


def test_a_cell_never_lies_over_one_from_above() -> None:
    placed = laid_out([[cell(), cell(rowspan=2)], [cell(colspan=3)]])
    assert (placed[2].x, placed[2].colspan) == (0, 1)


@pytest.mark.parametrize("rows", [[[]], [[cell()]], [[cell(colspan=3)], [cell()]]])
def test_odd_tables_are_printed(sealer: CdaSealer, rows: list[list[Cell]]) -> None:
    table = Block(
        "table",
        {},
        tuple(
            Block("tr", {}, tuple(Block("td", {"colspan": str(one.colspan)}, ("v",)) for one in row)) for row in rows
        ),
    )
    section = Section(title="T", code=None, templates=(), narrative=(table,), entries=(), sections=())
    assert to_pdf(msgspec.structs.replace(read(sealer, "imaging"), sections=(section,))).startswith(b"%PDF-")
