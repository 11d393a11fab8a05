from __future__ import annotations

import json
import sys
from datetime import date
from typing import Any

import msgspec
import pypdfium2
import pytest
import typst

from caducee.errors import CapabilityMissing
from caducee.model.environment import Environment
from caducee.model.identity import InsStatus
from caducee.paper import Letter, PaperInvalid, TypstPaper
from caducee.paper.printable import printable

PAPER = TypstPaper()
MARKUP = '#panic("x") $x^2$ *gras* _ital_ = titre \\ `code` <etiquette> @cible // fin /* ] } " #import "/etc/hosts": *'


def print_(letter: Letter, environment: Environment = Environment.SANDBOX) -> bytes:
    return PAPER.print_letter(letter, environment=environment).pdf


def words(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())


def test_the_letter_says_it_is_pdf_a_1b(letter: Letter) -> None:
    pdf = print_(letter)
    assert pdf.startswith(b"%PDF-1.4")
    assert b"<pdfaid:part>1</pdfaid:part>" in pdf
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in pdf


def test_the_picture_is_a_png_of_the_first_page(letter: Letter) -> None:
    assert PAPER.print_letter(letter, environment=Environment.SANDBOX).picture.startswith(b"\x89PNG\r\n")


def test_the_same_letter_gives_the_same_bytes(letter: Letter) -> None:
    one, two = (PAPER.print_letter(letter, environment=Environment.SANDBOX) for _ in range(2))
    assert one == two


def test_the_letter_says_who_writes_about_whom_and_when(letter: Letter) -> None:
    text = words(print_(letter))
    for part in (
        "Docteur Camille ROUX",
        "RPPS 99700000017",
        "Cabinet du Dr Roux",
        "Tél. 00 00 00 00 00",
        "Docteur Dominique LENOIR",
        "EXEMPLEVILLE, le 25 novembre 2026",
        "NESSI-TEST JEANNE",
        "Née le 12 mars 1975",
        "Objet : suivi annuel",
        "J'ai reçu ce jour votre patiente.",
        "1 / 1",
    ):
        assert part in text


@pytest.mark.parametrize("environment", [Environment.SANDBOX, Environment.INTEGRATION])
def test_every_page_outside_production_is_marked_specimen(letter: Letter, environment: Environment) -> None:
    long = msgspec.structs.replace(letter, paragraphs=("Une longue lettre. " * 60,) * 6)
    with pypdfium2.PdfDocument(print_(long, environment)) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    assert len(pages) > 1
    assert all("SPÉCIMEN" in page for page in pages)


def test_every_page_names_the_patient_and_the_author(letter: Letter) -> None:
    long = msgspec.structs.replace(letter, paragraphs=("Une longue lettre. " * 60,) * 6)
    with pypdfium2.PdfDocument(print_(long, Environment.PRODUCTION)) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    assert len(pages) > 1
    assert all("NESSI-TEST JEANNE" in page and "Docteur Camille ROUX" in page for page in pages)


def test_a_production_letter_is_not_marked(letter: Letter) -> None:
    assert "SPÉCIMEN" not in words(print_(letter, Environment.PRODUCTION))


def test_every_accent_and_apostrophe_of_a_name_is_drawn(letter: Letter) -> None:
    accents = "àâäçéèêëîïôöùûüÿœæ ÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸŒÆ D’HÉRICOURT-LEFÈVRE ß ñ ø å € ° ≥ µ"
    assert accents in words(print_(msgspec.structs.replace(letter, paragraphs=(accents,))))


def test_a_decomposed_accent_is_drawn_as_the_composed_one(letter: Letter) -> None:
    composed, decomposed = (
        print_(msgspec.structs.replace(letter, subject=subject)) for subject in ("No\u00ebl", "Noe\u0308l")
    )
    assert composed == decomposed


def _marked_up(letter: Letter) -> Letter:
    traits = msgspec.structs.replace(
        letter.patient.traits, birth_name=f"N{MARKUP}", given_names=(f"G{MARKUP}",), birth_date=f"D{MARKUP}"
    )
    return Letter(
        author=msgspec.structs.replace(
            letter.author,
            family_name=f"F{MARKUP}",
            organisation=msgspec.structs.replace(letter.author.organisation, name=f"O{MARKUP}", phone=f"P{MARKUP}"),
        ),
        patient=msgspec.structs.replace(letter.patient, traits=traits, used_name=f"U{MARKUP}"),
        written=date(2026, 11, 25),
        subject=f"S{MARKUP}",
        paragraphs=(f"B{MARKUP}",),
        recipient=(f"R{MARKUP}",),
        greeting=f"H{MARKUP}",
        closing=f"C{MARKUP}",
    )


def test_markup_in_any_field_is_printed_as_it_is_typed(letter: Letter) -> None:
    text = words(print_(_marked_up(letter))).replace(" ", "")
    for mark in "NGDOPUSBRHC":
        assert f"{mark}{MARKUP}".replace(" ", "") in text


def test_a_character_that_no_font_draws_is_refused_with_its_field_and_position(letter: Letter) -> None:
    odd = msgspec.structs.replace(letter, subject="bien 😀", paragraphs=("a", "漢 b"))
    with pytest.raises(PaperInvalid) as caught:
        print_(odd)
    assert [finding.field for finding in caught.value.findings] == ["letter.subject", "letter.paragraphs[1]"]
    assert "position 6" in caught.value.findings[0].message


@pytest.mark.parametrize("hidden", ["\x00", "\x1b", "\u202e", "\ud800", "\ufffe"])
def test_an_invisible_character_is_refused(letter: Letter, hidden: str) -> None:
    with pytest.raises(PaperInvalid):
        print_(msgspec.structs.replace(letter, greeting=f"a{hidden}b"))


def test_every_character_said_to_be_printable_has_a_glyph() -> None:
    characters = [chr(code) for first, last in printable() for code in range(first, last + 1)]
    visible = [character for character in characters if not character.isspace()]
    pages = _drawn(["\U0001f600", *visible])
    empty_box = _glyphs(pages[0])
    assert empty_box
    missing = [character for character, page in zip(visible, pages[1:], strict=True) if empty_box & _glyphs(page)]
    assert missing == []


def _drawn(characters: list[str]) -> list[bytes]:
    source = b"""#set text(font: ("Libertinus Serif", "New Computer Modern"), fallback: false)
#for c in json(bytes(sys.inputs.characters)) { page(width: 9pt, height: 9pt, margin: 0pt, c) }"""
    inputs = {"characters": json.dumps(characters)}
    pages: Any = typst.compile(source, sys_inputs=inputs, ignore_system_fonts=True, format="svg")
    return list(pages)


def _glyphs(page: bytes) -> set[bytes]:
    return {part.split(b'"')[0] for part in page.split(b'href="#')[1:]}


def test_the_matricule_is_printed_only_when_the_identity_is_qualified(letter: Letter) -> None:
    provisional = msgspec.structs.replace(letter.patient, status=InsStatus.PROVISIONAL)
    assert "Matricule INS : 2 75 03 63 999 001 37" in words(print_(letter))
    assert "Matricule" not in words(print_(msgspec.structs.replace(letter, patient=provisional)))


def test_without_typst_the_missing_extra_is_named(letter: Letter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(CapabilityMissing, match=r"caducee\[paper\]"):
        print_(letter)
