"""What a patient must be told by a person before they can read it."""

from __future__ import annotations

from datetime import date

import msgspec


class Announce(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody tells the patient first: what the patient would read waits, professionals get it at once.

    ``by`` is who will tell, as the practice calls them. After ``due`` it counts as overdue; nothing leaves by itself
    for that.
    """

    by: str
    due: date | None = None
