"""Third-party payment: every invoice followed until the money is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caducee.lazy import loading

if TYPE_CHECKING:
    from caducee_paymed_tp.adapters import Adapters
    from caducee_paymed_tp.api import TP, ThirdPartyPayment
    from caducee_paymed_tp.estimate import Estimate, Request, RequestedAct, estimate
    from caducee_paymed_tp.model.invoices import Invoice, Line, Share
    from caducee_paymed_tp.model.money import Cost, Match, MatchKind
    from caducee_paymed_tp.model.parts import InvoiceKind, InvoiceStatus, Part, Security, Situation, State
    from caducee_paymed_tp.model.unpaid import Action
    from caducee_paymed_tp.payers.desk import RIGHTS_AND_PRICES, RightsAndPrices
    from caducee_paymed_tp.plugin import PaymedTp
    from caducee_paymed_tp.teleconsultation import Teleconsultation

_HOME = {
    "caducee_paymed_tp.adapters": ("Adapters",),
    "caducee_paymed_tp.api": ("TP", "ThirdPartyPayment"),
    "caducee_paymed_tp.estimate": ("Estimate", "Request", "RequestedAct", "estimate"),
    "caducee_paymed_tp.model.invoices": ("Invoice", "Line", "Share"),
    "caducee_paymed_tp.model.money": ("Cost", "Match", "MatchKind"),
    "caducee_paymed_tp.model.parts": ("InvoiceKind", "InvoiceStatus", "Part", "Security", "Situation", "State"),
    "caducee_paymed_tp.model.unpaid": ("Action",),
    "caducee_paymed_tp.payers.desk": ("RIGHTS_AND_PRICES", "RightsAndPrices"),
    "caducee_paymed_tp.plugin": ("PaymedTp",),
    "caducee_paymed_tp.teleconsultation": ("Teleconsultation",),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "RIGHTS_AND_PRICES",
    "TP",
    "Action",
    "Adapters",
    "Cost",
    "Estimate",
    "Invoice",
    "InvoiceKind",
    "InvoiceStatus",
    "Line",
    "Match",
    "MatchKind",
    "Part",
    "PaymedTp",
    "Request",
    "RequestedAct",
    "RightsAndPrices",
    "Security",
    "Share",
    "Situation",
    "State",
    "Teleconsultation",
    "ThirdPartyPayment",
    "estimate",
]

__getattr__ = loading(globals(), _MODULE_OF)
