"""What prints documents, whatever the engine."""

from __future__ import annotations

from typing import Protocol

import msgspec

from caducee.model.environment import Environment
from caducee.paper.letter import Letter


class Printed(msgspec.Struct, frozen=True, kw_only=True):
    """A printed document: the PDF/A-1b file, and its first page as PNG to look at."""

    pdf: bytes
    picture: bytes


class Paper(Protocol):
    """Prints documents. Synchronous and pure: the same document gives the same bytes."""

    def print_letter(self, letter: Letter, *, environment: Environment) -> Printed:
        """Print a letter; outside production every page is marked SPÉCIMEN.

        Raises:
            PaperInvalid: a value that cannot be printed; nothing was.
            CapabilityMissing: the printing engine is not installed.
        """
        ...
