"""The extraction file: read in its known form, or refused with what is wrong and where."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from caducee_annuaire.errors import ExtractionInvalid
from caducee_annuaire.extraction.building import import_extraction
from caducee_annuaire.extraction.columns import HEADER
from caducee_annuaire.extraction.index import Index

from .conftest import doctor, extraction, line

ROUX = doctor("ROUX", "Camille", "camille.roux@medecin.test.mssante.fr")
OTHER = doctor("LENOIR", "Dominique", "dominique.lenoir@medecin.test.mssante.fr")
NAME = "Extraction_Correspondance_MSSante_202611270800.txt"


@pytest.fixture
def imported(tmp_path: Path, place: Path) -> Callable[..., list[str]]:
    def run(*lines: str, **more: str) -> list[str]:
        import_extraction(extraction(tmp_path / NAME, lines, **more), place)
        return shown(place)

    return run


def shown(place: Path, typed: str = "medecin") -> list[str]:
    return [box.shown for box in Index(place).suggest(typed, 50).boxes]


def refusal(path: Path, place: Path) -> str:
    with pytest.raises(ExtractionInvalid) as caught:
        import_extraction(path, place)
    assert not place.exists()
    assert list(place.parent.glob(".*")) == []
    return caught.value.findings[0].message


@pytest.mark.parametrize("end", ["\n", "\r\n", "|\n"])
def test_lines_end_in_each_way_that_was_seen(imported: Callable[..., list[str]], end: str) -> None:
    assert imported(ROUX, OTHER, end=end) == ["LENOIR Dominique", "ROUX Camille"]


def test_a_byte_order_mark_is_no_part_of_the_header(imported: Callable[..., list[str]]) -> None:
    assert imported(ROUX, header="\ufeff" + "|".join(HEADER)) == ["ROUX Camille"]


@pytest.mark.parametrize(
    ("header", "told"),
    [
        (
            "|".join(HEADER).replace("Adresse BAL", "Adresse"),
            "colonne 2 : « Adresse BAL » attendu, « Adresse » trouvé.",
        ),
        ("|".join(HEADER[:30]), "colonne 31 : « Pays structure BAL » attendu, rien trouvé."),
        ("|".join((*HEADER, "Nouvelle")), "32 colonnes, 31 attendues."),
        ("|".join((HEADER[1], HEADER[0], *HEADER[2:])), "colonne 1 : « Type de BAL » attendu, « Adresse BAL » trouvé."),
        (";".join(HEADER), "colonne 1 : « Type de BAL » attendu"),
        ("", "colonne 1 : « Type de BAL » attendu, rien trouvé."),
    ],
)
def test_another_header_is_told_column_by_column(tmp_path: Path, place: Path, header: str, told: str) -> None:
    assert told in refusal(extraction(tmp_path / NAME, [ROUX], header=header), place)


def test_a_file_in_another_encoding_is_told(tmp_path: Path, place: Path) -> None:
    file = tmp_path / NAME
    file.write_bytes("|".join(HEADER).encode("latin-1") + b"\n")
    assert "UTF-8" in refusal(file, place)


def test_a_few_lines_that_cannot_be_used_are_counted_and_named(tmp_path: Path, place: Path) -> None:
    file = extraction(tmp_path / NAME, [ROUX, "PER|a@b|c", OTHER.replace("@", " "), line(kind="PER")])
    file.write_bytes(
        file.read_bytes() + ROUX.encode("latin-1").replace(b"decin", b"d\xe9cin") + b"\n\n" + OTHER.encode()
    )
    done = import_extraction(file, place)
    assert (done.lines, done.rejected) == (2, (3, 4, 5, 6))


def test_too_many_lines_that_cannot_be_used_refuse_the_file(tmp_path: Path, place: Path) -> None:
    told = refusal(extraction(tmp_path / NAME, [ROUX, *["x|y"] * 11]), place)
    assert told.startswith("11 lignes inutilisables")
    assert "ligne 3" in told


def test_a_file_cut_in_the_middle_of_a_line_is_refused(tmp_path: Path, place: Path) -> None:
    file = extraction(tmp_path / NAME, [ROUX, OTHER])
    file.write_bytes(file.read_bytes()[:-20])
    assert "s'arrête au milieu de la ligne 3" in refusal(file, place)


def test_a_header_alone_is_refused(tmp_path: Path, place: Path) -> None:
    assert "aucune ligne utilisable" in refusal(extraction(tmp_path / NAME, []), place)


def test_a_file_that_is_not_there_is_told(tmp_path: Path, place: Path) -> None:
    assert "ne peut pas être lu" in refusal(tmp_path / "absent.txt", place)


def test_a_zip_of_the_file_is_read(tmp_path: Path, place: Path) -> None:
    packed = tmp_path / "Extraction.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(extraction(tmp_path / NAME, [ROUX, OTHER]), NAME)
    assert import_extraction(packed, place).lines == 2


def test_a_zip_of_something_else_is_refused(tmp_path: Path, place: Path) -> None:
    packed = tmp_path / "Extraction.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.csv", "x")
    assert "un seul fichier .txt" in refusal(packed, place)


def test_a_damaged_zip_is_refused(tmp_path: Path, place: Path) -> None:
    packed = tmp_path / "Extraction.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(NAME, "\n".join(("|".join(HEADER), *[ROUX] * 500)))
    content = bytearray(packed.read_bytes())
    content[200:260] = bytes(60)
    packed.write_bytes(content)
    assert refusal(packed, place)


def test_a_refused_file_leaves_the_index_in_use(tmp_path: Path, place: Path) -> None:
    import_extraction(extraction(tmp_path / NAME, [ROUX]), place)
    with pytest.raises(ExtractionInvalid):
        import_extraction(extraction(tmp_path / "other.txt", [], header="x"), place)
    assert shown(place) == ["ROUX Camille"]


def test_a_new_index_takes_the_place_of_the_old_one_at_once(tmp_path: Path, place: Path) -> None:
    index = Index(place)
    for family in ("ROUX", "LENOIR"):
        import_extraction(extraction(tmp_path / NAME, [doctor(family, "A", "a@medecin.test.mssante.fr")]), place)
        assert [box.family_name for box in index.suggest("medecin", 5).boxes] == [family]
    assert sorted(one.name for one in place.parent.iterdir()) == sorted((NAME, place.name))


def test_what_a_killed_import_left_is_removed_and_one_under_way_is_not(tmp_path: Path, place: Path) -> None:
    old, young = (place.with_name(f".{place.name}.{name}.new") for name in ("old", "young"))
    for left in (old, young):
        left.write_text("half")
    os.utime(old, (0, 0))
    import_extraction(extraction(tmp_path / NAME, [ROUX]), place)
    assert (old.exists(), young.exists()) == (False, True)


@pytest.mark.parametrize(
    ("name", "day"),
    [(NAME, "2026-11-27"), ("Extraction_Correspondance_MSSante_20261301_20261126.txt", "2026-11-26")],
)
def test_the_day_of_the_extraction_is_in_its_name(tmp_path: Path, place: Path, name: str, day: str) -> None:
    assert import_extraction(extraction(tmp_path / name, [ROUX]), place).edition.date().isoformat() == day


def test_progress_goes_from_nothing_to_all_in_each_step(tmp_path: Path, place: Path) -> None:
    told: dict[str, list[float]] = {}
    import_extraction(
        extraction(tmp_path / NAME, [ROUX, OTHER]), place, progress=lambda s, p: told.setdefault(s, []).append(p)
    )
    assert list(told) == ["lecture", "classement", "index"]
    for parts in told.values():
        assert parts == sorted(parts)
        assert parts[-1] == 1.0
