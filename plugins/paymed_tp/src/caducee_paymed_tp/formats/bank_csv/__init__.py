"""Bank CSV: no format at all until its columns are declared."""

from __future__ import annotations

from caducee_paymed_tp.formats.bank_csv.mapping import CsvMapping
from caducee_paymed_tp.formats.bank_csv.reader import read_statements

__all__ = ["CsvMapping", "read_statements"]
