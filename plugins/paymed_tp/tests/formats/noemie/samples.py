"""NOEMIE files as payers write them, made by the writer of the project."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

from caducee_paymed_tp.formats.kinds import Value
from caducee_paymed_tp.formats.noemie import (
    Controls,
    FileEnd,
    NoemieWriter,
    ReturnedInvoice,
    ReturnRow,
    WireTotal,
    read_entities,
    read_returns,
)
from caducee_paymed_tp.formats.reading import Reading

HEADING: dict[str, Value] = {
    "sender_type": "CP",
    "sender_id": "00000000000751",
    "dest_type": "TP",
    "dest_id": "00000751234567",
    "file_id": "000123",
    "created": date(2026, 1, 12),
    "norm_reference": "0580",
}
DAY = date(2026, 1, 12)


def written(fill: Callable[[NoemieWriter], object], **end: Value) -> bytes:
    sink = io.BytesIO()
    writer = NoemieWriter(sink, HEADING)
    fill(writer)
    writer.close(**end)
    return sink.getvalue()


def wire(writer: NoemieWriter, label: str = "CPAM751 TP 260112") -> None:
    writer.entity("071", {"date": DAY, "wire_label_1": label, "paying_org": "751"})


def invoice(writer: NoemieWriter, number: int, paid: int, *, state: str = "P") -> None:
    writer.entity("102", {"level": "03", "invoice_no": f"{number:09d}", "invoice_type": "F"})
    part(writer, "198", paid, state=state)


def part(writer: NoemieWriter, kind: str, paid: int, *, state: str = "P", asked: int | None = None) -> None:
    amc = {"amc_id": "0775627391"} if kind == "199" else {}
    sign = "N" if paid < 0 else "P"
    told = {"asked": abs(paid) if asked is None else asked, "state": state, "paid": abs(paid), "sign": sign}
    writer.entity(kind, {"level": "04", **told, **amc})


def act(writer: NoemieWriter, refunded: int, *, amc_amount: int = 0) -> None:
    whole: dict[str, Value] = {"line": "01", "regime_code": "10", "treatment_mode": "00", "dmt": "000"}
    days: dict[str, Value] = {"care_from": DAY, "care_to": DAY}
    names = ("unit_price", "base", "rate", "quantity", "coefficient", "count", "expense", "alsace_moselle_rate")
    zeros = dict.fromkeys((*names, "alsace_moselle_amount", "amc_rate", "amc_base"), 0)
    money: dict[str, Value] = {"refunded": refunded, "sign": "P", "amc_amount": amc_amount, "act_nature": "G"}
    writer.entity("210", {"level": "05", **whole, **days, **zeros, **money})


def retention(writer: NoemieWriter, cents: int) -> None:
    debt: dict[str, Value] = {"debt_ref": "D1", "debt_date": DAY, "debt_kind": "IND", "operation": "RPR"}
    money: dict[str, Value] = {"amount": abs(cents), "sign": "N" if cents < 0 else "P", "remaining": 0}
    writer.entity("250", {"level": "03", "line": "01", **debt, **money})


def read(data: bytes, *, controls: Controls | None = None, reading: Reading | None = None) -> list[ReturnRow]:
    entities = read_entities(io.BytesIO(data), controls=controls, reading=reading)
    return list(read_returns(entities, controls=controls))


def invoices(rows: list[ReturnRow]) -> list[ReturnedInvoice]:
    return [row for row in rows if isinstance(row, ReturnedInvoice)]


def totals(rows: list[ReturnRow]) -> list[int]:
    return [row.paid for row in rows if isinstance(row, WireTotal)]


def paid(rows: list[ReturnRow]) -> list[int]:
    return [row.paid for row in rows if isinstance(row, FileEnd)]
