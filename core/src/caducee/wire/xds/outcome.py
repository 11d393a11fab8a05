"""What a registry answered: delivered, delivered with warnings, partly, refused with or without a reason."""

from __future__ import annotations

from enum import StrEnum

import msgspec
from lxml import etree

from caducee.errors import PartlyDone, ProtocolViolation, ServiceError, ServiceRejected
from caducee.wire.namespaces import RS
from caducee.wire.xml import attribute, child, children

_STATUSES = {
    "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Success": ("success", False),
    "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Failure": ("failure", False),
    "urn:ihe:iti:2007:ResponseStatusType:PartialSuccess": ("partial", False),
    "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:PartialSuccess": ("partial", True),
}


class RegistryStatus(StrEnum):
    """The status of a registry answer (IHE ITI TF-3, 4.2.4.2)."""

    SUCCESS = "success"
    FAILURE = "failure"
    PARTIAL = "partial"


class RegistryMessage(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the error list: the registry's own words. ``severity`` is ``Error`` or ``Warning``."""

    code: str
    text: str
    severity: str
    location: str = ""


class RegistryOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome as the registry gave it. ``nonstandard`` notes that its status URN is not the one of IHE."""

    status: RegistryStatus
    errors: tuple[RegistryMessage, ...] = ()
    warnings: tuple[RegistryMessage, ...] = ()
    nonstandard: bool = False

    def error(self, service: str) -> ServiceError | None:
        """Return ``None`` only for a full success; otherwise the first error's own code and all texts.

        A partial success is never taken for a success.
        """
        if self.status is RegistryStatus.SUCCESS:
            return None
        first = self.errors[0].code if self.errors else ""
        texts = "; ".join(message.text for message in self.errors if message.text)
        reason = "" if self.errors else ", no reason given"
        if self.status is RegistryStatus.FAILURE:
            return ServiceRejected(service, f"refused{reason}", service_code=first, service_text=texts)
        urn = ", said with a URN that is not IHE's" if self.nonstandard else ""
        return PartlyDone(service, f"done in part{reason}{urn}", service_code=first, service_text=texts)


def read_outcome(response: etree._Element, *, service: str) -> RegistryOutcome:
    """Read the status and the error list of a RegistryResponse or of an answer derived from it.

    Raises:
        ProtocolViolation: an unknown status.
    """
    known = _STATUSES.get(attribute(response, "status"))
    if known is None:
        raise ProtocolViolation(service, "a registry answer with an unknown status")
    listed = [_message(item) for item in children(child(response, RS, "RegistryErrorList"), RS, "RegistryError")]
    return RegistryOutcome(
        status=RegistryStatus(known[0]),
        errors=tuple(message for message in listed if message.severity != "Warning"),
        warnings=tuple(message for message in listed if message.severity == "Warning"),
        nonstandard=known[1],
    )


def _message(item: etree._Element) -> RegistryMessage:
    return RegistryMessage(
        code=attribute(item, "errorCode"),
        text=attribute(item, "codeContext"),
        severity=attribute(item, "severity").rpartition(":")[2] or "Error",
        location=attribute(item, "location"),
    )
