"""What becomes of a delivery after a failure: pure."""

from __future__ import annotations

from caducee.contracts.delivery import Failure, Verdict, VerdictKind
from caducee_dmp.errors import CannotHide, DmpClosed, DmpHoldsOther, NoDmp, known_codes

_BY_CODE = {
    NoDmp.code: Verdict(VerdictKind.NOT_APPLICABLE, "no_dmp"),
    DmpClosed.code: Verdict(VerdictKind.NOT_APPLICABLE, "closed"),
    DmpHoldsOther.code: Verdict(VerdictKind.BLOCKED, "operator"),
    CannotHide.code: Verdict(VerdictKind.NOT_APPLICABLE, "exempt"),
    "identity.ins_not_qualified": Verdict(VerdictKind.BLOCKED, "identity"),
    "identity.realm_mixed": Verdict(VerdictKind.REJECT),
    "service.clock_drift": Verdict(VerdictKind.BLOCKED, "operator"),
    "service.partly_done": Verdict(VerdictKind.BLOCKED, "operator"),
    "service.outcome_unknown": Verdict(VerdictKind.UNKNOWN),
}
_BY_FAMILY = {
    "card": Verdict(VerdictKind.BLOCKED, "card"),
    "pin": Verdict(VerdictKind.BLOCKED, "card"),
    "certificate": Verdict(VerdictKind.BLOCKED, "operator"),
    "key": Verdict(VerdictKind.BLOCKED, "operator"),
    "config": Verdict(VerdictKind.BLOCKED, "operator"),
}
_BY_WORD = {
    "retry": Verdict(VerdictKind.RETRY),
    "reject": Verdict(VerdictKind.REJECT),
    "operator": Verdict(VerdictKind.BLOCKED, "operator"),
}


def classify(failure: Failure) -> Verdict | None:
    """Return the verdict, ``None`` for what this plugin does not know.

    A probe that got no answer leaves the outcome unknown; one that was refused needs a person, since nothing then
    says whether the document arrived.
    """
    known = _BY_CODE.get(failure.code) or _BY_FAMILY.get(failure.code.partition(".")[0])
    if known is not None:
        return known
    if failure.code == "service.rejected":
        code = known_codes().get(failure.service_code)
        verdict = _BY_WORD[code.then] if code is not None else Verdict(VerdictKind.REJECT)
        return _of_a_probe(verdict) if failure.during == "probe" else verdict
    if failure.code.startswith("service."):
        doubtful = failure.during == "probe" or (failure.during, failure.code) == ("send", "service.protocol_violation")
        return Verdict(VerdictKind.UNKNOWN if doubtful else VerdictKind.RETRY)
    return None


def _of_a_probe(verdict: Verdict) -> Verdict:
    if verdict.kind is VerdictKind.RETRY:
        return Verdict(VerdictKind.UNKNOWN)
    return Verdict(VerdictKind.BLOCKED, "operator")
