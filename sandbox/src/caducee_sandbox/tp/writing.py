"""What no public format says: receipts, advances, wires received in our place. Neutral JSON of the sandbox's own."""

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


def receipt(file_id: str, *, positive: bool, code: str = "") -> dict[str, Any]:
    """Return an ARL."""
    return {"type": "receipt", "file_id": file_id, "positive": positive, "digest": "", "code": code}
