"""OFX 1 (SGML) and OFX 2 (XML): bank statements as personal-finance software takes them."""

from __future__ import annotations

from caducee_paymed_tp.formats.ofx.reader import read_statements

__all__ = ["read_statements"]
