"""The type-ahead: beginnings of words lead to boxes, in display order."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from caducee_annuaire.errors import IndexUnusable, NotWhole
from caducee_annuaire.extraction.building import import_extraction
from caducee_annuaire.extraction.index import Index
from caducee_annuaire.folding import words

from .conftest import doctor, extraction, line

BOXES = [
    doctor("MARTIN", "Zoé", "zoe.martin@m.test.mssante.fr", city="63999 VILLE", postal_code="63999"),
    doctor("MARTIN", "Éloïse", "eloise.martin@m.test.mssante.fr", city="63999 VILLE", postal_code="63999"),
    doctor("martin", "Anne", "anne.martin@m.test.mssante.fr", city="29998 PORT", postal_code="29998"),
    doctor("DURAND", "Martine", "martine.durand@m.test.mssante.fr"),
    doctor("LE GALL", "Jean-Pierre", "jp.legall@m.test.mssante.fr", structure_name="Maison de la Santé"),
    doctor("ÉMARD", "Luc", "luc.emard@m.test.mssante.fr", specialty_words="Anesthésie-réanimation"),
    line(
        kind="ORG", address="contact@clinique.test.mssante.fr", structure="010000001", structure_name="Clinique Martin"
    ),
]


@pytest.fixture
def index(tmp_path: Path, place: Path) -> Index:
    import_extraction(extraction(tmp_path / "e.txt", BOXES), place)
    return Index(place)


def found(index: Index, typed: str, limit: int = 20) -> list[str]:
    return [box.address.partition("@")[0] for box in index.suggest(typed, limit).boxes]


def test_names_come_in_display_order_and_other_words_after_them(index: Index) -> None:
    assert found(index, "mar") == ["contact", "anne.martin", "eloise.martin", "zoe.martin", "martine.durand"]


def test_one_letter_leads_to_names_only(index: Index) -> None:
    assert found(index, "d") == ["martine.durand"]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("eloise", "eloise.martin"),
        ("ÉLOÏSE mar", "eloise.martin"),
        ("martin elo", "eloise.martin"),
        ("martin port", "anne.martin"),
        ("martin 29", "anne.martin"),
        ("le gall", "jp.legall"),
        ("legall", "jp.legall"),
        ("LE-GALL jean pierre", "jp.legall"),
        ("jeanpierre", "jp.legall"),
        ("emard", "luc.emard"),
        ("émard anesthesie reanimation", "luc.emard"),
        ("sante gall", "jp.legall"),
        ("clin", "contact"),
        ("contact", "contact"),
    ],
)
def test_words_may_be_typed_in_any_way(index: Index, typed: str, first: str) -> None:
    assert found(index, typed)[0] == first


@pytest.mark.parametrize("typed", ["", " ", "…", "xyz", "martin xyz", "anesthesizz", '"mar" OR *', "mar) NEAR("])
def test_what_leads_nowhere_gives_nothing_and_is_never_read_as_a_query(index: Index, typed: str) -> None:
    assert [one for one in found(index, typed) if one != "contact" and "martin" not in one] == []


def test_no_more_than_asked_come(index: Index) -> None:
    assert found(index, "mar", 2) == ["contact", "anne.martin"]


def test_a_box_with_several_lines_comes_once(tmp_path: Path, place: Path) -> None:
    twice = [doctor("ROUX", "C", "c.roux@m.test.mssante.fr", structure=number) for number in ("1", "2", "3")]
    import_extraction(extraction(tmp_path / "e.txt", twice), place)
    assert found(Index(place), "roux") == ["c.roux"]


def test_boxes_are_found_by_address_in_any_case_by_person_and_by_structure(index: Index) -> None:
    assert [b.given_name for b in index.by("address", "ZOE.martin@M.test.mssante.fr").boxes] == ["Zoé"]
    assert len(index.by("identifier", "899700000017").boxes) == 6
    assert [b.structure_name for b in index.by("structure", "010000001").boxes] == ["Clinique Martin"]


def test_a_search_by_name_looks_at_persons_their_profession_and_place(index: Index) -> None:
    def names(name: str, profession: str = "", postal_code: str = "") -> list[str]:
        rows = index.by_name(name, profession=profession, postal_code=postal_code)
        return [box.given_name for box in rows.boxes]

    assert names("martin") == ["Martine", "Anne", "Éloïse", "Zoé"]
    assert names("martin", postal_code="63") == ["Éloïse", "Zoé"]
    assert names("martin", profession="60") == []
    assert names("ville") == []
    assert names("legall jean") == ["Jean-Pierre"]


def test_more_of_one_name_than_may_be_read_is_an_error_and_no_shorter_list(tmp_path: Path, place: Path) -> None:
    many = [doctor("ROUX", f"C{n}", f"c{n}@m.test.mssante.fr") for n in range(501)]
    import_extraction(extraction(tmp_path / "e.txt", many), place)
    with pytest.raises(NotWhole):
        Index(place).by_name("roux", profession="", postal_code="")


def test_a_missing_index_is_told(tmp_path: Path) -> None:
    with pytest.raises(IndexUnusable):
        Index(tmp_path / "absent.sqlite").suggest("mar", 5)


@pytest.mark.parametrize("content", [b"", b"not a database" * 100])
def test_what_is_no_index_is_told(place: Path, content: bytes) -> None:
    place.write_bytes(content)
    with pytest.raises(IndexUnusable):
        Index(place).suggest("mar", 5)


def test_an_index_of_another_version_is_told(index: Index, place: Path) -> None:
    database = sqlite3.connect(place)
    database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(IndexUnusable):
        index.suggest("mar", 5)


NAMES = st.text(alphabet="abcdéè '-MART", min_size=1, max_size=14).filter(lambda text: bool(words(text)))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=st.lists(st.tuples(NAMES, NAMES), min_size=1, max_size=12), typed=st.data())
def test_every_line_is_found_by_the_beginnings_of_its_names(
    tmp_path: Path, place: Path, people: list[tuple[str, str]], typed: st.DataObject
) -> None:
    lines = [doctor(family, given, f"b{n}@m.test.mssante.fr") for n, (family, given) in enumerate(people)]
    import_extraction(extraction(tmp_path / "e.txt", lines), place)
    number = typed.draw(st.integers(0, len(people) - 1))
    family, given = (words(part)[0] for part in people[number])
    short = [word[: typed.draw(st.integers(1, len(word)))] for word in (family, given)]
    assert f"b{number}" in found(Index(place), " ".join(short), 100)
