"""The DMP as a destination."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

import msgspec

from caducee.model.destination import Destination
from caducee.sharing.opposition import Scope


class Step(StrEnum):
    """What a delivery to the DMP does."""

    FEED = "feed"
    HIDDEN = "hidden"
    """Feed, kept from the patient (INVISIBLE_PATIENT) until somebody has told them."""
    SHOW = "show"
    """Show the patient what was hidden from them (TD3.3b)."""


class Dmp(Destination, frozen=True):
    """The DMP of the patient of the document. ``step`` is the kernel's to say: a caller writes ``Dmp()``."""

    kind: ClassVar[str] = "dmp"
    stopped_by: ClassVar[str] = Scope.FEED
    step: Step = Step.FEED


def step_of(destination: bytes) -> Step:
    """Return the step of a stored destination."""
    return msgspec.json.decode(destination, type=Dmp).step
