from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caducee_paymed_tp.formats.layout import Table, load_all
from caducee_paymed_tp.formats.quarantine import FormatFault, Place

from . import zones

PLACE = Place(format="test", offset=1000, record=3)
PACKAGES = ["caducee_paymed_tp.formats.b2", "caducee_paymed_tp.formats.noemie", "caducee_paymed_tp.formats.cfonb"]
TABLES = [table for package in PACKAGES for table in load_all(package)]


def _name(table: Table) -> str:
    return f"{table.record}-{table.norm}-{table.edition}-{table.length}"


def table(record: str, norm: str = "") -> Table:
    return next(one for one in TABLES if one.record == record and one.norm == norm)


@pytest.mark.parametrize("one", TABLES, ids=_name)
def test_the_zones_of_a_table_leave_no_hole_and_do_not_overlap(one: Table) -> None:
    ends = [0, *(field.end for field in one.fields)]
    assert [field.start for field in one.fields] == ends[:-1]
    assert all(field.start < field.end for field in one.fields)


@pytest.mark.parametrize("one", TABLES, ids=_name)
def test_no_two_zones_of_a_table_have_the_same_name(one: Table) -> None:
    names = [field.name for field in one.fields if not field.filler]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("one", TABLES, ids=_name)
def test_a_table_names_its_edition_its_source_and_how_far_it_is_known(one: Table) -> None:
    assert one.edition.isdigit()
    assert one.source
    assert one.confidence in ("certain", "probable", "guess")


def test_every_record_of_b2_has_128_characters() -> None:
    assert {one.length for one in load_all(PACKAGES[0])} == {128}


def test_all_records_of_both_families_of_norms_are_there() -> None:
    first = {(one.record, one.norm) for one in load_all(PACKAGES[0]) if one.edition == "2004"}
    assert len(first) == 29
    assert {("2", "cp"), ("2", "general"), ("5", "cp"), ("4M", "any"), ("3F", "cp")} <= first


@pytest.mark.parametrize("one", TABLES, ids=_name)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_what_is_written_is_read_back_and_written_the_same(one: Table, data: st.DataObject) -> None:
    values = data.draw(zones.values(one))
    text = one.write(values, format_name="test")
    assert len(text) == one.length
    assert one.read(text, PLACE) == values
    assert one.write(one.read(text, PLACE), format_name="test") == text


@pytest.mark.parametrize(
    ("values", "rule", "field"),
    [
        ({"asked": 1, "state": "P"}, "field.missing", "level"),
        ({"level": "04", "asked": 10**8, "state": "P"}, "field.too_long", "asked"),
        ({"level": "04", "asked": -1, "state": "P"}, "field.digits", "asked"),
        ({"level": "04", "asked": 1, "state": "X"}, "field.value", "state"),
        ({"level": "04", "asked": 1, "state": "P", "sign": "+"}, "field.sign", "sign"),
        ({"level": "04", "asked": 1, "state": "P", "type": "199"}, "field.constant", "type"),
        ({"level": "04", "asked": 1, "state": "P", "other": 1}, "field.unknown", "other"),
    ],
)
def test_what_a_zone_cannot_hold_is_not_written(values: dict[str, str | int], rule: str, field: str) -> None:
    with pytest.raises(FormatFault) as caught:
        table("198").write(values, format_name="test")
    assert (caught.value.rule, caught.value.place.field) == (rule, field)


@pytest.mark.parametrize("label", ["É", "A@B", "A\nB"])
def test_a_character_that_the_format_lacks_is_not_written(label: str) -> None:
    values = {"level": "05", "line": "01", "code": "1", "label": label}
    with pytest.raises(FormatFault, match=r"field\.charset"):
        table("290").write(values, format_name="test")


def test_a_date_of_another_century_is_not_written() -> None:
    with pytest.raises(FormatFault, match=r"field\.date"):
        table("070").write({"accounting_date": date(1999, 12, 31)}, format_name="test")


@pytest.mark.parametrize(
    ("text", "rule", "offset"),
    [
        ("07002261332", "field.date", 1005),
        ("0700226O112", "field.digits", 1005),
        ("07103260112", "field.constant", 1000),
    ],
)
def test_a_zone_that_cannot_be_is_said_with_its_offset(text: str, rule: str, offset: int) -> None:
    with pytest.raises(FormatFault) as caught:
        table("070").read(text, PLACE)
    assert (caught.value.rule, caught.value.place.offset, caught.value.place.record) == (rule, offset, 3)


def test_a_blank_amount_that_must_be_served_is_not_zero() -> None:
    with pytest.raises(FormatFault, match=r"field\.digits"):
        table("198").read("19804        P00002100P", PLACE)


def test_a_code_nobody_told_us_of_is_read_as_it_is() -> None:
    assert table("150").read("15003ZZ", PLACE)["nature"] == "ZZ"
