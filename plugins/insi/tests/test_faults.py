from __future__ import annotations

import msgspec
import pytest

from caducee.contracts.http import HttpAnswer
from caducee.drift import Drift
from caducee.errors import CaduceeError, ClockDrift, ProtocolViolation, Retry, ServiceUnavailable
from caducee_insi.exchange import understand
from caducee_insi.faults import InsiRefused, InsiUnavailable, explain, meanings

from .scripted import fault, result


def refused(answer: HttpAnswer) -> CaduceeError:
    with pytest.raises(CaduceeError) as caught:
        understand(answer)
    return caught.value


@pytest.mark.requirement("INSI-FAULT")
@pytest.mark.parametrize(
    ("siram", "code", "party", "kind"),
    [
        ("siram_40", "desir_1020", "Sender", InsiUnavailable),
        ("siram_40", "insi_102", "Receiver", InsiUnavailable),
        ("siram_100", "desir_550", "Sender", InsiRefused),
        ("siram_100", "desir_560", "Sender", InsiRefused),
        ("siram_40", "insi_24", "Sender", InsiRefused),
        ("siram_77", "insi_999", "Receiver", InsiRefused),
    ],
)
def test_a_fault_is_asked_again_only_when_it_is_known_to_pass(
    siram: str, code: str, party: str, kind: type[CaduceeError]
) -> None:
    error = refused(fault(siram, code, party))
    assert type(error) is kind
    assert error.retry is (Retry.LATER if kind is InsiUnavailable else Retry.NEVER)


def test_a_fault_keeps_both_codes_and_both_texts_of_the_service() -> None:
    error = refused(fault("siram_100", "desir_550"))
    assert isinstance(error, InsiRefused)
    assert (error.service_code, error.service_text) == ("siram_100/desir_550", "texte du service")
    assert (error.fault.technical_text, error.fault.severity, error.fault.message_id) == (
        "texte technique",
        "fatal",
        "",
    )


def test_a_known_code_is_explained_in_french_and_an_unknown_one_in_the_service_s_words() -> None:
    assert "autorisation" in refused(fault("siram_100", "desir_550")).explain().sentence
    assert "texte du service" in refused(fault("siram_77", "insi_999")).explain().sentence


def test_the_detail_is_more_telling_than_the_class() -> None:
    explanation = explain("siram_100/desir_560")
    assert explanation is not None
    assert "certificat" in explanation.sentence
    assert explain("urn:autre/XDSError") is None


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("siram_77/insi_7", "champ"),
        ("siram_77/insi_999", "erreur"),
        ("siram_77/desir_4", "passerelle"),
        ("siram_77", "téléservice"),
    ],
)
def test_a_code_that_no_public_source_shows_is_explained_by_its_family(code: str, word: str) -> None:
    explanation = explain(code)
    assert explanation is not None
    assert word in explanation.sentence
    assert explanation.remedy.endswith(".")


def test_every_known_code_has_a_sentence_and_a_remedy() -> None:
    assert all(meaning.sentence.endswith(".") and meaning.remedy.endswith(".") for meaning in meanings().values())


@pytest.mark.parametrize("body", [b"", b"<html>", b"<a/>", b"\x00\xff"])
def test_a_500_without_soap_is_an_outage(body: bytes) -> None:
    error = refused(HttpAnswer(status=500, content_type="text/html", body=body))
    assert isinstance(error, ServiceUnavailable)


@pytest.mark.parametrize("body", [b"", b"<html/>", b"<a", b'<!DOCTYPE x [<!ENTITY e "x">]><x>&e;</x>'])
def test_a_200_that_is_not_soap_is_a_protocol_violation(body: bytes) -> None:
    assert isinstance(refused(HttpAnswer(status=200, content_type="text/xml", body=body)), ProtocolViolation)


def test_a_result_with_another_status_is_a_protocol_violation() -> None:
    answer = result("01")
    assert isinstance(
        refused(HttpAnswer(status=302, content_type=answer.content_type, body=answer.body)), ProtocolViolation
    )


FAR = Drift(seconds=-3900.5, margin=0.5)


@pytest.mark.parametrize(("siram", "code"), [("siram_77", "desir_9999"), ("FailedAuthentication", "")])
def test_a_call_refused_without_a_known_reason_by_a_service_whose_clock_is_far_is_a_matter_of_the_clock(
    siram: str, code: str
) -> None:
    error = refused(msgspec.structs.replace(fault(siram, code), drift=FAR))
    assert isinstance(error, ClockDrift)
    assert error.retry is Retry.AFTER_HUMAN
    assert "retarde de 1 h 5 min" in error.explain().sentence


@pytest.mark.parametrize(
    ("siram", "code", "drift"),
    [("siram_77", "insi_24", FAR), ("siram_100", "desir_550", FAR), ("siram_77", "desir_9999", None)],
)
def test_a_refusal_with_another_reason_stays_a_refusal(siram: str, code: str, drift: Drift | None) -> None:
    assert isinstance(refused(msgspec.structs.replace(fault(siram, code), drift=drift)), InsiRefused)
