"""How a record is opened: the ordinary way, in an emergency, or from a regulation centre (TRE_R248)."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from caducee.model.codes import Code
from caducee.sharing.basis import AccessBasis, require_basis
from caducee_dmp.errors import ReasonMissing

_PURPOSES = "1.2.250.1.213.1.1.4.248"


class AccessMode(StrEnum):
    """The access mode, as the assertion says it.

    ``NORMAL``: the patient authorised it. ``BREAK_GLASS``: an emergency, the patient cannot say. ``CENTRE_15``: medical
    regulation.
    """

    NORMAL = "normal"
    BREAK_GLASS = "bris_de_glace"
    CENTRE_15 = "centre_15"


_LABELS = {
    AccessMode.NORMAL: "Accès normal",
    AccessMode.BREAK_GLASS: "Accès bris de glace",
    AccessMode.CENTRE_15: "Accès centre 15",
}


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """One way to open a record. An ordinary one brings its ``basis``, or nothing may be read.

    ``reason`` is what the patient will read of an access without their authorisation.

    ``secret`` asks for the secret connection of a minor: what is done is hidden from the legal representatives. An
    adult, and somebody whose birth date does not tell, is refused (``[sharing] majority``). No public text shows its
    form on the wire; it must be switched on (``vihf.secret_connection``).
    """

    mode: AccessMode = AccessMode.NORMAL
    basis: AccessBasis | None = None
    reason: str = ""
    secret: bool = False

    @property
    def purpose(self) -> Code:
        """The purpose of use of the assertion."""
        return Code(self.mode, _PURPOSES, _LABELS[self.mode])

    def check(self) -> None:
        """Refuse an access without authorisation that gives no reason.

        Raises:
            ReasonMissing: nothing was sent.
        """
        if self.mode is not AccessMode.NORMAL and not self.reason.strip():
            raise ReasonMissing(f"{self.mode} without a reason")

    @property
    def ground(self) -> str:
        """Why the record may be read, as the audit trail keeps it."""
        return self.reason or (self.basis.named if self.basis is not None else "")

    def check_reading(self) -> None:
        """Refuse to read a record without a basis; an access without authorisation brings its reason instead.

        Raises:
            ConsentMissing, ReasonMissing: nothing was sent.
        """
        self.check()
        if self.mode is AccessMode.NORMAL:
            require_basis(self.basis)


NORMAL = Access()
