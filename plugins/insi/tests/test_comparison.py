from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from caducee.model.identity import Sex, Traits
from caducee_insi.comparison import Agreement, Verdict, compare

ANSWER = Traits(
    birth_name="D'HERICOURT LEFEVRE",
    given_names=("ANAIS", "MARIE-JOSE"),
    sex=Sex.FEMALE,
    birth_date="1997-02-26",
    birth_place="2A020",
)
NAMES = st.text(st.sampled_from("ABCéèœ -'’"), min_size=1, max_size=12)


def desk(**changes: object) -> Traits:
    return msgspec.structs.replace(ANSWER, **changes)


def test_the_same_traits_are_identical() -> None:
    assert compare(ANSWER, ANSWER).verdict is Verdict.IDENTICAL


def test_accents_and_a_typographic_apostrophe_do_not_make_a_difference() -> None:
    traits = desk(birth_name="D’Héricourt Lefèvre", given_names=("Anaïs", "Marie-José"))
    assert compare(traits, ANSWER).verdict is Verdict.IDENTICAL


@pytest.mark.parametrize(
    ("field", "value", "agreement"),
    [
        ("birth_name", "D'HERICOURT-LEFEVRE", Agreement.MINOR),
        ("birth_name", "HERICOURT", Agreement.MAJOR),
        ("birth_name", "D'HERICOURT LEFEVRE2", Agreement.MAJOR),
        ("given_names", ("ANAIS",), Agreement.TO_COMPLETE),
        ("given_names", ("ANAIS", "MARIE JOSE"), Agreement.MINOR),
        ("given_names", ("ANAIS", "PAULE"), Agreement.MAJOR),
        ("sex", Sex.INDETERMINATE, Agreement.TO_COMPLETE),
        ("sex", Sex.MALE, Agreement.MAJOR),
        ("birth_date", "1997-02-27", Agreement.MAJOR),
        ("birth_place", None, Agreement.TO_COMPLETE),
        ("birth_place", "99999", Agreement.TO_COMPLETE),
        ("birth_place", "20020", Agreement.MINOR),
        ("birth_place", "2B020", Agreement.MAJOR),
        ("birth_place", "20021", Agreement.MAJOR),
        ("birth_place", "63220", Agreement.MAJOR),
    ],
)
def test_each_trait_is_compared_for_itself(field: str, value: object, agreement: Agreement) -> None:
    comparison = compare(desk(**{field: value}), ANSWER)
    assert getattr(comparison, field) is agreement
    assert field in comparison.differing


@pytest.mark.parametrize(
    ("first", "agreement"),
    [
        ("ANAIS", Agreement.EQUAL),
        ("ANA", Agreement.MAJOR),
        ("MARIE-JOSE", Agreement.MAJOR),
        ("ANAIS PAULE", Agreement.MAJOR),
        ("ANAIS MARIE", Agreement.MINOR),
        ("ÉMILIE", Agreement.MAJOR),
    ],
)
def test_the_first_given_name_must_begin_the_civil_list(first: str, agreement: Agreement) -> None:
    assert compare(desk(given_names=(first,)), ANSWER).first_given_name is agreement


def test_a_first_name_shortened_from_a_compound_one_is_a_minor_difference() -> None:
    answer = desk(given_names=("MARIE-JOSE",))
    assert compare(desk(given_names=("MARIE",)), answer).first_given_name is Agreement.MINOR


def test_an_estimated_birth_date_of_the_same_year_is_a_minor_difference() -> None:
    comparison = compare(desk(birth_date="1997-12-31"), ANSWER, estimated_birth_date=True)
    assert comparison.birth_date is Agreement.MINOR
    assert compare(desk(birth_date="1996-12-31"), ANSWER, estimated_birth_date=True).verdict is Verdict.MAJOR


@pytest.mark.parametrize(("one", "other"), [("MARTIN", "MARTINE"), ("DUPONT", "DUPOND"), ("LEROY", "LEROI")])
def test_two_people_never_become_one(one: str, other: str) -> None:
    assert compare(desk(birth_name=one), desk(birth_name=other)).verdict is Verdict.MAJOR


def test_a_space_for_a_hyphen_is_shown_but_may_be_accepted() -> None:
    assert compare(desk(birth_name="LE GALL"), desk(birth_name="LE-GALL")).birth_name is Agreement.MINOR


@given(NAMES, NAMES)
def test_a_birth_name_agrees_one_way_as_the_other(one: str, other: str) -> None:
    there = compare(desk(birth_name=one), desk(birth_name=other)).birth_name
    back = compare(desk(birth_name=other), desk(birth_name=one)).birth_name
    assert there is back
