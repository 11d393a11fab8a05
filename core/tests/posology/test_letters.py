from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caducee.posology import in_letters
from caducee.posology.letters import decimal_in_letters, number_in_letters


@pytest.mark.parametrize(
    ("figures", "letters"),
    [
        ("1 comprimé matin et soir pendant 7 jours", "un comprimé matin et soir pendant sept jours"),
        ("1 gélule toutes les 6 heures", "une gélule toutes les six heures"),
        ("½ comprimé", "un demi-comprimé"),
        ("1 ½ ampoule", "une ampoule et demie"),
        ("1 ½ comprimé", "un comprimé et demi"),
        ("¼ ampoule", "un quart d'ampoule"),
        ("21 gouttes à 8 h 30", "vingt et une gouttes à huit heures trente"),
        ("1,05 mL à 1 h", "un virgule zéro cinq millilitre à une heure"),
        ("à renouveler 3 fois", "à renouveler trois fois"),
        ("du 02/03/2026 au 09/03/2026", "du 02/03/2026 au 09/03/2026"),
        ("½ à 2 comprimés", "un demi à deux comprimés"),
        ("1 à 2 gélules", "une à deux gélules"),
        ("1 ½ à 2 ampoules", "une et demie à deux ampoules"),
        ("au débit de 1,5 g par heure", "au débit d'un virgule cinq gramme par heure"),
        ("500 mg matin et soir", "cinq cents milligrammes matin et soir"),
        ("10 mg/kg par jour", "dix milligrammes par kilogramme par jour"),
        ("1 à 2 UI", "une à deux unités internationales"),
        ("½ g", "un demi-gramme"),
        ("pendant 30 min", "pendant trente minutes"),
        ("aucun chiffre", "aucun chiffre"),
    ],
)
def test_a_sentence_is_said_in_letters(figures: str, letters: str) -> None:
    assert in_letters(figures) == letters


@pytest.mark.parametrize(
    ("number", "letters"),
    [
        (0, "zéro"),
        (16, "seize"),
        (21, "vingt et un"),
        (70, "soixante-dix"),
        (71, "soixante et onze"),
        (80, "quatre-vingts"),
        (81, "quatre-vingt-un"),
        (91, "quatre-vingt-onze"),
        (100, "cent"),
        (180, "cent quatre-vingts"),
        (200, "deux cents"),
        (201, "deux cent un"),
        (1000, "mille"),
        (80_000, "quatre-vingt mille"),
        (200_001, "deux cent mille un"),
    ],
)
def test_a_number_is_spelled_as_french_does(number: int, letters: str) -> None:
    assert number_in_letters(number) == letters


def test_all_numbers_up_to_ten_thousand_differ() -> None:
    assert len({number_in_letters(value) for value in range(10_000)}) == 10_000


def test_a_feminine_noun_changes_only_the_last_one() -> None:
    assert number_in_letters(21, feminine=True) == "vingt et une"
    assert number_in_letters(22, feminine=True) == "vingt-deux"


def test_decimals_are_said_with_their_zeros() -> None:
    assert decimal_in_letters(Decimal("0.025")) == "zéro virgule zéro vingt-cinq"


@pytest.mark.parametrize("value", [-1, 1_000_000])
def test_a_number_out_of_range_is_an_error(value: int) -> None:
    with pytest.raises(ValueError, match="999"):
        number_in_letters(value)


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        ("1000000 UI", "1000000 UI"),
        ("12,3456 mg", "douze virgule trois mille quatre cent cinquante-six milligrammes"),
        ("1,0000005 mg", "un virgule zéro zéro zéro zéro zéro zéro cinq milligramme"),
        ("vitamine B12 500 µg", "vitamine B12 cinq cents microgrammes"),
        ("B12 à 3 mg", "B12 à trois milligrammes"),
        ("5 ml par jour", "cinq millilitres par jour"),
        ("3 mEq", "trois milliéquivalents"),
        ("¼ hostie", "un quart d'hostie"),
    ],
)
def test_a_number_is_never_said_wrong(figures: str, said: str) -> None:
    assert in_letters(figures) == said


@given(st.integers(min_value=1_000_000))
def test_a_number_too_large_for_its_words_stays_in_figures(value: int) -> None:
    assert in_letters(f"{value} UI") == f"{value} UI"
