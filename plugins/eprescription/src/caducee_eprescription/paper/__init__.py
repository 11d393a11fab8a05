"""The prescription on paper: one or two zones, the code at the bottom left, its number in clear."""

from __future__ import annotations

from caducee_eprescription.paper.printer import Paper

__all__ = ["Paper"]
