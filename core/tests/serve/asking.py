"""A line that asks, and who asks."""

from __future__ import annotations

from typing import Any

import msgspec

DOCTOR = {"kind": "doctor", "identifier": "dr.roux"}


def request(number: int | str, verb: str, **params: Any) -> bytes:
    return msgspec.json.encode({"id": number, "verb": verb, "params": params})
