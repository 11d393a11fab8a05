from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caducee.contracts.identity import InsOutcome
from caducee_insi.query import Query, is_given_name
from caducee_insi.strategy import MAX_CALLS, Asked, Call, conclusion, next_call

FOUND, NOT_FOUND, SEVERAL = InsOutcome.FOUND, InsOutcome.NOT_FOUND, InsOutcome.SEVERAL
NAMES = st.lists(st.from_regex(r"[A-Z]{1,30}", fullmatch=True), min_size=1, max_size=6, unique=True)
ANSWERS = st.lists(st.sampled_from(InsOutcome), min_size=20, max_size=20)


def about(*names: str, place: str | None = "63998") -> Query:
    return Query(birth_name="DURAND", given_names=names, sex="M", birth_date="1962-07-04", birth_place=place)


def play(query: Query, answer: Callable[[str, str | None], InsOutcome], max_calls: int = MAX_CALLS) -> list[Asked]:
    asked: tuple[Asked, ...] = ()
    while call := next_call(query, asked, max_calls=max_calls):
        place = query.birth_place if call.with_place else None
        asked = (*asked, Asked(call, answer(call.given_name(query), place)))
    return list(asked)


def said(query: Query, asked: list[Asked]) -> list[tuple[str, bool]]:
    return [(past.call.given_name(query), past.call.with_place) for past in asked]


@pytest.mark.requirement("INS-STRATEGY")
def test_given_names_are_asked_one_by_one_then_together() -> None:
    query = about("A", "B", "C")
    asked = play(query, lambda _name, _place: NOT_FOUND)
    assert said(query, asked) == [("A", False), ("B", False), ("C", False), ("A B C", False)]
    assert conclusion(tuple(asked)) is NOT_FOUND


def test_the_first_identity_found_ends_the_search() -> None:
    query = about("A", "B")
    asked = play(query, lambda name, _place: FOUND if name == "A" else NOT_FOUND)
    assert said(query, asked) == [("A", False)]
    assert conclusion(tuple(asked)) is FOUND


def test_an_ambiguous_answer_is_narrowed_with_the_other_given_names_then_the_birth_place() -> None:
    query = about("PAUL", "HENRI")
    answers = {("PAUL", None): SEVERAL, ("PAUL HENRI", None): SEVERAL, ("PAUL HENRI", "63998"): FOUND}
    asked = play(query, lambda name, place: answers.get((name, place), NOT_FOUND))
    assert said(query, asked) == [("PAUL", False), ("PAUL HENRI", False), ("PAUL HENRI", True)]


def test_a_given_name_that_loses_the_person_is_left_out_of_the_last_request() -> None:
    query = about("PAUL", "ERREUR")
    answers = {("PAUL", None): SEVERAL, ("PAUL", "63998"): FOUND}
    asked = play(query, lambda name, place: answers.get((name, place), NOT_FOUND))
    assert said(query, asked)[-1] == ("PAUL", True)


def test_without_birth_place_an_ambiguous_search_ends_as_several() -> None:
    query = about("PAUL", place=None)
    asked = play(query, lambda _name, _place: SEVERAL)
    assert said(query, asked) == [("PAUL", False)]
    assert conclusion(tuple(asked)) is SEVERAL


def test_a_compound_given_name_is_never_split() -> None:
    query = about("MARIE-JOSE", "ANNE")
    asked = play(query, lambda _name, _place: NOT_FOUND)
    assert {name for name, _ in said(query, asked)} == {"MARIE-JOSE", "ANNE", "MARIE-JOSE ANNE"}


def test_given_names_too_long_together_are_not_asked_together() -> None:
    query = about("A" * 31, "B" * 30)
    assert len(play(query, lambda _name, _place: NOT_FOUND)) == 2


@given(NAMES, ANSWERS, st.integers(1, 8), st.booleans())
def test_a_search_is_never_longer_than_the_cap_and_never_repeats_itself(
    names: list[str], answers: list[InsOutcome], cap: int, placed: bool
) -> None:
    query, replies = about(*names, place="63998" if placed else None), iter(answers)
    asked = play(query, lambda _name, _place: next(replies), cap)
    assert 1 <= len(asked) <= cap
    assert len({past.call for past in asked}) == len(asked)
    assert all(is_given_name(past.call.given_name(query)) for past in asked)
    assert all(past.outcome is not FOUND for past in asked[:-1])


@given(NAMES, ANSWERS)
def test_the_first_request_is_the_first_given_name_alone_without_place(
    names: list[str], answers: list[InsOutcome]
) -> None:
    assert next_call(about(*names), ()) == Call((0,))


@given(NAMES, ANSWERS)
def test_the_birth_place_is_asked_only_after_an_ambiguous_answer(names: list[str], answers: list[InsOutcome]) -> None:
    replies = iter(answers)
    asked = play(about(*names), lambda _name, _place: next(replies), 8)
    for at, past in enumerate(asked):
        assert not past.call.with_place or SEVERAL in {earlier.outcome for earlier in asked[:at]}
