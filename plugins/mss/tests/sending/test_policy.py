"""What becomes of a delivery after a failure."""

from __future__ import annotations

import pytest

from caducee.contracts.delivery import Failure, VerdictKind
from caducee_mss.sending.policy import classify

LATER = ("mss.auth_refused", "mss.busy", "mss.not_secure", "mss.revocation_unknown", "mss.session_ended")


def verdict(code: str, during: str = "send") -> tuple[VerdictKind, str] | None:
    found = classify(Failure(code=code, retry="later", during=during))
    return (found.kind, found.why) if found is not None else None


@pytest.mark.parametrize("code", LATER)
def test_what_may_pass_is_tried_again_and_leaves_the_outcome_open_when_it_was_asked_for(code: str) -> None:
    assert verdict(code) == (VerdictKind.RETRY, "")
    assert verdict(code, "probe") == (VerdictKind.UNKNOWN, "")


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("mss.no_mailbox", (VerdictKind.NOT_APPLICABLE, "no_mailbox")),
        ("mss.closed", (VerdictKind.NOT_APPLICABLE, "closed")),
        ("mss.recipient_refused", (VerdictKind.BLOCKED, "operator")),
        ("mss.outside", (VerdictKind.BLOCKED, "operator")),
        ("credential.session_expired", (VerdictKind.BLOCKED, "login")),
        ("identity.realm_mixed", (VerdictKind.REJECT, "")),
        ("service.outcome_unknown", (VerdictKind.UNKNOWN, "")),
        ("service.unavailable", None),
    ],
)
def test_each_failure_has_its_end(code: str, told: tuple[VerdictKind, str] | None) -> None:
    assert verdict(code) == told
