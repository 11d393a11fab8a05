from __future__ import annotations

from datetime import date
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caducee_paymed_tp.reconciliation.search import MOST_CANDIDATES, Undecided, sums_to
from caducee_paymed_tp.reconciliation.working_days import holidays, working_days


@given(amounts=st.lists(st.integers(-50, 200), max_size=9), target=st.integers(-50, 400))
def test_a_second_answer_is_found_whenever_there_is_one(amounts: list[int], target: int):
    every = [
        chosen
        for size in range(2, 7)
        for chosen in combinations(range(len(amounts)), size)
        if sum(amounts[at] for at in chosen) == target
    ]
    found = sums_to(amounts, target)
    assert len(found) == min(2, len(every))
    assert set(found) <= set(every)


def test_too_many_candidates_are_not_searched():
    with pytest.raises(Undecided):
        sums_to([1] * (MOST_CANDIDATES + 1), 3)


def test_the_search_ends_at_its_bound():
    with pytest.raises(Undecided):
        sums_to([2 * n + 101 for n in range(MOST_CANDIDATES)], 600_001 // 1000 * 2 + 1, answers=10_000_000)


def test_the_holidays_of_a_year():
    assert holidays(2026) == {
        date(2026, 1, 1),
        date(2026, 4, 6),
        date(2026, 5, 1),
        date(2026, 5, 8),
        date(2026, 5, 14),
        date(2026, 5, 25),
        date(2026, 7, 14),
        date(2026, 8, 15),
        date(2026, 11, 1),
        date(2026, 11, 11),
        date(2026, 12, 25),
    }


@pytest.mark.parametrize(
    ("first", "second", "days"),
    [
        (date(2026, 1, 9), date(2026, 1, 12), 1),
        (date(2026, 1, 12), date(2026, 1, 9), 1),
        (date(2025, 12, 31), date(2026, 1, 2), 1),
        (date(2026, 4, 30), date(2026, 5, 11), 5),
    ],
)
def test_working_days_leave_out_week_ends_and_holidays(first: date, second: date, days: int):
    assert working_days(first, second) == days
