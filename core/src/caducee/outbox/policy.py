"""What becomes of a delivery after a step failed. Pure: no clock, no chance, no store."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from caducee.contracts.delivery import Verdict, VerdictKind
from caducee.errors import (
    CaduceeError,
    CardTooOld,
    CertificateExpired,
    CertificateUntrusted,
    CredentialError,
    DocumentInvalid,
    IdentityError,
    MechanismMissing,
    Retry,
    ServiceError,
    ServiceUnavailable,
    SessionExpired,
)
from caducee.outbox.contract import DeliveryState


class Step(StrEnum):
    """The step of a delivery that failed. The value is ``Failure.during``."""

    PREPARE = "prepare"
    SEND = "send"
    PROBE = "probe"


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """When to try again.

    ``delays`` are seconds after the first, second, … failure in a row, the last one for ever after; each moves by
    ``spread`` at most. A plugin's unexpected error before anything was sent is tried ``prepare_tries`` times, then
    an operator decides. ``pace`` is the clock's: waits are divided by it.
    """

    delays: tuple[float, ...] = (1.0, 5.0, 30.0, 120.0, 600.0)
    spread: float = 0.2
    prepare_tries: int = 5
    pace: float = 1.0

    def delay(self, failures: int, roll: float) -> float:
        """Return the seconds to wait after ``failures`` earlier failures in a row. ``roll`` is within 0 and 1."""
        base = self.delays[min(failures, len(self.delays) - 1)]
        return base * (1 + self.spread * (2 * roll - 1)) / self.pace


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """The next state. ``delay`` is in seconds from now, ``None`` where nothing is due.

    ``doubtful`` says that bytes may have left and nobody knows what became of them.
    """

    state: DeliveryState
    why: str = ""
    delay: float | None = None
    doubtful: bool = False


def decide(
    error: Exception, step: Step, *, verdict: Verdict | None, failures: int, policy: Policy, roll: float
) -> Decision:
    """Decide after a failed step. ``verdict`` is what the plugin says of it; ``None`` leaves it to the defaults."""
    chosen = verdict or default_verdict(error, step, failures=failures, policy=policy)
    delay = policy.delay(failures, roll)
    if step is Step.PROBE:
        return _still_unknown(chosen, delay)
    match chosen.kind:
        case VerdictKind.RETRY:
            return Decision(state=DeliveryState.PENDING, delay=delay)
        case VerdictKind.UNKNOWN:
            return Decision(state=DeliveryState.UNKNOWN, delay=delay, doubtful=True)
        case VerdictKind.REJECT:
            return Decision(state=DeliveryState.REJECTED)
        case VerdictKind.NOT_APPLICABLE:
            return Decision(state=DeliveryState.NOT_APPLICABLE, why=chosen.why)
        case VerdictKind.BLOCKED:
            return Decision(state=DeliveryState.BLOCKED, why=chosen.why)


def default_verdict(error: Exception, step: Step, *, failures: int, policy: Policy) -> Verdict:
    """What an error means when its plugin does not say."""
    if not isinstance(error, CaduceeError):
        return _unexpected(step, failures, policy)
    if isinstance(error, CredentialError):
        return Verdict(VerdictKind.BLOCKED, _who_helps(error))
    if isinstance(error, IdentityError):
        return Verdict(VerdictKind.BLOCKED, "identity")
    match error.retry:
        case Retry.LATER:
            return _later(error, step)
        case Retry.UNKNOWN:
            return Verdict(VerdictKind.UNKNOWN)
        case Retry.NEVER if isinstance(error, ServiceError | DocumentInvalid):
            return Verdict(VerdictKind.REJECT)
        case _:
            # A wrong configuration or a missing capability is no refusal by the service.
            return Verdict(VerdictKind.BLOCKED, "operator")


def _later(error: CaduceeError, step: Step) -> Verdict:
    """After a send only an outage is sure to have changed nothing: an answer that cannot be read may hide a success."""
    sure = step is not Step.SEND or isinstance(error, ServiceUnavailable)
    return Verdict(VerdictKind.RETRY if sure else VerdictKind.UNKNOWN)


def _unexpected(step: Step, failures: int, policy: Policy) -> Verdict:
    if step is Step.SEND:
        return Verdict(VerdictKind.UNKNOWN)
    if step is Step.PREPARE and failures + 1 >= policy.prepare_tries:
        return Verdict(VerdictKind.BLOCKED, "operator")
    return Verdict(VerdictKind.RETRY)


def _who_helps(error: CredentialError) -> str:
    if isinstance(error, SessionExpired):
        return "login"
    permanent = isinstance(error, CardTooOld | CertificateExpired | CertificateUntrusted | MechanismMissing)
    return "operator" if permanent else "card"


def _still_unknown(chosen: Verdict, delay: float) -> Decision:
    """A failed question settles nothing: whatever it says, bytes may have left."""
    match chosen.kind:
        case VerdictKind.RETRY | VerdictKind.UNKNOWN:
            return Decision(state=DeliveryState.UNKNOWN, delay=delay, doubtful=True)
        case VerdictKind.BLOCKED:
            return Decision(state=DeliveryState.BLOCKED, why=chosen.why, doubtful=True)
        case VerdictKind.REJECT | VerdictKind.NOT_APPLICABLE:
            return Decision(state=DeliveryState.BLOCKED, why="operator", doubtful=True)
