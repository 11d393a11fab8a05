"""CFONB 120: bank statements in records of 120 characters."""

from __future__ import annotations

from caducee_paymed_tp.formats.cfonb.reader import read_statements

__all__ = ["read_statements"]
