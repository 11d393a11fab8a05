"""The fake payment provider over HTTP: JSON of the sandbox's own. A patient pays when it is told so."""

from __future__ import annotations

import base64
import json
from typing import Any

from caducee_sandbox.tp.provider import FakeProvider


class PaymentDesk:
    """``POST /payments/LINK`` prepares, ``POST /payments/LINK/pay`` pays, ``POST /refunds/KEY`` gives back.

    What is paid is told in the answer, as the messages that the practice's page would have received.
    """

    def __init__(self, key: bytes) -> None:
        self._provider = FakeProvider(key)

    def answer(self, path: str, body: bytes) -> dict[str, Any]:
        """Answer one request.

        Raises:
            KeyError, TypeError, ValueError: it is not one of these, or the link is unknown.
        """
        asked = json.loads(body or b"{}")
        what, name, *more = path.strip("/").split("/")
        if (what, more) == ("payments", []):
            return {"reference": self._provider.create(name, int(asked["amount"]))}
        if (what, more) == ("payments", ["pay"]):
            told = self._provider.paid(name, times=max(1, min(int(asked.get("times", 1)), 10)))
            return {"messages": [{"body": base64.b64encode(b).decode(), "signature": s} for b, s in told]}
        if (what, more) == ("refunds", []):
            self._provider.refund(str(asked["reference"]), int(asked["amount"]), name)
            return {}
        raise KeyError(path)
