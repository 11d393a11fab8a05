"""A lot of stored identities for INSi to verify: deposited once, fetched when it is ready.

WS_INS4 and WS_INS5 are asynchronous, and their wire form is not public: this is the seam. ``SimulatedLots`` speaks the
sandbox's own form, JSON of ours, and exists for no other service. Whoever has the contract writes another
``LotService``.
"""

from __future__ import annotations

from typing import Protocol

import msgspec

from caducee.contracts.http import HttpAnswer, HttpClient
from caducee.errors import ProtocolViolation, ServiceRejected, ServiceUnavailable
from caducee.model.identity import Traits
from caducee_insi.envelope import SERVICE


class LotLine(msgspec.Struct, frozen=True, kw_only=True):
    """One stored identity. ``id`` correlates: it is opaque, and unique in its lot. ``oid`` is the service's."""

    id: str
    matricule: str
    oid: str
    traits: Traits


class LotVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """What the service said of one line: ``00`` is coherent."""

    id: str
    code: str
    label: str = ""


class Busy(ServiceUnavailable):
    """The service asks to come back. ``after`` is in seconds; nothing was taken."""

    code = "insi.lot_busy"
    sentence = "INSi demande d'attendre avant le lot suivant."
    remedy = "Rien n'est perdu : la vérification reprend seule."

    def __init__(self, after: float) -> None:
        self.after = after
        super().__init__(SERVICE, f"busy for {after:.0f} s")


class LotService(Protocol):
    """Verifies lots. Depositing a lot whose name is known already changes nothing."""

    async def deposit(self, name: str, lines: tuple[LotLine, ...]) -> None:
        """Hand over a lot.

        Raises:
            Busy: later. ServiceUnavailable, ServiceRejected, ProtocolViolation.
        """
        ...

    async def fetch(self, name: str) -> tuple[LotVerdict, ...] | None:
        """Return the verdicts, ``None`` while the lot is not ready.

        Raises:
            Busy: later. ServiceUnavailable, ServiceRejected, ProtocolViolation.
        """
        ...


class SimulatedLots:
    """The sandbox's own form: ``POST /lots/NAME``, ``GET /lots/NAME``."""

    def __init__(self, http: HttpClient) -> None:
        self._http = http

    async def deposit(self, name: str, lines: tuple[LotLine, ...]) -> None:
        """Hand over a lot."""
        content = msgspec.json.encode(lines)
        answer = await self._http.post(
            f"lots/{name}", content_type="application/json", content=[content], changes=False
        )
        _check(answer, (200, 201))

    async def fetch(self, name: str) -> tuple[LotVerdict, ...] | None:
        """Return the verdicts when they are there."""
        answer = await self._http.get(f"lots/{name}")
        _check(answer, (200, 202))
        if answer.status == 202:
            return None
        try:
            return msgspec.json.decode(answer.body, type=tuple[LotVerdict, ...])
        except msgspec.DecodeError:
            raise ProtocolViolation(SERVICE, "verdicts of a lot") from None


def _check(answer: HttpAnswer, expected: tuple[int, ...]) -> None:
    if answer.status in expected:
        return
    if answer.status == 429:
        raise Busy(float(answer.headers.get("retry-after", "60")))
    if answer.status >= 500:
        raise ServiceUnavailable(SERVICE, f"HTTP {answer.status}")
    raise ServiceRejected(SERVICE, f"lot refused with HTTP {answer.status}", service_code=str(answer.status))
