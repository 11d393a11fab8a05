"""What every verb is: its parameters, and what it does with the façade."""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec

from caducee.blocking import BlockingKernel


class Params(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The parameters of one verb; ``result`` is the type of what it answers."""

    verb: ClassVar[str]
    result: ClassVar[Any] = None

    def run(self, kernel: BlockingKernel) -> Any:
        """Do it; what is returned goes back as JSON."""
        raise NotImplementedError
