from __future__ import annotations

from datetime import date

import msgspec
import pytest

from caducee_paymed_tp.teleconsultation import Reason, Teleconsultation, warnings

GOOD = Teleconsultation(
    on=date(2026, 1, 5),
    by_treating_doctor=True,
    oriented=False,
    same_territory=True,
    seen=date(2025, 9, 1),
    remote=10,
    all_acts=1000,
)


def rules(**what: object) -> list[str]:
    return [one.rule.rpartition(".")[2] for one in warnings(msgspec.structs.replace(GOOD, **what))]


def test_a_known_patient_of_the_treating_doctor_gives_no_warning():
    assert rules() == []


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ({"by_treating_doctor": False}, ["orientation"]),
        ({"by_treating_doctor": False, "oriented": True}, []),
        ({"seen": None}, ["alternation"]),
        ({"seen": date(2025, 1, 5)}, []),
        ({"seen": date(2025, 1, 4)}, ["alternation"]),
        ({"same_territory": False}, ["territory"]),
        ({"by_video": False}, ["video"]),
        ({"remote": 199, "all_acts": 999}, []),
        ({"remote": 200, "all_acts": 999}, ["share"]),
    ],
)
def test_each_rule_warns_at_its_limit(what: dict[str, object], expected: list[str]):
    assert rules(**what) == expected


@pytest.mark.parametrize("reason", list(Reason))
def test_each_exception_lifts_orientation_and_alternation(reason: Reason):
    assert rules(by_treating_doctor=False, seen=None, exceptions=(reason,)) == []


def test_a_child_under_sixteen_needs_no_orientation():
    assert rules(by_treating_doctor=False, seen=None, age=15) == []
    assert rules(by_treating_doctor=False, seen=None, age=16) == ["orientation", "alternation"]


def test_the_rules_are_those_of_the_day():
    assert rules(on=date(2019, 1, 5), seen=date(2018, 9, 1), remote=900, all_acts=999) == []
