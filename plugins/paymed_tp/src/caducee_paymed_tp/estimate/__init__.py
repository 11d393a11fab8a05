"""Prices, always as an estimate: the host's approved module decides."""

from __future__ import annotations

from caducee_paymed_tp.estimate.estimating import Estimate, Request, RequestedAct, estimate

__all__ = ["Estimate", "Request", "RequestedAct", "estimate"]
