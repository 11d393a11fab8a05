"""SOAP faults: read with the service's own words, mapped to a typed error."""

from __future__ import annotations

from typing import Any

import msgspec
from lxml import etree

from caducee.drift import TOLERANCE, Drift
from caducee.errors import CaduceeError, ClockDrift, OutcomeUnknown, ServiceRejected, ServiceUnavailable
from caducee.wire.namespaces import SOAP11, SOAP12
from caducee.wire.xml import child, children, text


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """A fault. Codes are local names, ``subcode`` the innermost one; ``detail`` is its lxml element or ``None``."""

    code: str
    subcode: str
    text: str
    detail: Any = None

    @property
    def service_code(self) -> str:
        """The most precise code that the service gave."""
        return self.subcode or self.code


def read_fault(element: etree._Element) -> Fault | None:
    """Return the fault that this Body child is, ``None`` when it is none (SOAP 1.2 Part 1, 5.4; SOAP 1.1, 4.4)."""
    if element.tag == f"{{{SOAP12}}}Fault":
        return _soap12(element)
    if element.tag == f"{{{SOAP11}}}Fault":
        return Fault(
            code=_local(element.findtext("faultcode", "")),
            subcode="",
            text=element.findtext("faultstring", "").strip(),
            detail=element.find("detail"),
        )
    return None


def fault_error(service: str, fault: Fault, changes: bool) -> CaduceeError:  # noqa: FBT001
    """Map a fault: the sender is at fault, so refused; the receiver is, so unavailable, or unknown after a change."""
    words = {"service_code": fault.service_code, "service_text": fault.text}
    if fault.code not in {"Receiver", "Server"}:
        return ServiceRejected(service, "fault", **words)
    return OutcomeUnknown(service, "fault", **words) if changes else ServiceUnavailable(service, "fault", **words)


PROOF_REFUSED = frozenset(
    {"FailedAuthentication", "FailedCheck", "InvalidSecurity", "InvalidSecurityToken", "MessageExpired"}
)
"""What refuses a proof of who calls (WS-Security 1.1, 12; MessageExpired is of its implementations)."""


class Proofs(msgspec.Struct, frozen=True, kw_only=True):
    """The codes by which a service refuses a proof of who calls; seconds that its clock may be from ours."""

    refused: frozenset[str] = PROOF_REFUSED
    tolerance: float = TOLERANCE

    def judge(self, error: CaduceeError, drift: Drift | None) -> CaduceeError:
        """Return what the refusal of a dated proof is when the clocks are far apart, else the error as it is."""
        refused = isinstance(error, ServiceRejected) and error.service_code in self.refused
        if not refused or drift is None or not drift.beyond(self.tolerance):
            return error
        return clock_drift(error, drift)


USUAL_PROOFS = Proofs()


def clock_drift(error: CaduceeError, drift: Drift) -> ClockDrift:
    """Return the error of a clock in place of a refusal, with the service's own words."""
    assert isinstance(error, ServiceRejected)
    return ClockDrift(
        error.service, seconds=drift.seconds, service_code=error.service_code, service_text=error.service_text
    )


def _soap12(element: etree._Element) -> Fault:
    code = child(element, SOAP12, "Code")
    subcode, deeper = "", child(code, SOAP12, "Subcode")
    while deeper is not None:
        subcode = _local(text(child(deeper, SOAP12, "Value"))) or subcode
        deeper = child(deeper, SOAP12, "Subcode")
    texts = list(children(child(element, SOAP12, "Reason"), SOAP12, "Text"))
    french = [t for t in texts if t.get("{http://www.w3.org/XML/1998/namespace}lang", "").startswith("fr")]
    reason = next(iter(french or texts), None)
    return Fault(
        code=_local(text(child(code, SOAP12, "Value"))),
        subcode=subcode,
        text=text(reason),
        detail=child(element, SOAP12, "Detail"),
    )


def _local(qualified: str) -> str:
    return qualified.strip().rpartition(":")[2]
