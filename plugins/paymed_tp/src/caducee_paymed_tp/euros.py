"""Amounts as a French reader expects them."""

from __future__ import annotations

NARROW = "\u202f"


def euros(cents: int) -> str:
    """Return ``1 234,50 €`` with no-break spaces."""
    sign = "\u2212" if cents < 0 else ""
    whole, rest = divmod(abs(cents), 100)
    return f"{sign}{whole:,}".replace(",", NARROW) + f",{rest:02d}\u00a0€"
