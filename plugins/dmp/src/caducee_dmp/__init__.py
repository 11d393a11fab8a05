"""The DMP, the national shared medical record: feeding, existence, list, retrieval, changes, authorisations."""

from __future__ import annotations

from caducee_dmp.access import Access, AccessMode
from caducee_dmp.api import DMP, DmpService, RegistryQueries
from caducee_dmp.changes import Change
from caducee_dmp.destination import Dmp
from caducee_dmp.existence import Existence

__all__ = ["DMP", "Access", "AccessMode", "Change", "Dmp", "DmpService", "Existence", "RegistryQueries"]
