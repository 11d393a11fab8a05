"""What an answer that is no page of results means."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import msgspec

from caducee.contracts.http import HttpAnswer
from caducee.errors import CaduceeError, ProtocolViolation
from caducee_annuaire.errors import (
    SERVICE,
    CriterionRefused,
    DirectoryBusy,
    DirectoryRefused,
    DirectoryUnavailable,
    KeyRefused,
)
from caducee_annuaire.fhir.model import Issue, Outcome

# Asked to wait without being told how long.
UNSAID = 1.0
_GRAVE = ("fatal", "error")
_PARAMETER = re.compile(r"[Pp]aram\w*\s+['\"«]?\s*([\w.-]+)")


def refusal(answer: HttpAnswer, criteria: Iterable[str]) -> CaduceeError:
    """Return the typed error of an answer other than 200; ``criteria`` are the names that the question used."""
    issue = first_issue(answer.body)
    said = {"service_code": issue.code or f"HTTP {answer.status}", "service_text": issue.words}
    if answer.status in (401, 403):
        return KeyRefused(SERVICE, f"HTTP {answer.status}", **said)
    if answer.status in (429, 503):
        return DirectoryBusy(retry_after(answer), **said)
    if answer.status >= 500:
        return DirectoryUnavailable(SERVICE, f"HTTP {answer.status}", **said)
    if answer.status < 400:
        return ProtocolViolation(SERVICE, f"HTTP {answer.status} instead of a page of results")
    return refused(issue, criteria, status=answer.status)


def refused(issue: Issue, criteria: Iterable[str], *, status: int) -> CaduceeError:
    """Return the error of a question that was understood and refused."""
    code, text = issue.code or f"HTTP {status}", issue.words
    criterion = _named(issue, criteria)
    if criterion:
        return CriterionRefused(criterion, service_code=code, service_text=text)
    return DirectoryRefused(SERVICE, f"HTTP {status}", service_code=code, service_text=text)


def first_issue(body: bytes) -> Issue:
    """Return the gravest thing an OperationOutcome says; an empty one when the body is none."""
    try:
        outcome = msgspec.json.decode(body, type=Outcome)
    except (msgspec.DecodeError, RecursionError):
        return Issue()
    return worst(outcome) or Issue()


def worst(outcome: Outcome) -> Issue | None:
    """Return the issue that makes the answer a failure; of several the first of the gravest."""
    ranked = sorted(
        outcome.issue, key=lambda one: _GRAVE.index(one.severity) if one.severity in _GRAVE else len(_GRAVE)
    )
    return next(iter(ranked), None)


def is_failure(issue: Issue) -> bool:
    """Say whether an issue makes the results worthless, or is a remark."""
    return issue.severity in _GRAVE


def retry_after(answer: HttpAnswer) -> float:
    """Return how many seconds the service asks to wait: it says a number, or a date (RFC 9110, 10.2.3)."""
    said = answer.headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        return float(said[:9])
    try:
        until = parsedate_to_datetime(said)
    except (ValueError, TypeError):
        return UNSAID
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())


def _named(issue: Issue, criteria: Iterable[str]) -> str:
    places = [place.rpartition(".")[2] for place in (*issue.expression, *issue.location)]
    text = " ".join((issue.words, issue.details.text, *places))
    names = sorted({name.partition(":")[0] for name in criteria}, key=len, reverse=True)
    for name in names:
        if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text):
            return name
    found = _PARAMETER.search(text)
    return found.group(1) if found else ""
