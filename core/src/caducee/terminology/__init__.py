"""Dated value sets and association tables: one format, one loader."""

from __future__ import annotations

from caducee.errors import TerminologyMissing
from caducee.terminology.table import Certainty, Edition, TableName
from caducee.terminology.terminology import Terminology, terminology_of

__all__ = ["Certainty", "Edition", "TableName", "Terminology", "TerminologyMissing", "terminology_of"]
