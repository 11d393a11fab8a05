"""ASSUMED: verification of lots (WS_INS4, WS_INS5). Nothing of it is public: JSON of the sandbox's own."""

from __future__ import annotations

import json
from typing import Any

from caducee_sandbox.http import Answer, Request
from caducee_sandbox.insi.unit import verdict

PREFIX = "/lots/"
LARGEST = 1000
RETRY_AFTER = "1"


class LotRoom:
    """Lots by name. Each is ready at its second fetch; one of three fresh deposits is asked to come back."""

    def __init__(self) -> None:
        self._lots: dict[str, list[dict[str, Any]]] = {}
        self._asked: dict[str, int] = {}
        self._knocks = 0

    def respond(self, request: Request) -> Answer:
        """Take a lot, or give its verdicts."""
        name = request.path.removeprefix(PREFIX)
        if request.method == "POST":
            return self._deposit(name, request.body)
        if name not in self._lots:
            return _json(404, {})
        self._asked[name] = self._asked.get(name, 0) + 1
        if self._asked[name] < 2:
            return _json(202, {})
        return _json(200, [_verdict(line) for line in self._lots[name]])

    def _deposit(self, name: str, body: bytes) -> Answer:
        if name in self._lots:
            return _json(200, {})
        try:
            lines = json.loads(body)
            assert 0 < len(lines) <= LARGEST
            for line in lines:
                _verdict(line)
        except (ValueError, KeyError, TypeError, AssertionError):
            return _json(400, {})
        self._knocks += 1
        if self._knocks % 3 == 2:
            return Answer(status=429, content_type="application/json", headers={"retry-after": RETRY_AFTER})
        self._lots[name] = lines
        return _json(201, {})


def _verdict(line: dict[str, Any]) -> dict[str, str]:
    traits = line["traits"]
    code = verdict(
        line["matricule"],
        birth_name=traits["birth_name"],
        given_names=" ".join(traits["given_names"]),
        sex=traits["sex"],
        birth=traits["birth_date"],
    )
    return {"id": line["id"], "code": code, "label": "OK" if code == "00" else "incoherent"}


def _json(status: int, content: Any) -> Answer:
    return Answer(status=status, content_type="application/json", body=json.dumps(content).encode())
