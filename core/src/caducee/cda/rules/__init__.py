"""The rules of a CDA as it is written: what the national stack refuses, and what it lets pass. No Java, no XSLT."""

from __future__ import annotations

from caducee.cda.rules.check import check_document
from caducee.cda.rules.finding import RuleFinding, Severity

__all__ = ["RuleFinding", "Severity", "check_document"]
