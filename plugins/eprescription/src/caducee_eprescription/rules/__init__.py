"""What is checked at the desk. These are rules of prescribing on paper and at the service: no advice on drugs."""

from __future__ import annotations

from caducee_eprescription.rules.check import Checked, check

__all__ = ["Checked", "check"]
