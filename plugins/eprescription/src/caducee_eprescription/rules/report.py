"""Collects findings: what stops the prescription, and what the doctor should look at."""

from __future__ import annotations

from caducee.errors import Finding


class Report:
    """Two lists, in the order of the rules."""

    def __init__(self) -> None:
        self.refused: list[Finding] = []
        self.warnings: list[Finding] = []

    def refuse(self, field: str, rule: str, message: str, source: str = "") -> None:
        """Add what stops it."""
        self.refused.append(Finding(field=field, rule=rule, message=message, source=source))

    def warn(self, field: str, rule: str, message: str, source: str = "") -> None:
        """Add what is worth a look."""
        self.warnings.append(Finding(field=field, rule=rule, message=message, source=source))
