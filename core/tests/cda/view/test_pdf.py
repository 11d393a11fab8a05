from __future__ import annotations

import msgspec
import pypdfium2
import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE as IMAGE

from caducee.cda import CdaSealer
from caducee.cda.reading import read_document
from caducee.cda.reading.model import Attachment, Block, ReadDocument, Section
from caducee.cda.view import pdf as printing
from caducee.cda.view import to_pdf
from caducee.cda.view.flow import Flow
from caducee.cda.view.tables import Cell, laid_out
from caducee.paper import PaperInvalid
from caducee.paper.typesetting import NotLaidOut
from core.tests.cda.samples import ROUX, documents, identifiers_of
from core.tests.cda.view.printed import letters_over_others, words
from core.tests.cda.view.samples import BARE, block, holding, picture, table


def read(sealer: CdaSealer, name: str) -> ReadDocument:
    document = documents()[name]
    return read_document(sealer.seal(document, ROUX, identifiers_of(document)).document)


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
    assert "Fichiers joints non reproduits ici : 2 (application/pdf, image/png)" in said
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


def pictures_in(pdf: bytes) -> int:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return sum(1 for page in document for one in page.get_objects(filter=(IMAGE,)))
    finally:
        document.close()


def test_a_picture_is_drawn_where_the_narrative_shows_it() -> None:
    file = Attachment(media_type="image/png", content=picture(mode="RGBA"), reference="a")
    document = holding("avant", block("renderMultiMedia", referencedObject="a"), "après", attachments=(file,))
    made = to_pdf(document)
    assert pictures_in(made) == 1
    assert "non reproduits" not in words(made)


def test_a_picture_that_cannot_be_drawn_is_named_in_its_place_and_on_the_first_page() -> None:
    file = Attachment(media_type="image/png", content=b"not a picture", reference="a")
    said = words(to_pdf(holding(block("renderMultiMedia", referencedObject="a"), attachments=(file,))))
    assert "(image ou fichier joint)" in said
    assert "non reproduits ici : 1 (image/png)" in said


def test_a_document_that_is_a_picture_is_a_page() -> None:
    content = picture("JPEG")
    file = Attachment(media_type="image/jpeg", content=content, is_copy=True)
    document = msgspec.structs.replace(BARE, body=content, media_type="image/jpeg", attachments=(file,))
    assert pictures_in(to_pdf(document)) == 1


def test_a_file_that_is_no_pdf_does_not_pass_for_one() -> None:
    file = Attachment(media_type="application/pdf", content=b"GIF89a", is_copy=True)
    document = msgspec.structs.replace(BARE, body=b"GIF89a", media_type="application/pdf", attachments=(file,))
    assert "non reproduits ici : 1 (application/pdf)" in words(to_pdf(document))


@pytest.mark.parametrize("columns", [1, 5, 9, 12, 20, 40])
def test_no_word_lies_over_the_next_column(columns: int) -> None:
    row = ("AMPICILLINE PANPHARMA", "interprétation", "02/03/2020", "anticonstitutionnellement", "x" * 30)
    document = holding(table(tuple(row[at % 5] for at in range(columns)), cell="th"))
    made = to_pdf(document)
    assert letters_over_others(made) == 0
    assert "AMPICILLINE" in words(made).replace("\u200b", "").replace("\r\n", "")


def test_the_head_of_a_table_is_said_again_on_each_page() -> None:
    rows = (block("tr", block("td", f"ligne {at}")) for at in range(200))
    document = holding(block("table", block("thead", block("tr", block("th", "Résultats"))), block("tbody", *rows)))
    assert words(to_pdf(document)).count("Résultats") > 3


def test_a_head_whose_cells_go_below_it_is_printed_once() -> None:
    head = block("thead", block("tr", block("th", "Tête", rowspan="2"), block("th", "b")))
    document = holding(block("table", head, block("tbody", block("tr", block("td", "c")))))
    assert "Tête" in words(to_pdf(document))


def test_blanks_at_the_ends_of_a_paragraph_are_not_drawn() -> None:
    flow = Flow(BARE).of((block("paragraph", "\n  ", block("content", " mot "), "\n"), "  "))
    assert [[part["text"] for part in one["parts"]] for one in flow] == [["mot"]]


def test_a_table_of_many_columns_stands_on_a_page_on_its_side() -> None:
    document = pypdfium2.PdfDocument(to_pdf(holding("avant", table(("interprétation",) * 12), "après")))
    try:
        assert [page.get_width() > page.get_height() for page in document] == [False, True, False]
    finally:
        document.close()


def test_what_was_changed_and_what_is_underlined_is_drawn_so() -> None:
    parts = Flow(BARE).of((block("content", "mot", revised="delete", styleCode="Underline BoldItalics"),))[0]["parts"]
    assert parts == [{"text": "mot", "style": ["underline", "bold", "italics", "deleted"]}]


def test_a_paragraph_with_more_parts_than_tags_can_say_keeps_its_layout() -> None:
    said = words(to_pdf(holding(*[block("sub", "a", "\n")] * 9_000)))
    assert said.count("a") >= 9_000
    assert "seul son texte est repris" not in said


def test_a_layout_that_no_page_holds_gives_way_to_the_words(monkeypatch: pytest.MonkeyPatch) -> None:
    laid_out = printing._laid_out
    refused = 0

    def fails_twice(words, *, tags):
        nonlocal refused
        refused += 1
        if refused < 3:
            raise NotLaidOut
        return laid_out(words, tags=tags)

    monkeypatch.setattr(printing, "_laid_out", fails_twice)
    said = words(to_pdf(holding(table(("cellule",)))))
    assert "cellule" in said
    assert "seul son texte est repris" in said


def test_what_makes_no_page_at_all_is_an_error_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*given, **how):
        raise typst.TypstError("texte du document")

    monkeypatch.setattr(typst, "compile", fails)
    with pytest.raises(PaperInvalid) as refused:
        to_pdf(BARE)
    assert "texte du document" not in str(refused.value)


def trees() -> st.SearchStrategy[Block]:
    names = st.sampled_from(["content", "paragraph", "list", "item", "sub", "table", "tr", "td", "footnote", "strange"])
    text = st.text(st.characters(min_codepoint=97, max_codepoint=122), min_size=1, max_size=30)
    return st.recursive(
        st.builds(Block, names, st.just({}), st.tuples(text)),
        lambda inner: st.builds(Block, names, st.just({}), st.lists(st.one_of(text, inner), max_size=3).map(tuple)),
        max_leaves=10,
    )


def texts(content: tuple[str | Block, ...]) -> list[str]:
    return [text for one in content for text in ([one] if isinstance(one, str) else texts(one.content))]


@given(trees())
def test_no_word_of_any_narrative_is_missing_on_paper(tree: Block) -> None:
    made = msgspec.json.encode(Flow(BARE).of((tree,))).decode().replace("\u200b", "")
    for text in texts((tree,)):
        assert text in made


@given(trees())
@settings(max_examples=25, deadline=None)
def test_any_narrative_makes_pages(tree: Block) -> None:
    assert to_pdf(holding(tree)).startswith(b"%PDF-")
