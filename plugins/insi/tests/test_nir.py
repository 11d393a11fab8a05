from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caducee_insi.nir import check, key_holds, key_of, stored_form


@pytest.mark.requirement("INS-NIR-KEY")
def test_the_key_of_a_published_corsican_number() -> None:
    assert key_of("297022A020778") == "78"
    assert key_holds("297022A02077878")


@given(st.from_regex(r"[12][0-9]{2}(0[1-9]|1[0-2])[0-9]{8}", fullmatch=True), st.integers(0, 12), st.integers(0, 9))
def test_a_wrong_digit_breaks_the_key(number: str, at: int, digit: int) -> None:
    wrong = f"{number[:at]}{digit}{number[at + 1 :]}"
    assert key_holds(wrong + key_of(number)) == (wrong == number)


def test_a_number_is_stored_in_upper_case_without_spaces() -> None:
    assert stored_form("2 76 11 2b 901\u00a0998 42") == "276112B90199842"


@pytest.mark.parametrize("typed", ["", "12", "184122C90099909", "084122A900999", "1841400000000", "18412A2900999"])
def test_what_has_not_the_shape_of_a_number_is_refused(typed: str) -> None:
    assert [finding.rule for finding in check(typed)] == ["nir.shape"]


def test_a_wrong_key_is_a_finding_that_does_not_quote_the_number() -> None:
    (finding,) = check("184122A90099910", "patient.nir")
    assert (finding.field, finding.rule) == ("patient.nir", "nir.key")
    assert "184122" not in finding.message


@pytest.mark.conformance
def test_the_numbers_of_h01_get_their_verdict() -> None:
    with (Path(os.environ["KIT"]) / "cases/inputs/H01.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert len(rows) == 8
    for row in rows:
        assert (check(row["nir"]) == ()) == (row["valid"] == "yes"), row["note"]
