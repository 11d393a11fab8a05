"""The digital prescription: checked, numbered, registered, printed, shared, followed. The service is simulated."""

from __future__ import annotations

from caducee_eprescription.api import EPRESCRIPTION, Change, Draft, EPrescription, Issued
from caducee_eprescription.numbers import PrescriptionNumberPolicy
from caducee_eprescription.plugin import Eprescription
from caducee_eprescription.products import Products
from caducee_eprescription.states import Action, Dispensation, LineDispensed, RxState

__all__ = [
    "EPRESCRIPTION",
    "Action",
    "Change",
    "Dispensation",
    "Draft",
    "EPrescription",
    "Eprescription",
    "Issued",
    "LineDispensed",
    "PrescriptionNumberPolicy",
    "Products",
    "RxState",
]
