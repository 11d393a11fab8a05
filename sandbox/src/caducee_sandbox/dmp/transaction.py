"""What every DMP transaction is made of: how it is recognised, performed and refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from cryptography import x509

from caducee_sandbox.dmp.refusals import DENIED, RegistryError, refuse
from caducee_sandbox.dmp.registry import Registry
from caducee_sandbox.dmp.rights import authorisation, may
from caducee_sandbox.dmp.vihf import Caller
from caducee_sandbox.mtom import Attachment, Package
from caducee_sandbox.people import Patient
from caducee_sandbox.schemas import Schemas
from caducee_sandbox.xml import Element

NOT_ALLOWED = "Accès refusé pour ce mode d'authentification"


@dataclass(frozen=True, kw_only=True)
class Call:
    """A request whose caller is known."""

    content: Element = field(repr=False)
    package: Package = field(repr=False)
    caller: Caller
    registry: Registry = field(repr=False)
    authority: x509.Certificate = field(repr=False)
    schemas: Schemas | None = field(repr=False)
    message_id: str

    def require(self, right: str) -> None:
        """Refuse a caller whose access mode has not this right."""
        if not may(self.caller.mode, right):
            raise refuse(DENIED, NOT_ALLOWED)

    def patient(self) -> Patient:
        """Return the patient of the VIHF.

        Raises:
            Refused: nobody has this INS, or the record does not exist or is closed.
        """
        found = self.caller.patient.patient
        if found is None or found.record != "active":
            raise refuse("XDSUnknownPatientId", "Pas de DMP actif pour cet INS")
        return found

    def require_consent(self) -> None:
        """Refuse a professional whom the patient did not authorise to consult."""
        if authorisation(self.patient(), self.caller.professional) != "VALIDE":
            raise refuse(DENIED, "Pas d'autorisation valide sur ce DMP")


@dataclass(frozen=True, kw_only=True)
class Transaction:
    """One transaction: ``perform`` returns the XML of the answer and may add attachments to it."""

    name: str
    service: str
    action: str
    answer_action: str
    root: str
    perform: Callable[[Call, list[Attachment]], str]
    refuse: Callable[[Sequence[RegistryError]], str]
    takes_parts: bool = False
    answers_parts: bool = False
