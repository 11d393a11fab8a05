"""CFONB 120 records by hand: each zone in its width."""

from __future__ import annotations

import io

from caducee_paymed_tp.formats.bank import BankStatement
from caducee_paymed_tp.formats.cfonb import read_statements
from caducee_paymed_tp.formats.reading import Reading

_PLUS, _MINUS = "{ABCDEFGHI", "}JKLMNOPQR"


def overpunch(amount: int) -> str:
    digits = f"{abs(amount):014d}"
    return digits[:-1] + (_MINUS if amount < 0 else _PLUS)[int(digits[-1])]


def balance(
    kind: str, cents: int, *, currency: str = "EUR", decimals: str = "2", account: str = "00000000001"
) -> bytes:
    zones = [kind, "99999", "    ", "00001", currency, decimals, " ", account, "  ", "120126", " " * 50]
    return "".join([*zones, overpunch(cents), " " * 16]).encode("latin-1")


def movement(
    cents: int,
    label: str = "VIR CPAM ESSAI",
    *,
    currency: str = "EUR",
    decimals: str = "2",
    account: str = "00000000001",
    reference: str = "",
) -> bytes:
    zones = ["04", "99999", "0123", "00001", currency, decimals, " ", account, "18", "120126", "  ", "130126"]
    zones += [label.ljust(31), "  ", "0000000", "0", " ", overpunch(cents), reference.ljust(16)]
    return "".join(zones).encode("latin-1")


def complement(qualifier: str, text: str, *, currency: str = "EUR", decimals: str = "2") -> bytes:
    zones = ["05", "99999", "0123", "00001", currency, decimals, " ", "00000000001", "18", "120126", "     "]
    return "".join([*zones, qualifier, text.ljust(70), "  "]).encode("latin-1")


def read(data: bytes, *, reading: Reading | None = None) -> list[BankStatement]:
    return list(read_statements(io.BytesIO(data), reading=reading))
