"""Pro Santé Connect: the log-in of a professional without a card in the reader."""

from __future__ import annotations

from caducee_psc.browser import OpenBrowser
from caducee_psc.plugin import Psc

__all__ = ["OpenBrowser", "Psc"]
