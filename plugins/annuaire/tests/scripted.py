"""The directory as the tests script it: pages by address, a clock that is moved by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from caducee.contracts.http import HttpAnswer
from caducee.errors import CaduceeError
from caducee_annuaire.fhir.client import Bounds, FhirClient
from caducee_annuaire.pace import Pace

BASE = "https://annuaire.example/app/fhir/v2"
KEY = "cle-secrete-d-essai"
NOW = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)


class MovedClock:
    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class ScriptedHttp:
    """Answers request targets with what the script holds for them, in turn; keeps what was asked with which headers."""

    def __init__(self, script: Mapping[str, Any]) -> None:
        self._script = {target: list(said) if isinstance(said, list) else [said] for target, said in script.items()}
        self.asked: list[tuple[str, Mapping[str, str]]] = []

    @property
    def targets(self) -> list[str]:
        return [target for target, _ in self.asked]

    async def get(self, path: str, *, headers: Mapping[str, str]) -> HttpAnswer:
        self.asked.append((path, headers))
        answers = self._script[path]
        said = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(said, CaduceeError):
            raise said
        return said if isinstance(said, HttpAnswer) else fhir(said)


class FakeTime:
    """Seconds that pass only while somebody waits."""

    def __init__(self) -> None:
        self.now = 100.0
        self.waits: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


def pace_of(time: FakeTime, calls: int = 17) -> Pace:
    return Pace(calls, now=time, sleep=time.sleep)


def client(http: Any, *, time: FakeTime | None = None, **bounds: Any) -> FhirClient:
    return FhirClient(http, url=BASE, key=KEY, pace=pace_of(time or FakeTime()), bounds=Bounds(**bounds))


def first(kind: str, criteria: str) -> str:
    """The request target of the first page."""
    return f"app/fhir/v2/{kind}?{criteria}&_count=50"


def fhir(body: Any, status: int = 200, **headers: str) -> HttpAnswer:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    content = json.dumps(body).encode()
    return HttpAnswer(status=status, content_type="application/fhir+json", body=content, headers=names)


def outcome(status: int, *, code: str = "invalid", diagnostics: str = "", **headers: str) -> HttpAnswer:
    issue = {"severity": "error", "code": code, "diagnostics": diagnostics}
    return fhir({"resourceType": "OperationOutcome", "issue": [issue]}, status, **headers)


def page(*resources: dict[str, Any], following: str = "", mode: str = "match", **more: Any) -> dict[str, Any]:
    entries = [{"resource": one, "search": {"mode": mode}} for one in resources]
    links = [{"relation": "self", "url": f"{BASE}/x"}, *([{"relation": "next", "url": following}] if following else [])]
    return {"resourceType": "Bundle", "type": "searchset", "link": links, "entry": entries, **more}


def person(ident: str, **more: Any) -> dict[str, Any]:
    return {"resourceType": "Practitioner", "id": ident, **more}
