"""One exchange of a simulated service: judged, disturbed by a fault when one is set, and written in the ledger."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, replace
from typing import Protocol

import anyio

from caducee_sandbox.certificates import common_name
from caducee_sandbox.clock import ServiceClock
from caducee_sandbox.faults import Fault, FaultBoard
from caducee_sandbox.http import Answer, Request
from caducee_sandbox.ledger import Exchange, Ledger

DEFECT = "defect of the judge"
HTML = b"<!DOCTYPE html><html><head><title>Maintenance</title></head><body>Service en maintenance</body></html>"
CANNED = {
    "http500": Answer(status=500, content_type="text/plain"),
    "html": Answer(content_type="text/html; charset=utf-8", body=HTML),
    "garbage": Answer(body=b"\x00\xff<not xml"),
}


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What a judge made of a request. ``verdict`` is ``accepted`` or the code of the refusal."""

    answer: Answer
    verdict: str
    violations: tuple[str, ...] = ()


class Judge(Protocol):
    """A service's judge."""

    def transaction(self, request: Request) -> str:
        """Name the transaction that a request asks for; empty when it cannot be told."""

    def judge(self, request: Request) -> Judgement:
        """Judge a request, act on the service's state, and say what to answer."""

    def unavailable(self) -> Answer:
        """Return the SOAP fault of a service that cannot answer."""


class Endpoint:
    """A judge behind a port."""

    def __init__(self, service: str, *, judge: Judge, board: FaultBoard, ledger: Ledger, clock: ServiceClock) -> None:
        self._service = service
        self._judge = judge
        self._board = board
        self._ledger = ledger
        self._clock = clock

    async def respond(self, request: Request) -> Answer | None:
        """Answer a request; None drops the connection."""
        transaction = self._judge.transaction(request)
        fault = self._board.take(self._service, transaction)
        if fault is not None and fault.kind == "lose_request":
            lost = Judgement(answer=Answer(), verdict="not judged")
            self._ledger.record(self._exchange(request, transaction, lost, fault, None))
            return None
        judged = self._instead(fault) or self._judged(request)
        if fault is not None and fault.kind == "slow":
            await anyio.sleep(fault.seconds)
        answer = _disturbed(judged.answer, fault)
        self._ledger.record(self._exchange(request, transaction, judged, fault, answer))
        return answer and replace(answer, headers={"date": self._clock.header(), **answer.headers})

    def _judged(self, request: Request) -> Judgement:
        try:
            return self._judge.judge(request)
        except Exception as error:  # noqa: BLE001 - a defect of a judge must show, not end the other services
            traceback.print_exc()
            return Judgement(answer=self._judge.unavailable(), verdict=f"{DEFECT}: {type(error).__name__}")

    def refused(self, reason: str) -> None:
        """Write down a client that failed the TLS handshake."""
        self._ledger.record(Exchange(service=self._service, transaction="TLS", verdict=f"handshake: {reason}"))

    def _instead(self, fault: Fault | None) -> Judgement | None:
        if fault is None:
            return None
        answers = {"soap_fault": self._judge.unavailable(), **CANNED}
        answer = answers.get(fault.kind)
        return None if answer is None else Judgement(answer=answer, verdict="not judged")

    def _exchange(
        self, request: Request, transaction: str, judged: Judgement, fault: Fault | None, answer: Answer | None
    ) -> Exchange:
        return Exchange(
            service=self._service,
            transaction=transaction,
            client="" if request.certificate is None else common_name(request.certificate),
            status=None if answer is None else answer.status,
            verdict=judged.verdict,
            fault="" if fault is None else fault.kind,
            violations=judged.violations,
            request_type=request.content_type,
            request=request.body,
            response_type="" if answer is None else answer.content_type,
            response=b"" if answer is None else answer.body,
        )


def _disturbed(answer: Answer, fault: Fault | None) -> Answer | None:
    if fault is None:
        return answer
    half = answer.body[: len(answer.body) // 2]
    if fault.kind == "lose_answer":
        return None
    if fault.kind == "truncated":
        return replace(answer, body=half)
    if fault.kind == "broken_off":
        return replace(answer, body=half, promised=len(answer.body))
    return answer
