"""What every DMP transaction is made of: how it is recognised, performed and refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from cryptography import x509

from caducee_sandbox.dmp import rights
from caducee_sandbox.dmp.records import EMERGENCY, MASKED, URGENCY, VALID, Records
from caducee_sandbox.dmp.refusals import DENIED, Refused, RegistryError, refuse
from caducee_sandbox.dmp.registry import Entry, Registry
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
    desk: Records = field(repr=False)
    authority: x509.Certificate = field(repr=False)
    schemas: Schemas | None = field(repr=False)
    message_id: str
    remarks: list[str] = field(default_factory=list, repr=False)
    """What was tolerated and is written down."""

    def cell(self, right: str) -> str:
        """Return what the rights sheet says of the caller and this right."""
        caller = self.caller
        patient = caller.patient.patient if caller.patient is not None else None
        attending = patient is not None and self.desk.attending(patient, caller.professional)
        group = rights.category(
            mode=caller.mode, profession=caller.profession, specialty=caller.specialty, attending=attending
        )
        return rights.rule(right, mode=caller.mode, group=group, purpose=caller.purpose)

    def require(self, right: str) -> None:
        """Refuse a caller who has not this right at all."""
        if self.cell(right) == "-":
            raise refuse(DENIED, NOT_ALLOWED)

    def require_on(self, right: str, entry: Entry) -> None:
        """Refuse a caller who has not this right on one document."""
        if not self._permits(self.cell(right), entry):
            raise refuse(DENIED, "Droit refusé sur ce document")

    def sees(self, entry: Entry) -> bool:
        """Say whether a document is listed for, and may be read by, the caller."""
        if not entry.masked or entry.author == self.caller.professional:
            return True
        return self._permits(self.cell(rights.READ_MASKED), entry)

    def patient(self) -> Patient:
        """Return the patient of the VIHF.

        Raises:
            Refused: nobody has this INS, or the record does not exist or is closed.
        """
        found = self.caller.patient.patient if self.caller.patient is not None else None
        if found is None or found.record != "active":
            raise refuse("XDSUnknownPatientId", "Pas de DMP actif pour cet INS")
        return found

    def require_consent(self) -> None:
        """Refuse a professional whom the patient did not authorise, or an emergency access that they oppose."""
        patient = self.patient()
        purpose = self.caller.purpose
        if purpose == rights.NORMAL:
            if self.desk.authorisation(patient, self.caller.professional) != VALID:
                raise refuse(DENIED, "Pas d'autorisation valide sur ce DMP")
        elif self.desk.opposes(patient, EMERGENCY if purpose == rights.EMERGENCY else URGENCY):
            raise refuse(DENIED, "Le patient s'oppose à cet accès")

    def notify(self, kind: str, detail: str = "") -> None:
        """Tell the patient what happened in their record; an emergency access is told with its reason."""
        patient = self.patient()
        if self.caller.purpose != rights.NORMAL:
            self.desk.notify(patient, self.caller.purpose, self.caller.professional, self.caller.reason)
        self.desk.notify(patient, kind, self.caller.professional, detail)

    def _permits(self, cell: str, entry: Entry) -> bool:
        patient = self.caller.patient.patient if self.caller.patient is not None else None
        return rights.permits(
            cell,
            entry,
            professional=self.caller.professional,
            structure=self.caller.structure,
            permitted=patient is not None and not self.desk.opposes(patient, MASKED),
        )


@dataclass(frozen=True, kw_only=True)
class Transaction:
    """One transaction: ``perform`` returns the XML of the answer and may add attachments to it.

    ``without_patient`` says that the VIHF need not name one.
    """

    name: str
    service: str
    action: str
    answer_action: str
    root: str
    perform: Callable[[Call, list[Attachment]], str]
    refuse: Callable[[Sequence[RegistryError]], str]
    takes_parts: bool = False
    answers_parts: bool = False
    without_patient: bool = False


def denial(refused: Refused) -> tuple[str, str]:
    """Return code and text of a refusal, for answers that have one status."""
    return refused.errors[0].code, refused.errors[0].context
