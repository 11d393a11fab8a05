"""What the directory says beside results: each is one typed error that keeps its words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from caducee.contracts.http import HttpAnswer
from caducee.errors import CaduceeError, ProtocolViolation, Retry, ServiceUnavailable
from caducee_annuaire.errors import (
    CriterionRefused,
    DirectoryBusy,
    DirectoryRefused,
    DirectoryUnavailable,
    KeyRefused,
    NotWhole,
)
from caducee_annuaire.fhir.outcome import retry_after

from .scripted import KEY, FakeTime, ScriptedHttp, client, fhir, first, outcome, page, person

pytestmark = pytest.mark.anyio
START = first("PractitionerRole", "mailbox-mss-type=PER")


async def ask(answer: Any, **bounds: Any) -> Any:
    http = ScriptedHttp({START: answer})
    return await client(http, **bounds).search("PractitionerRole", {"mailbox-mss-type": "PER"})


async def refused(answer: Any, **bounds: Any) -> CaduceeError:
    with pytest.raises(CaduceeError) as caught:
        await ask(answer, **bounds)
    assert KEY not in str(caught.value)
    return caught.value


async def test_a_refused_criterion_is_named() -> None:
    error = await refused(outcome(400, code="not-supported", diagnostics="Parameter mailbox-mss-type not found"))
    assert isinstance(error, CriterionRefused)
    assert (error.criterion, error.service_code) == ("mailbox-mss-type", "not-supported")
    assert error.service_text == "Parameter mailbox-mss-type not found"
    assert error.retry is Retry.NEVER


async def test_a_criterion_that_was_not_asked_is_named_as_the_service_names_it() -> None:
    error = await refused(outcome(400, diagnostics="Unknown search parameter 'practitioner.identifier'."))
    assert isinstance(error, CriterionRefused)
    assert error.criterion == "practitioner.identifier"


async def test_a_criterion_named_in_the_expression_only_is_found() -> None:
    issue = {"severity": "error", "code": "invalid", "expression": ["http.mailbox-mss-type"]}
    error = await refused(fhir({"resourceType": "OperationOutcome", "issue": [issue]}, 400))
    assert isinstance(error, CriterionRefused)
    assert error.criterion == "mailbox-mss-type"


@pytest.mark.parametrize("status", [400, 404, 410, 412])
async def test_any_other_refusal_keeps_code_and_text(status: int) -> None:
    error = await refused(outcome(status, code="value", diagnostics="Nope"))
    assert type(error) is DirectoryRefused
    assert (error.service_code, error.service_text) == ("value", "Nope")


async def test_a_refusal_without_an_outcome_keeps_the_status() -> None:
    error = await refused(HttpAnswer(status=400, content_type="text/plain", body=b"<html>"))
    assert isinstance(error, DirectoryRefused)
    assert error.service_code == "HTTP 400"


@pytest.mark.parametrize("status", [401, 403])
async def test_a_refused_key_waits_for_a_person(status: int) -> None:
    error = await refused(outcome(status, code="login", diagnostics="Unauthorized"))
    assert isinstance(error, KeyRefused)
    assert error.retry is Retry.AFTER_HUMAN


@pytest.mark.parametrize("status", [500, 502, 504])
async def test_a_directory_out_of_order_may_be_asked_later(status: int) -> None:
    error = await refused(outcome(status, code="exception", diagnostics="NullPointer"))
    assert isinstance(error, DirectoryUnavailable)
    assert error.retry is Retry.LATER


async def test_a_redirection_is_not_followed() -> None:
    answer = HttpAnswer(status=302, content_type="", body=b"", headers={"location": "https://autre.example"})
    assert isinstance(await refused(answer), ProtocolViolation)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html></html>",
        b"[]",
        b"{}",
        b'{"resourceType": "Practitioner", "id": "1"}',
        b'{"resourceType": "Bundle", "type": "history"}',
        b'{"resourceType": "Bundle", "type": "searchset", "entry": [{}]}',
        b'{"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": []}]}',
        b'{"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": {"resourceType": "Practitioner"}}]}',
        b'{"resourceType": "Bundle", "type": "searchset", "entry": "no"}',
        b"[" * 5000,
    ],
)
async def test_what_is_no_page_of_results_is_a_violation(body: bytes) -> None:
    error = await refused(HttpAnswer(status=200, content_type="application/fhir+json", body=body))
    assert isinstance(error, ProtocolViolation)


async def test_parts_left_out_that_nobody_asked_to_leave_out_are_not_whole() -> None:
    role = {"resourceType": "PractitionerRole", "id": "r", "meta": {"tag": [{"code": "SUBSETTED"}]}}
    assert isinstance(await refused(page(role)), NotWhole)


async def test_a_failure_told_inside_a_page_is_a_failure() -> None:
    issue = {"severity": "error", "code": "incomplete", "diagnostics": "one shard did not answer"}
    told = {"resourceType": "OperationOutcome", "issue": [issue]}
    error = await refused(page(told, mode="outcome"))
    assert isinstance(error, DirectoryRefused)
    assert error.service_code == "incomplete"


async def test_a_remark_inside_a_page_changes_nothing() -> None:
    told = {"resourceType": "OperationOutcome", "issue": [{"severity": "warning", "code": "informational"}]}
    assert (await ask(page(told, mode="outcome"))).matches == ()


async def test_a_short_wait_that_is_asked_for_is_made_once_and_the_answer_given() -> None:
    time = FakeTime()
    http = ScriptedHttp({START: [outcome(429, retry_after="1"), page(person("x"))]})
    found = await client(http, time=time).search("PractitionerRole", {"mailbox-mss-type": "PER"})
    assert [one.id for one in found.included] == ["x"]
    assert time.waits == [1.0]


async def test_a_long_wait_is_told_and_until_it_is_over_nobody_calls() -> None:
    http = ScriptedHttp({START: outcome(503, retry_after="120")})
    asking = client(http)
    for _ in range(2):
        with pytest.raises(DirectoryBusy) as caught:
            await asking.search("PractitionerRole", {"mailbox-mss-type": "PER"})
        assert caught.value.retry_after == 120
    assert len(http.asked) == 1


async def test_a_second_refusal_after_the_wait_is_told() -> None:
    assert isinstance(await refused([outcome(429, retry_after="1"), outcome(429, retry_after="1")]), DirectoryBusy)


async def test_no_answer_at_all_is_told_as_it_is() -> None:
    error = ServiceUnavailable("annuaire", "no answer")
    assert await refused(error) is error


@pytest.mark.parametrize(
    ("said", "seconds"), [("7", 7.0), ("", 1.0), ("soon", 1.0), ("-3", 1.0), ("9" * 40, 999999999.0)]
)
def test_how_long_to_wait_is_read_whatever_is_said(said: str, seconds: float) -> None:
    assert retry_after(HttpAnswer(status=429, content_type="", body=b"", headers={"retry-after": said})) == seconds


def test_a_wait_until_a_date_is_read() -> None:
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    answer = HttpAnswer(status=503, content_type="", body=b"", headers={"retry-after": until})
    assert 50 < retry_after(answer) <= 60
