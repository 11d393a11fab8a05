"""What becomes of a delivery after a failure: pure."""

from __future__ import annotations

from caducee.contracts.delivery import Failure, Verdict, VerdictKind

_OPERATOR = Verdict(VerdictKind.BLOCKED, "operator")
_BY_CODE = {
    "mss.no_mailbox": Verdict(VerdictKind.NOT_APPLICABLE, "no_mailbox"),
    "mss.closed": Verdict(VerdictKind.NOT_APPLICABLE, "closed"),
    "mss.patient_address_refused": Verdict(VerdictKind.BLOCKED, "identity"),
    "mss.tls_untrusted": Verdict(VerdictKind.RETRY),
    "mss.recipient_refused": _OPERATOR,
    "mss.server_refused": _OPERATOR,
    "mss.too_large": _OPERATOR,
    "mss.outside": _OPERATOR,
    "mss.patient_by_identity": _OPERATOR,
    "credential.session_expired": Verdict(VerdictKind.BLOCKED, "login"),
    "identity.realm_mixed": Verdict(VerdictKind.REJECT),
    "service.outcome_unknown": Verdict(VerdictKind.UNKNOWN),
}
_LATER = frozenset({"mss.auth_refused", "mss.busy", "mss.not_secure", "mss.revocation_unknown", "mss.session_ended"})


def classify(failure: Failure) -> Verdict | None:
    """Return the verdict, ``None`` for what is left to the defaults.

    Whatever fails while it is asked for leaves the outcome unknown.
    """
    if failure.code in _LATER:
        return Verdict(VerdictKind.UNKNOWN if failure.during == "probe" else VerdictKind.RETRY)
    return _BY_CODE.get(failure.code)
