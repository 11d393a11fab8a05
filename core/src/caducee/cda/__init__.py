"""Clinical documents (HL7 CDA R2) with the French header: check, seal, read."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from caducee.cda.check import CdaChecker
    from caducee.cda.seal import CdaSealer

__all__ = ["CdaChecker", "CdaSealer"]


def __getattr__(name: str) -> object:
    if name == "CdaChecker":
        from caducee.cda.check import CdaChecker

        return CdaChecker
    if name == "CdaSealer":
        from caducee.cda.seal import CdaSealer

        return CdaSealer
    raise AttributeError(name)
