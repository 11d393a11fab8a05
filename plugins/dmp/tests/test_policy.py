from __future__ import annotations

import pytest

from caducee.contracts.delivery import Failure, VerdictKind
from caducee.errors import (
    CaduceeError,
    CardAbsent,
    CertificateExpired,
    CertificateUntrusted,
    ConnectFailed,
    InsNotQualified,
    MechanismMissing,
    OtherCard,
    OutcomeUnknown,
    PartlyDone,
    PinRequired,
    ProtocolViolation,
    RealmMixed,
    ServiceRejected,
    Timeout,
)
from caducee_dmp.errors import DmpClosed, DmpHoldsOther, NoDmp, explain, known_codes
from caducee_dmp.policy import classify


def rejected(code: str) -> ServiceRejected:
    return ServiceRejected("dmp", service_code=code)


@pytest.mark.parametrize(
    ("error", "during", "verdict"),
    [
        (NoDmp("dmp"), "prepare", "not_applicable no_dmp"),
        (DmpClosed("dmp"), "prepare", "not_applicable closed"),
        (CardAbsent(""), "prepare", "blocked card"),
        (OtherCard(""), "prepare", "blocked card"),
        (PinRequired(""), "prepare", "blocked card"),
        (CertificateExpired(""), "prepare", "blocked operator"),
        (CertificateUntrusted(""), "send", "blocked operator"),
        (MechanismMissing(""), "prepare", "blocked operator"),
        (InsNotQualified(""), "prepare", "blocked identity"),
        (RealmMixed(""), "prepare", "reject "),
        (OutcomeUnknown("dmp"), "send", "unknown "),
        (PartlyDone("dmp"), "send", "blocked operator"),
        (ConnectFailed("dmp"), "send", "retry "),
        (Timeout("dmp"), "prepare", "retry "),
        (ProtocolViolation("dmp"), "prepare", "retry "),
        (ProtocolViolation("dmp"), "send", "unknown "),
        (ConnectFailed("dmp"), "probe", "unknown "),
        (ProtocolViolation("dmp"), "probe", "unknown "),
        (rejected("XDSUnknownPatientId"), "send", "reject "),
        (rejected("NeverSeen"), "send", "reject "),
        (rejected("XDSRegistryBusy"), "send", "retry "),
        (rejected("XDSRegistryBusy"), "probe", "unknown "),
        (rejected("DMPInvalidCertificate"), "send", "blocked operator"),
        (rejected("NeverSeen"), "probe", "blocked operator"),
        (DmpHoldsOther("dmp"), "send", "blocked operator"),
    ],
)
def test_each_failure_has_its_verdict(error: CaduceeError, during: str, verdict: str) -> None:
    given = classify(Failure.of(error, during))
    assert given is not None
    assert f"{given.kind} {given.why}" == verdict


def test_what_the_plugin_does_not_know_is_left_to_the_default() -> None:
    assert classify(Failure(code="store.disk_full", retry="after_human", during="send")) is None


def test_every_known_code_has_a_verdict_and_a_sentence() -> None:
    for code, known in known_codes().items():
        verdict = classify(Failure.of(rejected(code), "send"))
        assert verdict is not None
        assert verdict.kind in {VerdictKind.RETRY, VerdictKind.REJECT, VerdictKind.BLOCKED}
        explanation = explain(code)
        assert explanation is not None
        assert explanation.sentence == known.sentence
        assert explanation.remedy


@pytest.mark.parametrize("error", [NoDmp, DmpClosed, DmpHoldsOther])
def test_own_errors_are_explained_in_french(error: type[CaduceeError]) -> None:
    explanation = explain(error.code)
    assert explanation is not None
    assert "DMP" in explanation.sentence


def test_an_unknown_code_has_no_explanation_of_ours() -> None:
    assert explain("NeverSeen") is None
