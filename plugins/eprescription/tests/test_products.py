from __future__ import annotations

import shutil
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import pytest

from caducee.clinical import CIP, CIS, Medicine
from caducee.model.codes import Code
from caducee_eprescription.errors import ProductsUnreadable
from caducee_eprescription.products import Products, load

SAMPLE = Path(str(files("caducee_eprescription.products").joinpath("sample")))


@pytest.fixture
def index(tmp_path: Path) -> Path:
    made = tmp_path / "medicines.sqlite"
    assert load(SAMPLE, made) == 5
    return made


@pytest.mark.parametrize(
    "asked", ["para", "PARACÉT", "paracetamol 500", "69999999", "3400999999990", "comprimé exem para"]
)
def test_a_product_is_found_by_beginnings_of_words_and_by_its_codes(index: Path, asked: str) -> None:
    with Products(index) as products:
        assert products.search(asked)[0].cis == "69999999"


def test_a_found_product_is_prescribed_with_its_codes(index: Path) -> None:
    with Products(index) as products:
        (product,) = products.search("morphine")
    medicine = product.medicine("3400999999969")
    assert medicine.code is not None
    assert medicine.presentation is not None
    assert (medicine.code.code, medicine.presentation.code) == ("69999996", "3400999999969")


@pytest.mark.parametrize(
    ("cis", "cip", "there"),
    [
        ("69999999", None, True),
        ("69999999", "3400999999990", True),
        ("69999990", None, False),
        ("69999999", "3400999999000", False),
        (None, None, True),
    ],
)
def test_a_medicine_is_there_with_each_of_its_codes(
    index: Path, cis: str | None, cip: str | None, *, there: bool
) -> None:
    codes = [Code(code, system, "x") if code else None for code, system in ((cis, CIS), (cip, CIP))]
    with Products(index) as products:
        assert products.has(Medicine(name="x", code=codes[0], presentation=codes[1])) is there


def test_what_a_box_holds_is_read_from_its_label(index: Path) -> None:
    with Products(index) as products:
        (morphine,) = products.search("morphine")
        assert products.in_a_box(morphine.medicine()) == (Decimal(14), "gélule")
        assert products.in_a_box(Medicine(name="inconnu")) is None


def test_names_that_begin_with_the_word_come_first_then_the_others_by_the_alphabet(tmp_path: Path) -> None:
    folder, made = tmp_path / "files", tmp_path / "more.sqlite"
    shutil.copytree(SAMPLE, folder)
    with (folder / "CIS_bdpm.txt").open("ab") as file:
        for cis, name in (("69999001", "ANTI PARA"), ("69999002", "PARAB"), ("69999003", "ABC PARA")):
            file.write(f"{cis}\t{name}\tgel\n".encode())
    load(folder, made)
    with Products(made) as products:
        found = [product.name for product in products.search("para")]
    assert found == ["PARAB", "PARACÉTAMOL EXEMPLE 500 mg, comprimé", "ABC PARA", "ANTI PARA"]


@pytest.mark.parametrize("asked", ["", "  ", '"', "* OR", "zzzz"])
def test_what_nobody_has_finds_nothing(index: Path, asked: str) -> None:
    with Products(index) as products:
        assert products.search(asked) == ()


def test_a_missing_file_and_a_short_line_are_named_and_the_old_index_stays(index: Path, tmp_path: Path) -> None:
    before = index.read_bytes()
    folder = tmp_path / "files"
    shutil.copytree(SAMPLE, folder)
    (folder / "CIS_CIP_bdpm.txt").write_text("69999999\tcourt\n", encoding="utf-8")
    with pytest.raises(ProductsUnreadable) as short:
        load(folder, index)
    (folder / "CIS_CIP_bdpm.txt").unlink()
    with pytest.raises(ProductsUnreadable) as missing:
        load(folder, index)
    assert (short.value.file, short.value.line, missing.value.line) == ("CIS_CIP_bdpm.txt", 1, 0)
    assert index.read_bytes() == before
    assert list(tmp_path.glob(".*.new")) == []
