"""The public base of medicines (BDPM), from files that the vendor supplies: loaded once, searched locally."""

from __future__ import annotations

from caducee_eprescription.products.index import Product, Products
from caducee_eprescription.products.load import load

__all__ = ["Product", "Products", "load"]
