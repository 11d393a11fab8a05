"""A bank statement as CFONB 120: old balance, movements with their complements, new balance; no line ends."""

from __future__ import annotations

import hashlib
from typing import Any

_POSITIVE, _NEGATIVE = "{ABCDEFGHI", "}JKLMNOPQR"
_LABEL = 31
_TEXT = 70


def write(iban: str, opening: int, entries: list[dict[str, Any]]) -> tuple[bytes, str]:
    """Return a file and its SHA-256; it closes where its movements lead. The account is the French one of ``iban``."""
    closing = opening + sum(entry["amount"] for entry in entries)
    records = [_balance("01", iban, opening, entries[0]["booked"])]
    for entry in entries:
        records += _movement(iban, entry)
    records.append(_balance("07", iban, closing, entries[-1]["booked"]))
    content = "".join(records).encode("latin-1")
    return content, hashlib.sha256(content).hexdigest()


def _head(record: str, iban: str, *, code: str = "    ") -> str:
    return f"{record}{iban[4:9]}{code}{iban[9:14]}EUR2 {iban[14:25]}"


def _balance(record: str, iban: str, cents: int, day: str) -> str:
    return f"{_head(record, iban)}  {_day(day)}{'':50}{_amount(cents)}{'':16}"


def _movement(iban: str, entry: dict[str, Any]) -> list[str]:
    text, payer = entry["label"], entry["creditor"]
    head = _head("04", iban, code="0000")
    days = f"18{_day(entry['booked'])}  {_day(entry['value'])}"
    made = [f"{head}{days}{text[:_LABEL]:<{_LABEL}}  {'':7}0 {_amount(entry['amount'])}{'':16}"]
    said = [("LCC", text[_LABEL:])] if text[_LABEL:] else []
    said += [("NPY", payer)] if payer else []
    start = f"{_head('05', iban, code='0000')}18{_day(entry['booked'])}{'':5}"
    return made + [f"{start}{qualifier}{what[:_TEXT]:<{_TEXT}}  " for qualifier, what in said]


def _amount(cents: int) -> str:
    digits = f"{abs(cents):014d}"
    return digits[:-1] + (_NEGATIVE if cents < 0 else _POSITIVE)[int(digits[-1])]


def _day(iso: str) -> str:
    return iso[8:10] + iso[5:7] + iso[2:4]
