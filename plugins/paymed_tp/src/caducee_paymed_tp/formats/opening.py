"""One way into every format: recognise, then read rows that say what the file holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from caducee_paymed_tp.formats.b2 import Record, read_records
from caducee_paymed_tp.formats.bank import BankStatement
from caducee_paymed_tp.formats.bank_csv import CsvMapping
from caducee_paymed_tp.formats.bank_csv import read_statements as read_csv
from caducee_paymed_tp.formats.camt import CamtOptions
from caducee_paymed_tp.formats.camt import read_statements as read_camt
from caducee_paymed_tp.formats.cfonb import read_statements as read_cfonb
from caducee_paymed_tp.formats.noemie import Controls, ReturnRow, read_entities, read_returns
from caducee_paymed_tp.formats.ofx import read_statements as read_ofx
from caducee_paymed_tp.formats.reading import Reading
from caducee_paymed_tp.formats.recognise import FileFormat

Row = Record | ReturnRow | BankStatement


class ReadOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What readers may be told. ``csv`` is needed for a CSV and used for nothing else."""

    noemie: Controls = Controls()
    camt: CamtOptions = CamtOptions()
    csv: CsvMapping | None = None


def read_rows(
    source: BinaryIO, found: FileFormat, *, options: ReadOptions | None = None, reading: Reading | None = None
) -> Iterator[Row]:
    """Yield the rows of a file whose format is known.

    Raises:
        FormatFault: the file cannot be trusted; nothing yielded before may be used.
    """
    told = options or ReadOptions()
    noted = reading or Reading()
    match found:
        case FileFormat.B2:
            return read_records(source, reading=noted)
        case FileFormat.NOEMIE:
            entities = read_entities(source, controls=told.noemie, reading=noted)
            return read_returns(entities, controls=told.noemie)
        case FileFormat.CAMT:
            return read_camt(source, options=told.camt, reading=noted)
        case FileFormat.CFONB:
            return read_cfonb(source, reading=noted)
        case FileFormat.OFX:
            return read_ofx(source, reading=noted)
        case FileFormat.CSV:
            return read_csv(source, mapping=told.csv, reading=noted)
