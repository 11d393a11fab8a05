"""Annuaire Santé, the national health directory: professionals, organisations, secure mailboxes.

Other plugins ask it by ``caducee.contracts.directory.DIRECTORY``; this package adds the import of the extraction.
"""

from __future__ import annotations

from caducee_annuaire.extraction.building import Imported, import_extraction

__all__ = ["Imported", "import_extraction"]
