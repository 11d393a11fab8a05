from __future__ import annotations

import msgspec
import pytest

from caducee.cda.reading import read_document
from caducee.cda.reading.model import Block, Entry, Party, Section, Timing, Value
from caducee.model.codes import LOINC, Code
from caducee_dmp.brief.content import lines_of, passages_of, treatments_of
from caducee_dmp.brief.model import Passage

from .clinical_documents import statement, structured, text

ATC = Code("C10", "1.2.250.1.215.200.1.2.1", "HYPOLIPIDÉMIANTS")


def block(name: str, *content: str | Block) -> Block:
    return Block(name, {}, content)


def section(*narrative: str | Block, **said: object) -> Section:
    described = {"title": None, "code": None, "templates": (), "entries": (), "sections": (), **said}
    return Section(narrative=narrative, **described)  # type: ignore[arg-type]


def shown(*sections: Section, most: int = 40) -> tuple[Passage, ...]:
    return passages_of(msgspec.structs.replace(read_document(structured()), sections=sections), most=most)


def medicines(*entries: Entry, **said: object) -> list[tuple[str, ...]]:
    read = msgspec.structs.replace(read_document(structured()), sections=(section(entries=entries, **said),))
    return [
        (line.date, line.name, line.quantity, line.prescribed_by, line.dispensed_by)
        for line in treatments_of(read, document_id="1.2.3")
    ]


def medicine(*within: Entry, **said: object) -> Entry:
    described = {"kind": "substanceAdministration", "product": "STATINE", "entries": within, **said}
    return Entry(**described)  # type: ignore[arg-type]


def supply(*participants: Party, dose: str = "2") -> Entry:
    return Entry(kind="supply", participants=participants, doses=(Value(type="PQ", text=dose),))


@pytest.mark.parametrize(
    ("title", "code", "said"),
    [
        ("Allergies", Code("48765-2", LOINC, "Allergies and adverse reactions"), "Allergies"),
        (None, Code("48765-2", LOINC, "Allergies et intolérances"), "Allergies et intolérances"),
        (None, None, ""),
    ],
)
def test_a_section_is_called_by_its_title_or_else_by_its_code(title: str | None, code: Code | None, said: str) -> None:
    (passage,) = shown(section("Pénicilline", title=title, code=code))
    assert (passage.title, passage.lines) == (said, ("Pénicilline",))


def test_sections_within_sections_follow_the_one_that_holds_them_and_empty_ones_are_left_out() -> None:
    inner = section("Iode", title="Intolérances")
    assert [one.title for one in shown(section("Pénicilline", title="Allergies", sections=(inner,)))] == [
        "Allergies",
        "Intolérances",
    ]
    assert [one.title for one in shown(section(title="Allergies", sections=(inner,)))] == ["Intolérances"]


@pytest.mark.parametrize(("most", "more"), [(3, 0), (2, 1)])
def test_the_lines_beyond_the_most_are_counted(most: int, more: int) -> None:
    (passage,) = shown(section(*(block("paragraph", f"Ligne {n}") for n in range(3))), most=most)
    assert (passage.lines[-1], passage.more) == (f"Ligne {most - 1}", more)


def test_a_text_is_its_own_lines_without_the_empty_ones() -> None:
    (passage,) = passages_of(read_document(text("Vue ce jour.\n\n  Va bien.  \nRevue.")), most=2)
    assert (passage.title, passage.lines, passage.more) == ("", ("Vue ce jour.", "Va bien."), 1)


def test_a_file_has_no_passages() -> None:
    file = msgspec.structs.replace(read_document(text("%PDF-1.7")), media_type="application/pdf")
    assert passages_of(file) == ()


def test_the_cells_of_a_row_stand_on_one_line_and_an_empty_one_leaves_no_mark() -> None:
    row = block("tr", block("td", "12/03/1998"), block("td", ""), block("td", block("paragraph", "ROR"), "lot 7"))
    empty = block("tr", block("td", " "), block("td", ""))
    assert lines_of((block("table", block("tbody", row, empty)),)) == ["12/03/1998 · ROR, lot 7"]


def test_words_within_a_line_stay_on_it_and_spaces_are_single() -> None:
    assert lines_of(("Pas de ", block("content", "pénicilline"), "\n  ni d'iode", block("br"), "Revoir")) == [
        "Pas de pénicilline ni d'iode",
        "Revoir",
    ]


def test_a_medicine_says_who_prescribed_and_who_dispensed_it_and_when() -> None:
    performer = Party(kind="PRF", organisation="PHARMACIE DU PORT", time="20260301")
    author = Party(kind="AUT", family_name="ROUX", organisation="Cabinet", time="20260227")
    assert medicines(medicine(supply(performer, author))) == [
        ("20260301", "STATINE", "2", "ROUX", "PHARMACIE DU PORT"),
    ]


@pytest.mark.parametrize(
    ("entry", "date"),
    [
        (medicine(supply(Party(kind="PRF"), Party(kind="AUT", time="20260227093000"))), "20260227"),
        (medicine(supply(), times=(Timing(low=None), Timing(low="20260215"))), "20260215"),
        (medicine(supply()), ""),
    ],
)
def test_a_medicine_without_day_of_dispensing_has_the_next_best_day(entry: Entry, date: str) -> None:
    ((said, *_),) = medicines(entry)
    assert said == date


def test_a_medicine_without_supply_says_itself_how_many() -> None:
    ((_, _, quantity, *_),) = medicines(medicine(doses=(Value(type="PQ", text=""), Value(type="PQ", text="1 boîte"))))
    assert quantity == "1 boîte"


@pytest.mark.parametrize(
    ("codes", "name"),
    [((Code("C10", "1.2", ""),), "C10"), ((Code("C10", "1.2", "HYPOLIPIDÉMIANTS"),), "HYPOLIPIDÉMIANTS")],
)
def test_a_medicine_without_name_is_called_by_its_code(codes: tuple[Code, ...], name: str) -> None:
    ((_, said, *_),) = medicines(medicine(product="", product_codes=codes))
    assert said == name


def test_what_names_no_medicine_or_is_none_is_no_treatment() -> None:
    assert medicines(medicine(product=""), Entry(kind="observation", product="STATINE")) == []


def test_a_medicine_that_is_said_not_to_be_given_is_no_treatment() -> None:
    assert medicines(medicine(negated=True), medicine(product="AUTRE")) == [("", "AUTRE", "", "", "")]


def test_medicines_of_sections_within_sections_are_treatments() -> None:
    assert len(medicines(medicine(), sections=(section(entries=(medicine(product="AUTRE"),)),))) == 2


def test_a_statement_as_insurance_writes_it_gives_its_medicines() -> None:
    (line,) = treatments_of(read_document(statement(("STATINE", "20260301", "3"))), document_id="1.2.3")
    assert (line.date, line.quantity, line.dispensed_by, line.document_id) == (
        "20260301",
        "3",
        "PHARMACIE DU PORT",
        "1.2.3",
    )
