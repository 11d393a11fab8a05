"""How far the clock of this desk is from a service's own, as the ``Date`` header of its answers tells."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import msgspec

TOLERANCE = 60.0
"""Seconds that a clock may be wrong before anybody is told. No national text gives the figure: assumed."""


class Drift(msgspec.Struct, frozen=True, kw_only=True):
    """Our clock minus the service's, in seconds, within ``margin``: what the network and whole seconds leave open."""

    seconds: float
    margin: float

    def beyond(self, tolerance: float) -> bool:
        """Say whether the clocks are surely further apart than that."""
        return abs(self.seconds) - self.margin > tolerance


DriftSeen = Callable[[str, Drift], Awaitable[None]]
"""Told of each measure: the service, and how far its clock is."""


def measure(date: str, *, sent: datetime, received: datetime) -> Drift | None:
    """Compare a ``Date`` header (RFC 9110, 6.6.1) with when we asked and when the answer began.

    The service wrote it in between, with the fraction of its second cut off. ``None``: it is no date.
    """
    from email.utils import parsedate_to_datetime

    try:
        theirs = parsedate_to_datetime(date.strip())
    except ValueError:
        return None
    if theirs.tzinfo is None:
        theirs = theirs.replace(tzinfo=UTC)
    least = (sent - theirs - timedelta(seconds=1)).total_seconds()
    most = (received - theirs).total_seconds()
    return Drift(seconds=(least + most) / 2, margin=abs(most - least) / 2)


def told(seconds: float) -> str:
    """Return the French end of « l'horloge de ce poste … »: which way it is wrong, and by how much."""
    whole = math.floor(seconds + 0.5)
    minutes, rest = divmod(abs(whole), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{n} {unit}" for n, unit in ((hours, "h"), (minutes, "min"), (rest, "s")) if n]
    return f"{'avance' if seconds > 0 else 'retarde'} de {' '.join(parts)}" if parts else "est à l'heure"
