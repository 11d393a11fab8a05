from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caducee.contracts.delivery import Verdict, VerdictKind
from caducee.errors import (
    AmbiguousCard,
    CaduceeError,
    CapabilityMissing,
    CardAbsent,
    CertificateExpired,
    CertificateUntrusted,
    ConfigError,
    ConnectFailed,
    DocumentInvalid,
    InsNotQualified,
    MechanismMissing,
    NotReady,
    OutcomeUnknown,
    PinRequired,
    ProtocolViolation,
    ServiceRejected,
)
from caducee.outbox.contract import FINAL, DeliveryState
from caducee.outbox.policy import Decision, Policy, Step, decide

POLICY = Policy()
ERRORS: tuple[Exception, ...] = (
    AmbiguousCard(("1", "2")),
    CapabilityMissing(),
    CardAbsent(),
    CertificateExpired(),
    ConfigError(()),
    ConnectFailed("s"),
    DocumentInvalid(()),
    InsNotQualified(),
    NotReady("p", "starting"),
    OutcomeUnknown("s"),
    ProtocolViolation("s"),
    ServiceRejected("s"),
    TimeoutError(),
    ValueError(),
)
verdicts = st.none() | st.builds(Verdict, st.sampled_from(VerdictKind), st.sampled_from(["card", "operator", "no_dmp"]))


def decided(error: Exception, step: Step, *, failures: int = 0, verdict: Verdict | None = None) -> Decision:
    return decide(error, step, verdict=verdict, failures=failures, policy=POLICY, roll=0.5)


@pytest.mark.parametrize(
    ("error", "state", "why"),
    [
        (CardAbsent(), DeliveryState.BLOCKED, "card"),
        (PinRequired(), DeliveryState.BLOCKED, "card"),
        (AmbiguousCard(("1", "2")), DeliveryState.BLOCKED, "card"),
        (CertificateExpired(), DeliveryState.BLOCKED, "operator"),
        (CertificateUntrusted(), DeliveryState.BLOCKED, "operator"),
        (MechanismMissing(), DeliveryState.BLOCKED, "operator"),
        (InsNotQualified(), DeliveryState.BLOCKED, "identity"),
        (ConnectFailed("s"), DeliveryState.PENDING, ""),
        (OutcomeUnknown("s"), DeliveryState.UNKNOWN, ""),
        (ServiceRejected("s"), DeliveryState.REJECTED, ""),
        (DocumentInvalid(()), DeliveryState.REJECTED, ""),
        (ConfigError(()), DeliveryState.BLOCKED, "operator"),
        (CapabilityMissing(), DeliveryState.BLOCKED, "operator"),
        (ValueError(), DeliveryState.UNKNOWN, ""),
        (ProtocolViolation("s"), DeliveryState.UNKNOWN, ""),
    ],
)
def test_a_failed_send_ends_in_the_state_of_its_error(error: CaduceeError, state: DeliveryState, why: str) -> None:
    decision = decided(error, Step.SEND)
    assert (decision.state, decision.why) == (state, why)


def test_an_unexpected_error_while_preparing_is_tried_again_a_few_times() -> None:
    states = [decided(ValueError(), Step.PREPARE, failures=n).state for n in range(POLICY.prepare_tries)]
    assert states == [DeliveryState.PENDING] * (POLICY.prepare_tries - 1) + [DeliveryState.BLOCKED]


def test_an_outage_is_tried_again_for_ever() -> None:
    assert decided(ConnectFailed("s"), Step.PREPARE, failures=10_000).delay == 600


def test_the_delays_are_those_of_the_policy() -> None:
    assert [POLICY.delay(n, 0.5) for n in range(7)] == [1, 5, 30, 120, 600, 600, 600]


def test_the_pace_divides_the_delays() -> None:
    assert Policy(pace=10).delay(2, 0.5) == 3


@given(st.integers(0, 1000), st.floats(0, 1))
def test_a_delay_moves_by_a_fifth_at_most(failures: int, roll: float) -> None:
    base = POLICY.delays[min(failures, 4)]
    assert 0.8 * base - 1e-9 <= POLICY.delay(failures, roll) <= 1.2 * base + 1e-9


@given(st.sampled_from(ERRORS), st.sampled_from(Step), verdicts, st.integers(0, 20))
def test_only_what_is_tried_by_itself_has_a_delay(
    error: Exception, step: Step, verdict: Verdict | None, failures: int
) -> None:
    decision = decided(error, step, verdict=verdict, failures=failures)
    assert (decision.delay is not None) == (decision.state in {DeliveryState.PENDING, DeliveryState.UNKNOWN})


@given(st.sampled_from(ERRORS), verdicts, st.integers(0, 20))
def test_a_failed_question_never_ends_the_doubt(error: Exception, verdict: Verdict | None, failures: int) -> None:
    decision = decided(error, Step.PROBE, verdict=verdict, failures=failures)
    assert decision.doubtful
    assert decision.state not in FINAL | {DeliveryState.PENDING, DeliveryState.SENDING}


@given(st.sampled_from([ValueError(), TimeoutError(), ProtocolViolation("s"), OutcomeUnknown("s")]), st.integers(0, 20))
def test_after_a_send_only_a_sure_failure_is_sent_again_without_asking(error: Exception, failures: int) -> None:
    assert decided(error, Step.SEND, failures=failures).state is DeliveryState.UNKNOWN
