"""What the DMP says of a record before anything in it is read."""

from __future__ import annotations

import msgspec

FIRST_ACCESS = (
    "Premier accès au dossier de ce patient : il en sera averti et verra dans l'historique de Mon espace santé "
    "qui l'a consulté et quand."
)
"""No public text gives official words."""


class Existence(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of TD0.2. Identity traits of the answer are not kept (the software may not display them).

    ``authorisation`` is the professional's own (``VALIDE``, ``NON_EXISTE``, ``INTERDIT``, ``EXPIRE``), empty when the
    service did not say; ``attending`` says that they are the attending doctor; ``attached`` that the record belongs to
    Mon espace santé.
    """

    exists: bool
    active: bool = False
    authorisation: str = ""
    attending: bool | None = None
    attached: bool | None = None

    @property
    def notice(self) -> str:
        """What to tell before a first access, in French; empty once the professional is authorised there."""
        return FIRST_ACCESS if self.exists and self.authorisation != "VALIDE" else ""


class RecordData(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of TD1.3a without the traits and addresses that it also has. ``None``: the service did not say.

    ``break_glass_opposed`` and ``regulation_opposed`` are the patient's refusals of access without their word.
    ``represented`` says that the record names a legal representative.
    """

    exists: bool
    active: bool = False
    break_glass_opposed: bool | None = None
    regulation_opposed: bool | None = None
    internet_account: bool | None = None
    attached: bool | None = None
    deceased: bool | None = None
    represented: bool = False
