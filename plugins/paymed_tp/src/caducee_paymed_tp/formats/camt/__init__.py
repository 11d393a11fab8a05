"""CAMT: bank statements of ISO 20022 (camt.053; camt.052 and camt.054 read and marked as what they are)."""

from __future__ import annotations

from caducee_paymed_tp.formats.camt.reader import CamtOptions, read_statements

__all__ = ["CamtOptions", "read_statements"]
