"""The DMP as a destination."""

from __future__ import annotations

from typing import ClassVar

from caducee.model.destination import Destination


class Dmp(Destination, frozen=True):
    """The DMP of the patient of the document."""

    kind: ClassVar[str] = "dmp"
