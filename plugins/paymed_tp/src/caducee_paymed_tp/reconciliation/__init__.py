"""Which announced wires and which movements of the bank are the same money."""

from __future__ import annotations

from caducee_paymed_tp.reconciliation.proposing import Rules, propose

__all__ = ["Rules", "propose"]
