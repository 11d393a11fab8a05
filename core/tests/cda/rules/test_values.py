from __future__ import annotations

import pytest

from caducee.cda.rules.values import FORMS, instant


@pytest.mark.parametrize(
    ("form", "value"),
    [("int", "12"), ("int", "-1"), ("real", "0.5"), ("real", "1e3"), ("cs", "EVN"), ("bl", "true"), ("st", "x")],
)
def test_a_value_has_its_form(form: str, value: str) -> None:
    assert FORMS[form](value)


@pytest.mark.parametrize(
    ("form", "value"),
    [
        ("int", "3.5"),
        ("int", ""),
        ("real", "1,5"),
        ("real", ""),
        ("cs", "two words"),
        ("cs", ""),
        ("bl", "1"),
        ("bl", "TRUE"),
        ("st", ""),
        ("token", "a b"),
        ("ts", "20261301"),
    ],
)
def test_a_value_that_has_not_its_form_is_told(form: str, value: str) -> None:
    assert not FORMS[form](value)


def test_tokens_are_several() -> None:
    assert FORMS["tokens"]("Bold Italics")


def test_a_time_without_its_zone_is_universal() -> None:
    assert instant("2026112508") == instant("20261125090000+0100")
    assert instant("202611") == instant("20261101000000+0000") != instant("2026")


@pytest.mark.parametrize("value", ["20261301", "", "20261125080000+9900"])
def test_what_is_no_time_is_no_instant(value: str) -> None:
    assert instant(value) is None
