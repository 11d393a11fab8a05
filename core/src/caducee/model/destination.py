"""Where a document may go. Each destination is served by the plugin that defines its class."""

from __future__ import annotations

from typing import ClassVar

import msgspec


class Destination(msgspec.Struct, frozen=True):
    """One place a document may go.

    A plugin subclasses it and sets ``kind``. Rows, logs and events carry only ``kind`` and ``reference``, which
    is opaque and names nobody; what is needed to reach the addressee stays in the encrypted part. ``stopped_by`` is the
    scope of an opposition of the patient that closes this way (``caducee.sharing.opposition.Scope``).
    """

    kind: ClassVar[str] = ""
    stopped_by: ClassVar[str] = ""

    @property
    def reference(self) -> str:
        """An opaque reference that tells two destinations of one kind apart."""
        return "-"


class Audience:
    """The destinations of one publication, in the caller's order, each at most once."""

    def __init__(self, *destinations: Destination) -> None:
        self.destinations = tuple(dict.fromkeys(destinations))
