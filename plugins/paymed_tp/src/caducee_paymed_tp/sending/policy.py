"""What becomes of a lot that failed: pure."""

from __future__ import annotations

from caducee.contracts.delivery import Failure, Verdict, VerdictKind

_BY_CODE = {
    "tp.submission_refused": Verdict(VerdictKind.REJECT),
    "capability.missing": Verdict(VerdictKind.BLOCKED, "operator"),
    "service.outcome_unknown": Verdict(VerdictKind.UNKNOWN),
}


def classify(failure: Failure) -> Verdict | None:
    """Return the verdict, ``None`` for what is left to the defaults."""
    return _BY_CODE.get(failure.code)
