# ruff: noqa: TID252
from __future__ import annotations

import io

import pytest

from caducee_paymed_tp.formats.b2 import Norm, read_records
from caducee_paymed_tp.formats.b2.records import name_of, table_of

from .. import worked
from . import vectors, vectors_cp


@pytest.mark.parametrize(("name", "zones"), vectors.FILE, ids=[name for name, _ in vectors.FILE])
def test_a_record_of_a_practice_reads_and_writes_as_worked_out_by_hand(name: str, zones: list[worked.Zone]) -> None:
    table = table_of(name, Norm.GENERAL)
    assert table is not None
    worked.holds(table, zones)


@pytest.mark.parametrize("name", vectors_cp.RECORDS)
def test_a_record_of_a_clinic_reads_and_writes_as_worked_out_by_hand(name: str) -> None:
    table = table_of(name, Norm.CP)
    assert table is not None
    worked.holds(table, vectors_cp.RECORDS[name])


@pytest.mark.parametrize("name", vectors_cp.RECORDS)
def test_a_record_of_a_clinic_is_known_by_its_type_and_letter(name: str) -> None:
    assert name_of(worked.raw(vectors_cp.RECORDS[name]).decode(), Norm.CP) == name


def test_the_file_worked_out_by_hand_is_read_whole() -> None:
    data = b"".join(worked.raw(zones) for _, zones in vectors.FILE)
    assert len(data) == 8 * 128
    records = list(read_records(io.BytesIO(data)))
    assert [record.name for record in records] == [name for name, _ in vectors.FILE]
    assert [record.offset for record in records] == list(range(0, 1024, 128))
