from __future__ import annotations

from datetime import date

import msgspec
import pytest

from caducee.model.environment import Environment
from caducee.paper import Letter
from caducee.paper.letter_view import LetterView, author_name, french_date, view


def worded(letter: Letter) -> LetterView:
    return view(letter, Environment.SANDBOX)


@pytest.mark.parametrize(("day", "text"), [(date(2026, 3, 1), "1er mars 2026"), (date(2026, 8, 25), "25 août 2026")])
def test_a_date_is_written_in_french(day: date, text: str) -> None:
    assert french_date(day) == text


def test_a_professional_without_title_signs_with_the_name_alone(letter: Letter) -> None:
    assert author_name(msgspec.structs.replace(letter.author, title=None)) == "Camille ROUX"


def test_a_patient_with_a_used_name_keeps_the_birth_name_beside_it(letter: Letter) -> None:
    used = msgspec.structs.replace(letter.patient, used_name="MARTIN-FICTIF")
    page = worded(msgspec.structs.replace(letter, patient=used))
    assert page.patient_name == "MARTIN-FICTIF JEANNE"
    assert page.patient_lines[0] == "Nom de naissance : NESSI-TEST"


def test_a_birth_date_that_is_no_date_is_printed_as_it_came(letter: Letter) -> None:
    traits = msgspec.structs.replace(letter.patient.traits, birth_date="1960-00-00")
    page = worded(msgspec.structs.replace(letter, patient=msgspec.structs.replace(letter.patient, traits=traits)))
    assert "Née le 1960-00-00" in page.patient_lines


def test_windows_line_ends_become_single_ones(letter: Letter) -> None:
    assert worded(msgspec.structs.replace(letter, paragraphs=("a\r\nb",))).paragraphs == ("a\nb",)


def test_a_letter_without_address_is_dated_all_the_same(letter: Letter) -> None:
    homeless = msgspec.structs.replace(letter.author.organisation, address=None, phone=None)
    author = msgspec.structs.replace(letter.author, organisation=homeless)
    page = worded(msgspec.structs.replace(letter, author=author))
    assert page.place_and_date == "Le 25 novembre 2026"
    assert page.organisation_lines == ()
