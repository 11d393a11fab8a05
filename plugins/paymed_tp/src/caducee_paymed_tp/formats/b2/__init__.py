"""B2: what the practice bills, in records of 128 characters (« Norme B2 », CNAM), both families of norms."""

from __future__ import annotations

from caducee_paymed_tp.formats.b2.controls import B2Controls
from caducee_paymed_tp.formats.b2.reader import read_records
from caducee_paymed_tp.formats.b2.records import Norm, Record
from caducee_paymed_tp.formats.b2.writer import B2Writer

__all__ = ["B2Controls", "B2Writer", "Norm", "Record", "read_records"]
