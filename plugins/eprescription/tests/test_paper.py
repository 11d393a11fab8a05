"""The paper, looked at as a scanner and as a reader do."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import msgspec
import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageFilter

from caducee.clinical import BiologyPrescription, CareAct, PhysiotherapyPrescription, Prescription
from caducee.errors import ConfigError
from caducee.model.codes import TA_ASIP, Code
from caducee.model.document import Document
from caducee.model.environment import Environment
from caducee.pdfa import check_pdfa
from caducee.testing import AUTHOR
from caducee_eprescription.errors import PrescriptionInvalid
from caducee_eprescription.numbers import SimulatedNumbers, shown
from caducee_eprescription.paper import Paper
from caducee_eprescription.paper.letterhead import read_letterhead

from .desk import JEANNE, PARACETAMOL, line, prescription

NUMBER = SimulatedNumbers().number(prescriber="899700000017")
WRITTEN = "20261128080000+0100"
PAPER = Paper(Environment.SANDBOX, simulated=True)


def of(body: Any, **more: Any) -> Document:
    return prescription(body=body, created=WRITTEN, **more)


ONE_ZONE = of(Prescription(medicines=(line(),)))
TWO_ZONES = of(
    Prescription(
        medicines=(line(ald=True), line(renewals=2)), kinds=(Code("MED-1096", TA_ASIP, "Prescription bizone"),)
    )
)


def page(pdf: bytes, dpi: int, at: int = 0) -> Image.Image:
    picture: Image.Image = pypdfium2.PdfDocument(pdf)[at].render(scale=dpi / 72).to_pil().convert("L")
    return picture


def words(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    text = " ".join(document[at].get_textpage().get_text_range() for at in range(len(document)))
    return " ".join(text.replace("\u200b", "").split())


@pytest.mark.parametrize("document", [ONE_ZONE, TWO_ZONES], ids=["one zone", "two zones"])
def test_the_code_is_read_from_the_page_as_it_comes_out_of_a_printer(document: Document) -> None:
    (found,) = zxingcpp.read_barcodes(page(PAPER.print(document, AUTHOR, number=NUMBER), 150))
    assert (found.text, found.format) == (NUMBER, zxingcpp.BarcodeFormat.QRCode)


def test_the_code_is_read_from_a_page_that_is_blurred_and_askew() -> None:
    picture = page(PAPER.print(ONE_ZONE, AUTHOR, number=NUMBER), 200)
    worn = picture.filter(ImageFilter.GaussianBlur(1.5)).rotate(3, expand=True, fillcolor=255)
    assert [found.text for found in zxingcpp.read_barcodes(worn)] == [NUMBER]


def test_the_code_is_at_the_bottom_left() -> None:
    picture = page(PAPER.print(ONE_ZONE, AUTHOR, number=NUMBER), 150)
    (found,) = zxingcpp.read_barcodes(picture)
    assert found.position.top_right.x < picture.width / 3
    assert found.position.top_left.y > picture.height * 0.8


def test_the_page_says_the_number_in_clear_its_mentions_and_that_it_is_simulated() -> None:
    said = words(PAPER.print(ONE_ZONE, AUTHOR, number=NUMBER))
    for part in (shown(NUMBER), "vous opposer", "Valable jusqu'au 28 novembre 2027", "SPÉCIMEN", "1 ligne prescrite"):
        assert part.casefold() in said.casefold(), part


def test_without_a_number_there_is_no_code_and_the_page_says_so() -> None:
    pdf = PAPER.print(ONE_ZONE, AUTHOR)
    assert zxingcpp.read_barcodes(page(pdf, 150)) == []
    assert "sans code" in words(pdf)


def test_a_simulated_number_is_a_specimen_even_in_production() -> None:
    real = Paper(Environment.PRODUCTION, simulated=True).print(ONE_ZONE, AUTHOR, number=NUMBER)
    assert "SPÉCIMEN" in words(real)


def test_the_same_prescription_gives_the_same_bytes() -> None:
    made = {hashlib.sha256(PAPER.print(TWO_ZONES, AUTHOR, number=NUMBER)).hexdigest() for _ in range(2)}
    assert len(made) == 1


def test_it_is_an_archive_file() -> None:
    assert check_pdfa(PAPER.print(TWO_ZONES, AUTHOR, number=NUMBER)) == ()


def test_many_lines_go_over_several_pages_with_the_code_on_each() -> None:
    many = of(Prescription(medicines=tuple(line(renewals=at) for at in range(40))))
    pdf = PAPER.print(many, AUTHOR, number=NUMBER)
    pages = len(pypdfium2.PdfDocument(pdf))
    assert pages > 2
    assert [zxingcpp.read_barcodes(page(pdf, 150, at))[0].text for at in range(pages)] == [NUMBER] * pages


def test_very_long_names_stay_on_the_page() -> None:
    traits = msgspec.structs.replace(JEANNE.traits, birth_name="N" * 100)
    long = of(
        Prescription(medicines=(line(medicine=msgspec.structs.replace(PARACETAMOL, name="M" * 300)),)),
        patient=msgspec.structs.replace(JEANNE, traits=traits),
    )
    pdf = PAPER.print(long, AUTHOR, number=NUMBER)
    assert "M" * 300 in words(pdf).replace(" ", "")
    ink = page(pdf, 50).point(lambda value: 255 if value < 120 else 0).getbbox()
    assert ink is not None
    assert ink[2] < page(pdf, 50).width * 0.95


def test_the_duplicate_says_so_and_has_the_same_code() -> None:
    pdf = PAPER.print(ONE_ZONE, AUTHOR, number=NUMBER, duplicate=True)
    assert "DUPLICATA" in words(pdf)
    assert zxingcpp.read_barcodes(page(pdf, 150))[0].text == NUMBER


def test_a_secured_form_says_its_amounts_in_letters() -> None:
    secured = of(Prescription(medicines=(line(),), kinds=(Code("MED-1098", TA_ASIP, "Ordonnance sécurisée"),)))
    said = words(PAPER.print(secured, AUTHOR, number=NUMBER))
    assert "un comprimé matin et soir pendant sept jours" in said
    assert "une boîte" in said


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (BiologyPrescription(exams=("Glycémie à jeun",)), "Glycémie à jeun"),
        (PhysiotherapyPrescription(acts=(CareAct(label="Rééducation", count=10),)), "10 séances"),
    ],
)
def test_every_kind_is_printed(body: Any, said: str) -> None:
    assert said in words(PAPER.print(of(body), AUTHOR, number=NUMBER))


def test_what_cannot_be_drawn_is_named_before_anything_is_printed() -> None:
    odd = of(Prescription(medicines=(line(patient_instructions="Prenez 💊"),)))
    assert [finding.rule for finding in PAPER.check(odd, AUTHOR)] == ["paper.character"]
    with pytest.raises(PrescriptionInvalid):
        PAPER.print(odd, AUTHOR)


def test_a_vendor_s_own_page_takes_the_place_of_ours(tmp_path: Path) -> None:
    own = tmp_path / "own.typ"
    own.write_text(
        '#let p = json(bytes(sys.inputs.page))\n#set document(title: "x", date: datetime(year:2026,month:1,day:1))\n'
        "#p.letter.author — #p.number",
        encoding="utf-8",
    )
    pdf = Paper(Environment.SANDBOX, simulated=True, template=own).print(ONE_ZONE, AUTHOR, number=NUMBER)
    assert shown(NUMBER) in words(pdf)


def letterhead(folder: Path, mode: str, colour: tuple[int, ...]) -> bytes:
    file = folder / "head.png" if mode != "CMYK" else folder / "head.jpg"
    Image.new(mode, (900, 200), colour).save(file)
    return read_letterhead(file)


@pytest.mark.parametrize(
    ("mode", "colour", "shown"),
    [
        ("RGB", (200, 30, 30), (200, 30, 30)),
        ("RGBA", (0, 0, 0, 0), (255, 255, 255)),
        ("CMYK", (0, 255, 255, 0), (255, 0, 0)),
    ],
)
def test_a_letterhead_stands_above_who_prescribes_and_the_file_stays_an_archive(
    tmp_path: Path, mode: str, colour: tuple[int, ...], shown: tuple[int, ...]
) -> None:
    paper = Paper(Environment.SANDBOX, simulated=True, letterhead=letterhead(tmp_path, mode, colour))
    pdf = paper.print(TWO_ZONES, AUTHOR, number=NUMBER)
    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=1).to_pil().convert("RGB")
    at = picture.getpixel((picture.width // 2, 65))
    assert isinstance(at, tuple)
    assert all(abs(ours - theirs) < 40 for ours, theirs in zip(at, shown, strict=True)), at
    assert check_pdfa(pdf) == ()
    assert zxingcpp.read_barcodes(page(pdf, 150))[0].text == NUMBER


@pytest.mark.parametrize("content", [b"", b"not a picture", None])
def test_a_letterhead_that_is_no_picture_is_named_in_the_configuration(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "head.png"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ConfigError) as refused:
        read_letterhead(file)
    assert [finding.field for finding in refused.value.findings] == ["plugins.eprescription.letterhead"]
