# ruff: noqa: TID252
from __future__ import annotations

import io

import pytest

from caducee_paymed_tp.formats.noemie import FileEnd, WireTotal, read_entities, read_returns
from caducee_paymed_tp.formats.noemie.entities import tables

from .. import worked
from . import vectors


def written() -> bytes:
    """The entities of the vectors, cut by hand in slices of 127 with their flags."""
    stream = b"".join(worked.raw(zones) + b"@" for zones in vectors.BODY)
    slices = [stream[start : start + 127] for start in range(0, len(stream), 127)]
    blocks = [b"0" + part for part in slices[:-1]] + [b"1" + slices[-1].ljust(127)]
    end = worked.raw(vectors.R999).replace(b"00000007", b"%08d" % (len(blocks) + 2))
    return worked.raw(vectors.R000) + b"".join(blocks) + end


@pytest.mark.parametrize("name", vectors.ALL)
def test_an_entity_reads_and_writes_as_worked_out_by_hand(name: str) -> None:
    worked.holds(tables()[name], vectors.ALL[name])


def test_the_file_worked_out_by_hand_comes_to_its_wire() -> None:
    rows = list(read_returns(read_entities(io.BytesIO(written()))))
    totals = [row for row in rows if isinstance(row, WireTotal)]
    assert [(row.paid, row.invoices, row.movements) for row in totals] == [(3100, 1, 2)]
    assert [row.paid for row in rows if isinstance(row, FileEnd)] == [3100]
