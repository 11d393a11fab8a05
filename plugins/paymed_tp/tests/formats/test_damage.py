"""Ten thousand damaged files (CADUCEE_DAMAGED for more): refused by name, or read with the sums that they had."""

from __future__ import annotations

import io
import os
import random
from collections.abc import Callable

import pytest

from caducee_paymed_tp.formats.bank import BankStatement
from caducee_paymed_tp.formats.bank_csv import CsvMapping
from caducee_paymed_tp.formats.opening import ReadOptions, Row, read_rows
from caducee_paymed_tp.formats.quarantine import FormatFault
from caducee_paymed_tp.formats.recognise import FileFormat, recognise

from .b2 import samples as b2
from .camt import samples as camt
from .cfonb import samples as cfonb
from .damage import damaged
from .noemie import samples as noemie
from .ofx import samples as ofx

COUNT = int(os.environ.get("CADUCEE_DAMAGED", "10000"))
PARTS = 10


def _returned(writer: noemie.NoemieWriter) -> None:
    writer.entity("020", {"payee_id": "751234567"})
    noemie.wire(writer)
    for number, paid in enumerate((2100, 1750, 3333), start=1):
        noemie.invoice(writer, number, paid)
        noemie.part(writer, "199", 900 + number)
    noemie.retention(writer, -517)
    writer.control(count=4, cents=2100 + 1750 + 3333 + 901 + 902 + 903 - 517)
    noemie.wire(writer, "SECOND")
    writer.entity("100", {"level": "04", "invoice_no": "9"})
    noemie.act(writer, 2777)


def _billed(writer: b2.B2Writer) -> None:
    for number, amo in enumerate((2100, 1750, 3333), start=1):
        b2.invoice(writer, number, amo=amo, amc=900 + number)


_MAPPING = CsvMapping(account="PRO", date="Date", amount="Montant", label=("Libelle",), balance="Solde")
_CSV = b"Date;Libelle;Montant;Solde\n" + b"".join(
    b"12/01/2026;VIR;%d,00;%d,00\n" % (n, n * (n + 1) // 2) for n in range(1, 12)
)
SAMPLES: dict[FileFormat, tuple[bytes, int]] = {
    FileFormat.NOEMIE: (noemie.written(_returned), 128),
    FileFormat.B2: (b2.written(_billed), 128),
    FileFormat.CAMT: (
        camt.document(camt.of(camt.entry(4200), camt.entry(-1017), camt.entry(333), closing=13516)),
        200,
    ),
    FileFormat.CFONB: (
        b"".join([cfonb.balance("01", 100), cfonb.movement(4200), cfonb.movement(-1017), cfonb.balance("07", 3283)]),
        120,
    ),
    FileFormat.OFX: (
        ofx.version_1(ofx.transaction("42.00", closed=False), ofx.transaction("-10.17", closed=False)),
        50,
    ),
    FileFormat.CSV: (_CSV, 30),
}
READERS: list[FileFormat] = list(SAMPLES)


def rows(data: bytes, found: FileFormat) -> list[Row]:
    return list(read_rows(io.BytesIO(data), found, options=ReadOptions(csv=_MAPPING)))


def read_or_refused(data: bytes, found: FileFormat) -> list[Row]:
    try:
        return rows(data, found)
    except FormatFault as fault:
        return [] if fault.explain().remedy else pytest.fail(fault.rule)


def _returned_sum(read: list[Row]) -> int:
    return sum(noemie.totals(read))  # type: ignore[arg-type]


def _billed_sum(read: list[Row]) -> int:
    zones = ("fee_total", "amo_amount", "amc_amount")
    return sum(record.cents(zone) for record in read if record.name == "4" for zone in zones)  # type: ignore[union-attr]


def _booked_sum(read: list[Row]) -> int:
    return sum(entry.amount for row in read if isinstance(row, BankStatement) for entry in row.entries)


SUMS: dict[FileFormat, Callable[[list[Row]], int]] = {
    FileFormat.NOEMIE: _returned_sum,
    FileFormat.B2: _billed_sum,
    FileFormat.CAMT: _booked_sum,
    FileFormat.CFONB: _booked_sum,
}


@pytest.mark.timeout(COUNT // 10)
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("found", READERS)
def test_a_damaged_file_is_refused_by_name_or_holds_the_sums_that_it_had(found: FileFormat, part: int) -> None:
    data, unit = SAMPLES[found]
    whole = rows(data, found)
    chance = random.Random(f"{found} {part}")
    for _ in range(COUNT // len(READERS) // PARTS + 1):
        hurt = damaged(chance, data, unit)
        read = read_or_refused(hurt, found)
        verified = all(row.verified for row in read if isinstance(row, BankStatement))
        if read and verified and found in SUMS:
            assert SUMS[found](read) == SUMS[found](whole), hurt


@pytest.mark.parametrize("part", range(PARTS))
def test_anything_at_all_is_recognised_or_refused_by_name(part: int) -> None:
    chance = random.Random(part)
    for _ in range(COUNT // 100):
        data = chance.randbytes(chance.randrange(300))
        for found in READERS:
            try:
                rows(data, found)
            except FormatFault:
                continue
        try:
            recognise(io.BytesIO(data))
        except FormatFault:
            continue
