from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import msgspec
import pytest

from caducee.errors import DocumentInvalid
from caducee.model.identity import Sex, Traits
from caducee_insi.query import TraitsInvalid, query

TODAY = date(2026, 11, 25)
JEANNE = Traits(birth_name="D’Héricourt", given_names=("Jeanne", "Marie-José"), sex=Sex.FEMALE, birth_date="1975-03-12")


def rules(**changes: object) -> list[tuple[str, str]]:
    with pytest.raises(TraitsInvalid) as caught:
        query(msgspec.structs.replace(JEANNE, **changes), today=TODAY)
    return [(finding.field, finding.rule) for finding in caught.value.findings]


def test_traits_are_put_into_the_form_that_insi_reads() -> None:
    asked = query(JEANNE, today=TODAY)
    assert (asked.birth_name, asked.given_names) == ("D'HERICOURT", ("JEANNE", "MARIE-JOSE"))


def test_the_unknown_birth_place_is_never_asked() -> None:
    assert query(msgspec.structs.replace(JEANNE, birth_place="99999"), today=TODAY).birth_place is None


@pytest.mark.parametrize("place", ["63220", "2A020", "2B020", "99109", "97105"])
def test_a_birth_place_is_asked_by_its_shape(place: str) -> None:
    assert query(msgspec.structs.replace(JEANNE, birth_place=place), today=TODAY).birth_place == place


@pytest.mark.requirement("EF_INS25_04")
def test_indeterminate_sex_is_refused() -> None:
    assert rules(sex=Sex.INDETERMINATE) == [("traits.sex", "sex.indeterminate")]


@pytest.mark.parametrize("born", ["1975-02-29", "1975-13-01", "1960-00-00", "19750312", "1975-3-12", "", "1975-W11-3"])
def test_a_date_that_does_not_exist_is_refused(born: str) -> None:
    assert rules(birth_date=born) == [("traits.birth_date", "date.unreal")]


def test_a_birth_in_the_future_is_refused() -> None:
    assert rules(birth_date="2026-11-26") == [("traits.birth_date", "date.ahead")]


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("LEFEVRE2", "name.character"),
        ("MART?N", "name.character"),
        ("", "name.missing"),
        ("  ", "name.missing"),
        ("-MARTIN", "name.shape"),
        ("D''ANGE", "name.shape"),
        ("D' ANGE", "name.shape"),
        ("LE  GALL", "name.shape"),
        ("A---B", "name.shape"),
        ("'", "name.shape"),
        ("A" * 81, "name.length"),
    ],
)
def test_a_birth_name_that_insi_does_not_read_is_refused(name: str, rule: str) -> None:
    assert rules(birth_name=name) == [("traits.birth_name", rule)]


@pytest.mark.parametrize("name", ["'T HOOFT", "LE GALL--MARTIN", "D'HERICOURT", "A" * 80])
def test_a_birth_name_may_begin_with_an_apostrophe_and_hold_a_double_hyphen(name: str) -> None:
    assert query(msgspec.structs.replace(JEANNE, birth_name=name), today=TODAY).birth_name == name


@pytest.mark.parametrize("name", ["ANNE--MARIE", "ANNE-", "ANNE'", "-ANNE"])
def test_a_given_name_has_stricter_rules_than_a_birth_name(name: str) -> None:
    assert rules(given_names=("JEANNE", name)) == [("traits.given_names[1]", "name.shape")]


def test_a_person_without_given_name_is_refused() -> None:
    assert rules(given_names=()) == [("traits.given_names", "given_name.missing")]


def test_all_findings_come_at_once_and_quote_nothing() -> None:
    with pytest.raises(DocumentInvalid) as caught:
        query(
            Traits(birth_name="XYZW9", given_names=("?",), sex=Sex.INDETERMINATE, birth_date="no", birth_place="1"),
            today=TODAY,
        )
    assert len(caught.value.findings) == 5
    assert "XYZW" not in str(caught.value) + caught.value.explain().sentence


@pytest.mark.conformance
def test_the_names_of_h03_stay_three_and_whole() -> None:
    case = json.loads((Path(os.environ["KIT"]) / "cases/inputs/H03.json").read_text(encoding="utf-8"))
    traits = msgspec.structs.replace(
        JEANNE, birth_name=case["birth_family_name"], given_names=tuple(case["birth_given_names"])
    )
    asked = query(traits, today=TODAY)
    assert asked.given_names == ("ANAIS", case["expect"]["compound_name_not_split"], "JEAN-BAPTISTE")
    assert asked.given_names[0] == case["expect"]["first_birth_given_name"]


@pytest.mark.conformance
def test_the_names_that_h04_refuses_are_refused() -> None:
    case = json.loads((Path(os.environ["KIT"]) / "cases/inputs/H04.json").read_text(encoding="utf-8"))
    assert case["refuse"]
    for name in case["refuse"]:
        assert rules(birth_name=name)
