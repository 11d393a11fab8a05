"""What a plugin may ask about the oppositions of a patient."""

from __future__ import annotations

from typing import Protocol

from caducee.sharing.opposition import Opposition, Scope


class Oppositions(Protocol):
    """Declared with ``registrar.needs(Need.OPPOSITIONS)``."""

    async def standing(self, local_id: str, scope: Scope, *, document_type: str = "") -> Opposition | None:
        """Return the opposition of this patient that stops this today; ``None`` when nothing stands against it."""
        ...
