"""Annuaire Santé, the national health directory: professionals, organisations, secure mailboxes.

Other plugins ask it by ``caducee.contracts.directory.DIRECTORY``; this package adds what a vendor may give: a
``TrustSpace`` of their own, and the import of the public extraction.
"""

from __future__ import annotations

from caducee_annuaire.extraction.building import Imported, import_extraction
from caducee_annuaire.trust import TrustSpace

__all__ = ["Imported", "TrustSpace", "import_extraction"]
