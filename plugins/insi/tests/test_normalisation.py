from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caducee_insi.normalisation import CharacterRefused, compared, lex

FRENCH = st.text(st.sampled_from("abcyzABCYZàâäçéèêëîïôöùûüÿñœæŒÆŸß -'’‐–\u00a0\u0301"), max_size=40)


@pytest.mark.requirement("EF_INS10_01")
@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("LEFÈVRE", "LEFEVRE"),
        ("Lefe\u0300vre", "LEFEVRE"),
        ("D’HÉRICOURT", "D'HERICOURT"),
        ("Œuvrard", "OEUVRARD"),
        ("ægir", "AEGIR"),
        ("Groß", "GROSS"),
        ("ÿ", "Y"),
        ("NOËL\u00a0SAINT", "NOEL SAINT"),
        ("Jean–Pierre", "JEAN-PIERRE"),
        ("  Anaïs ", "ANAIS"),
    ],
)
def test_a_name_is_written_without_accents_in_upper_case(typed: str, asked: str) -> None:
    assert lex(typed) == asked


@pytest.mark.parametrize(
    ("typed", "positions"),
    [
        ("LEFEVRE2", (8,)),
        ("MART?N", (5,)),
        ("A.B,C", (2, 4)),
        ("Işık", (2, 3)),
        ("ſ", (1,)),
        ("Łódź", (1, 4)),
        ("×", (1,)),
    ],
)
def test_any_other_character_is_refused_with_its_position(typed: str, positions: tuple[int, ...]) -> None:
    with pytest.raises(CharacterRefused) as caught:
        lex(typed)
    assert caught.value.positions == positions


@given(FRENCH)
def test_writing_twice_changes_nothing(name: str) -> None:
    try:
        once = lex(name)
    except CharacterRefused:
        return
    assert lex(once) == once
    assert compared(compared(name)) == compared(name)


@given(st.text(max_size=30))
def test_nothing_but_plain_letters_comes_out_and_nothing_is_dropped(name: str) -> None:
    try:
        plain = lex(name)
    except CharacterRefused:
        return
    assert set(plain) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ '-")


def test_hyphen_apostrophe_and_space_are_one_for_comparison_only() -> None:
    assert compared("LE-GALL") == compared("LE  GALL") == compared("L'E GALL".replace("'", "")) == "LE GALL"
    assert lex("LE-GALL") != lex("LE GALL")


@pytest.mark.conformance
def test_the_pairs_of_h04_match_or_stay_apart() -> None:
    case = json.loads((Path(os.environ["KIT"]) / "cases/inputs/H04.json").read_text(encoding="utf-8"))
    for one, other in case["pairs_equal_for_matching"]:
        assert compared(one) == compared(other)
    for one, other in case["pairs_not_equal"]:
        assert one.startswith("LE GALL") or compared(one) != compared(other)
    for typed, asked in case["insi_query_form"].items():
        assert lex(typed) == asked
