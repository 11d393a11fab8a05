"""The public sheets of rights: dated, whole, and only said."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from caducee.model.codes import Code
from caducee.model.practice import Practitioner
from caducee_dmp.access import AccessMode
from caducee_dmp.modes import Mode
from caducee_dmp.rights import Likely, expected, sheets

NURSE = Code("60", "1.2.250.1.71.1.2.7", "Infirmier")
EMPLOYEE = Code("SECRETARIAT_MEDICAL", "1.2.250.1.213.1.1.4.6", "Secrétariat médical")


def test_each_row_has_a_cell_for_each_column_and_each_note_is_said() -> None:
    cells = {cell for sheet in sheets().tables for row in sheet.rows.values() for cell in row}
    assert all(len(row) == len(sheet.columns) for sheet in sheets().tables for row in sheet.rows.values())
    assert {cell[1:] for cell in cells if len(cell) > 1} == set(sheets().notes)
    assert {cell[0] for cell in cells} == {"y", "-"}


def test_an_expectation_names_the_sheet_and_its_date(practitioner: Practitioner) -> None:
    assert expected("TD3.2", practitioner).source == "INF-526 v1.8 (2024-09-25)"
    assert expected("TD3.2", practitioner, mode=Mode.REINFORCED).source == "INF-606 v1.3 (2025-07-08)"


@pytest.mark.parametrize(
    ("row", "more", "likely"),
    [
        ("TD3.2", {}, Likely.YES),
        ("TD3.2 masked", {}, Likely.CONDITION),
        ("TD3.2 masked", {"attending": True}, Likely.YES),
        ("TD3.3a mask", {"access": AccessMode.BREAK_GLASS}, Likely.NO),
        ("TD3.3d", {"access": AccessMode.CENTRE_15, "attending": True}, Likely.YES),
        ("TD0.5", {"access": AccessMode.CENTRE_15}, Likely.YES),
        ("TD0.5", {}, Likely.NO),
        ("TD2.1", {"mode": Mode.REINFORCED}, Likely.NO),
        ("TD3.1a", {"mode": Mode.INDIRECT}, Likely.NO),
        ("TD2.1", {"mode": Mode.INDIRECT}, Likely.CONDITION),
        ("TD2.1", {"mode": Mode.INDIRECT, "access": AccessMode.BREAK_GLASS}, Likely.NO),
    ],
)
def test_what_a_doctor_may_expect(practitioner: Practitioner, row: str, more: dict[str, Any], likely: Likely) -> None:
    assert expected(row, practitioner, **more).likely is likely


def test_other_people_have_other_columns(practitioner: Practitioner) -> None:
    nurse = msgspec.structs.replace(practitioner, profession=NURSE, specialty=None)
    employee = msgspec.structs.replace(practitioner, profession=EMPLOYEE, specialty=None)
    occupational = msgspec.structs.replace(practitioner, specialty=Code("SM25", "1.2.250.1.71.4.2.5", "Travail"))
    rows = ("TD3.2", "TD2.1", "TD2.2", "TD3.3d")
    assert [expected(row, nurse).likely for row in rows] == ["yes", "yes", "no", "condition"]
    assert [expected(row, employee).likely for row in rows] == ["no", "no", "condition", "no"]
    assert [expected(row, occupational).likely for row in rows] == ["no", "yes", "no", "condition"]
