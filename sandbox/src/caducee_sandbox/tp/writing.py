"""The simulator's own files: neutral JSON. Each object's place is its rank in the file."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def write(*objects: dict[str, Any]) -> tuple[bytes, str]:
    """Return a file and its SHA-256."""
    content = json.dumps(objects, ensure_ascii=False, separators=(",", ":")).encode()
    return content, hashlib.sha256(content).hexdigest()


def returned(ps: str, payer: str, notices: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a file of returns. Its notices are numbered by their place."""
    placed = [{**notice, "offset": at} for at, notice in enumerate(notices)]
    return {"type": "return", "digest": "", "ps": ps, "payer": payer, "notices": placed, "simulated": True}


def statement(account: str, opening: int, entries: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a bank statement that closes where its movements lead."""
    placed = [{**entry, "offset": at} for at, entry in enumerate(entries)]
    closing = opening + sum(entry["amount"] for entry in entries)
    return {
        "type": "statement",
        "digest": "",
        "account": account,
        "entries": placed,
        "opening": opening,
        "closing": closing,
    }


def receipt(file_id: str, *, positive: bool, code: str = "") -> dict[str, Any]:
    """Return an ARL."""
    return {"type": "receipt", "file_id": file_id, "positive": positive, "digest": "", "code": code}
