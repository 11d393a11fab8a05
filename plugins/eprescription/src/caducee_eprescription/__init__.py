"""The digital prescription: checked, numbered, registered, printed, shared, followed. The service is simulated."""

from __future__ import annotations

from caducee_eprescription.api import EPRESCRIPTION, Change, Draft, EPrescription, Issued
from caducee_eprescription.products import Products
from caducee_eprescription.states import Action, Dispensation, LineDispensed, RxState

__all__ = [
    "EPRESCRIPTION",
    "Action",
    "Change",
    "Dispensation",
    "Draft",
    "EPrescription",
    "Issued",
    "LineDispensed",
    "Products",
    "RxState",
]
