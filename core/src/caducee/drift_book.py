"""Keeps how far the clock of this desk is from each service's, for the desk and for ``caducee doctor``."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import msgspec

from caducee.clock import Clock
from caducee.drift import TOLERANCE, Drift
from caducee.errors import StoreError
from caducee.outbox.contract import Store

_OWNER, _KEPT = "caducee", "drift"
_AGAIN = timedelta(hours=1)
_MOVED = 5.0
_log = logging.getLogger(__name__)


class KeptDrift(msgspec.Struct, frozen=True, kw_only=True):
    """The last measure that was kept of one service, and when it was made (by our clock)."""

    service: str
    at: datetime
    drift: Drift


class DriftBook:
    """The measures of one kernel. A measure that says nothing new is not written again within the hour."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._last: dict[str, KeptDrift] = {}

    async def note(self, service: str, drift: Drift) -> None:
        """Keep a measure; say so once when the clocks part or meet again. Never fails an exchange."""
        new = KeptDrift(service=service, at=self._clock.now(), drift=drift)
        last = self._last.get(service)
        if last is not None and not _worth(last, new):
            return
        self._last[service] = new
        wrong, was_wrong = (one is not None and one.drift.beyond(TOLERANCE) for one in (new, last))
        if wrong and not was_wrong:
            _log.warning("the clock of this machine is %+.0f s from that of %s", drift.seconds, service)
        try:
            async with self._store.transaction() as tx:
                await tx.put(_OWNER, _KEPT, service, msgspec.json.encode(new))
                if wrong != was_wrong:
                    await tx.event("clock.drift" if wrong else "clock.right", code=service)
        except StoreError as error:
            _log.warning("a measure of the clock was not kept: %s", error.code)


async def kept_drifts(store: Store) -> AsyncIterator[KeptDrift]:
    """Read the last measure of each service."""
    async for record in store.records(_OWNER, _KEPT):
        yield msgspec.json.decode(record.value, type=KeptDrift)


def _worth(last: KeptDrift, new: KeptDrift) -> bool:
    moved = abs(last.drift.seconds - new.drift.seconds) > _MOVED + last.drift.margin + new.drift.margin
    return moved or last.drift.beyond(TOLERANCE) != new.drift.beyond(TOLERANCE) or new.at - last.at >= _AGAIN
