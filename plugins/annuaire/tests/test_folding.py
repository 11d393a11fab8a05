from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caducee_annuaire.folding import begins, folded, words


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Éloïse", "eloise"),
        ("LE GALL-D'ESSAI", "le gall d essai"),
        ("D’ARC", "d arc"),
        ("Cœur", "coeur"),
        ("ÆGIDE", "aegide"),
        ("Strauß", "strauss"),
        ("  a  b ", "a b"),
        ("ﬁn", "fin"),
        ("", ""),
        ("…", ""),
    ],
)
def test_accents_case_and_hyphens_do_not_count(written: str, expected: str) -> None:
    assert folded(written) == expected


@given(st.text())
def test_whatever_is_written_only_plain_letters_and_digits_are_left(text: str) -> None:
    assert all(re.fullmatch(r"[0-9a-z]+", word) for word in words(text))


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)


def test_each_beginning_must_begin_a_word() -> None:
    assert begins(("mar", "du"), ("durand", "martine"))
    assert not begins(("mar", "x"), ("durand", "martine"))
