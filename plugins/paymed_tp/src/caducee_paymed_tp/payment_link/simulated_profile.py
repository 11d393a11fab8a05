"""The simulated payment provider: JSON over HTTP with the sandbox's. No real one speaks like this."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from caducee.contracts.http import HttpAnswer, Limits
from caducee.contracts.plugin import PluginContext
from caducee.errors import OutcomeUnknown, ProtocolViolation, ServiceRejected
from caducee_paymed_tp.payment_link.provider import Checkout

SERVICE = "tp.payment"
_JSON = "application/json"
_SECONDS = 30.0


class _Prepared(msgspec.Struct, frozen=True):
    reference: str


class SimulatedProvider:
    """A ``Provider`` that speaks to the sandbox."""

    def __init__(self, context: PluginContext, url: str, *, credential: str = "") -> None:
        self._context, self._url, self._credential = context, url, credential

    async def create(self, link_id: str, *, amount: int, label: str, expires: datetime) -> Checkout:
        """Prepare a payment under the name of its link."""
        asked = {"amount": amount, "label": label, "expires": expires.isoformat()}
        answer = await self._asked(f"payments/{link_id}", asked)
        try:
            said = msgspec.json.decode(answer.body, type=_Prepared)
        except msgspec.DecodeError:
            raise ProtocolViolation(SERVICE, "not the JSON of the simulated provider") from None
        return Checkout(reference=said.reference, address=f"{self._url.rstrip('/')}/payments/{link_id}")

    async def refund(self, reference: str, *, amount: int, key: str) -> None:
        """Ask for money back under ``key``."""
        await self._asked(f"refunds/{key}", {"reference": reference, "amount": amount})

    async def _asked(self, path: str, body: dict[str, Any]) -> HttpAnswer:
        limits = Limits(connect=_SECONDS, answer=_SECONDS)
        async with self._context.http(self._url, credential=self._credential, limits=limits) as http:
            answer = await http.post(path, content_type=_JSON, content=[msgspec.json.encode(body)], changes=True)
        if answer.status >= 500:
            raise OutcomeUnknown(SERVICE, f"status {answer.status}")
        if answer.status >= 400:
            raise ServiceRejected(SERVICE, f"status {answer.status}")
        return answer
