"""The DMP, the national shared medical record: feeding, existence, list and retrieval in DIRECTE."""

from __future__ import annotations

from caducee_dmp.api import DMP, DmpService, Existence
from caducee_dmp.destination import Dmp

__all__ = ["DMP", "Dmp", "DmpService", "Existence"]
