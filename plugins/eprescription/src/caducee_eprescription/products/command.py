"""``caducee rx products``."""

from __future__ import annotations

import argparse

from caducee_eprescription.products.index import Products
from caducee_eprescription.products.load import load


def search_products(chosen: argparse.Namespace) -> int:
    """Load the files when a folder is given, then print what the words find."""
    if chosen.load is not None:
        print(f"{load(chosen.load, chosen.index)} spécialités dans {chosen.index}")
    with Products(chosen.index) as products:
        for product in products.search(" ".join(chosen.words)):
            print(f"{product.cis}  {product.name}  [{product.substances}]")
            for cip, label in product.presentations:
                print(f"    {cip}  {label}")
    return 0
