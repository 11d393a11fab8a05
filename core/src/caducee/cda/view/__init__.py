"""A received document shown: as a page (HTML), on paper (PDF/A-1b)."""

from __future__ import annotations

from caducee.cda.view.html import to_html
from caducee.cda.view.pdf import to_pdf

__all__ = ["to_html", "to_pdf"]
