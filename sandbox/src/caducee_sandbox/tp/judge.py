"""The concentrator and the payment provider over HTTP: JSON of the sandbox's own.

The day moves when it is told to (``POST /day``).
"""

from __future__ import annotations

import base64
import json
import random
from datetime import date, timedelta
from typing import Any

from caducee_sandbox.exchange import Judgement
from caducee_sandbox.http import Answer, Request
from caducee_sandbox.tp.bank import Bank
from caducee_sandbox.tp.concentrator import Concentrator
from caducee_sandbox.tp.month import PS
from caducee_sandbox.tp.payments import PaymentDesk
from caducee_sandbox.tp.truth import Truth

_JSON = "application/json"


class TpJudge:
    """Takes lots, answers over simulated days, keeps the truth. One practice, one seed."""

    def __init__(
        self,
        *,
        seed: int = 1,
        today: date = date(2026, 3, 2),
        advance: int = 0,
        ps: str = PS,
        payment_key: bytes = b"simulation",
    ) -> None:
        rng = random.Random(seed)
        self.truth = Truth()
        self.today = today
        self._bank = Bank(rng, self.truth)
        self._concentrator = Concentrator(rng, self.truth, self._bank, ps=ps, advance=advance)
        self._files: list[bytes] = []
        self._payments = PaymentDesk(payment_key)

    def transaction(self, request: Request) -> str:
        """Name what is asked."""
        first = request.path.strip("/").partition("/")[0]
        return f"tp.{first}" if first in ("lots", "inbox", "day", "payments", "refunds", "payers") else ""

    def judge(self, request: Request) -> Judgement:
        """Take a lot, say whether one is held, give what came, let days pass, let a patient pay, change a payer."""
        what, _, name = request.path.strip("/").partition("/")
        if what == "lots" and request.method == "POST":
            return self._submit(name, request.body)
        if what == "lots" and name in self._concentrator.held:
            return _said({"reference": f"SIM-{name}", "again": True})
        if what == "inbox" and name.isdigit():
            return self._inbox(int(name))
        if what == "day" and request.method == "POST":
            return self._pass(request.body)
        if what in ("payments", "refunds") and request.method == "POST":
            return self._pay(request)
        if what == "payers" and request.method == "POST":
            return self._learn(name, request.body)
        return _said({"code": "unknown", "text": "unknown"}, status=404)

    def unavailable(self) -> Answer:
        """Say that it is out of order."""
        return Answer(status=503, content_type=_JSON, body=b"{}")

    def _submit(self, name: str, body: bytes) -> Judgement:
        try:
            submission = json.loads(body)
            if submission["file_id"] != name or not submission["invoices"]:
                return _said({"code": "E01", "text": "the file is not the one of its address"}, status=422)
            again = self._concentrator.submit(submission, self.today)
        except (KeyError, TypeError, ValueError):
            return _said({"code": "E02", "text": "not a lot"}, status=422)
        return _said({"reference": f"SIM-{name}", "again": again})

    def _inbox(self, after: int) -> Judgement:
        files = [base64.b64encode(content).decode() for content in self._files[after:]]
        return _said({"receipts": [], "files": files, "next": str(len(self._files))})

    def _learn(self, payer: str, body: bytes) -> Judgement:
        try:
            self._concentrator.learn(payer, json.loads(body))
        except (AttributeError, KeyError, TypeError, ValueError):
            return _said({"code": "unknown", "text": "no such payer or habit"}, status=404)
        return _said({})

    def _pay(self, request: Request) -> Judgement:
        try:
            return _said(self._payments.answer(request.path, request.body))
        except (KeyError, TypeError, ValueError):
            return _said({"code": "unknown", "text": "no such payment"}, status=404)

    def _pass(self, body: bytes) -> Judgement:
        days = int(json.loads(body or b"{}").get("days", 1))
        for _ in range(max(0, min(days, 366))):
            self.today += timedelta(days=1)
            self._files += self._concentrator.work(self.today)
            self._bank.book(self.today)
            if self.today.weekday() == 4 and (cut := self._bank.cut()) is not None:
                self._files.append(cut)
        return _said({"today": self.today.isoformat(), "files": len(self._files)})


def _said(value: dict[str, Any], *, status: int = 200) -> Judgement:
    answer = Answer(status=status, content_type=_JSON, body=json.dumps(value).encode())
    return Judgement(answer=answer, verdict="accepted" if status < 400 else str(value.get("code", status)))
