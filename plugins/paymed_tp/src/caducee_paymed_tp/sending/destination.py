"""The lane of lots."""

from __future__ import annotations

from typing import ClassVar

from caducee.model.destination import Destination


class Concentrator(Destination, frozen=True, kw_only=True):
    """The concentrator of this practice. Lots leave as parcels of this kind."""

    kind: ClassVar[str] = "tp"
