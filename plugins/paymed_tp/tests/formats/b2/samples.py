"""Values of a practice's file, and files of it made by the writer of the project."""
# ruff: noqa: TID252

from __future__ import annotations

import io
from collections.abc import Callable

from caducee_paymed_tp.formats.b2 import B2Controls, B2Writer, Record, read_records
from caducee_paymed_tp.formats.kinds import Value
from caducee_paymed_tp.formats.reading import Reading

from .. import worked
from . import vectors, vectors_cp

TOTALS = {"total_billed", "total_amo", "total_amc", "insured_part_before_amc", "count_type4", "count_type3_4"}
TOTALS |= {"invoices", "lines", "count_type2", "count_type5", "volume", "lots"}
TOTALS |= {"base_hospital", "amo_hospital", "fees_billed", "amo_fees", "amc_hospital", "amc_fees", "total_hospital"}


def of(zones: list[worked.Zone], **other: Value) -> dict[str, Value]:
    """The values of a vector without its totals, which the writer knows."""
    kept = {name: value for name, value in worked.values(zones).items() if name not in TOTALS}
    return {**kept, **other}


def invoice(writer: B2Writer, number: int, *, amo: int = 2100, amc: int = 900, **total: Value) -> None:
    key: dict[str, Value] = {"invoice_no": f"{number:09d}"}
    writer.record("2", of(vectors.R2, **key))
    line: dict[str, Value] = {"amo_amount": amo, "amc_amount": amc, "fee_total": amo + amc, **key}
    writer.record("4", of(vectors.R4, **line))
    writer.record("5", of(vectors.R5, **key, **total))


def clinic_invoice(writer: B2Writer) -> None:
    writer.record("2", of(vectors_cp.R2))
    writer.record("2S", of(vectors_cp.R2S_2005))
    base: dict[str, Value] = {"base": 100000, "amo_amount": 80000, "amc_amount": 20000, "total": 100000}
    writer.record("3", {**worked.values(vectors_cp.R3_2005), **base})
    writer.record("3S", of(vectors_cp.R3S_2005))
    writer.record("3F", worked.values(vectors_cp.R3F_2005))
    writer.record("5", of(vectors_cp.R5))


def written(*lots: Callable[[B2Writer], object], norm: str = "PS", **end: Value) -> bytes:
    sink = io.BytesIO()
    writer = B2Writer(sink)
    writer.record("000", worked.values(vectors.R000))
    for number, fill in enumerate(lots, start=1):
        writer.record("1", of(vectors.R1, lot_no=f"{number:03d}", norm_code=norm))
        fill(writer)
        writer.record("6", of(vectors.R6, lot_no=f"{number:03d}"))
    writer.record("999", of(vectors.R999, **end))
    return sink.getvalue()


def read(data: bytes, *, controls: B2Controls | None = None, reading: Reading | None = None) -> list[Record]:
    return list(read_records(io.BytesIO(data), controls=controls, reading=reading))


def put(data: bytes, record: int, at: int, text: bytes) -> bytes:
    """Change a zone: record from 0, position from 1 as the layouts say."""
    start = record * 128 + at - 1
    return data[:start] + text + data[start + len(text) :]
