"""The control address of the sandbox: plain HTTP and JSON, on loopback, for tests and the demo."""

from __future__ import annotations

import base64
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any, Protocol

from caducee_sandbox.assumptions import ASSUMPTIONS
from caducee_sandbox.cards import READER, CardDesk
from caducee_sandbox.clock import ServiceClock
from caducee_sandbox.faults import Fault, FaultBoard
from caducee_sandbox.http import Answer, Request
from caducee_sandbox.ledger import Ledger
from caducee_sandbox.mail.desk import MailDesk
from caducee_sandbox.mail.revocation import RevocationHost


class Held(Protocol):
    """What the DMP can tell of its content."""

    def held(self) -> dict[str, Any]:
        """Return the documents and the number of submissions."""


class Records(Protocol):
    """What is true of the records of the DMP beside their documents."""

    def read(self, path: str) -> Any:
        """Return what a patient was told."""

    def write(self, path: str, asked: dict[str, Any]) -> dict[str, Any]:
        """Change an authorisation, an opposition, or how the DMP behaves."""


class Levers(Protocol):
    """The levers of the base of prescriptions."""

    def held(self) -> dict[str, Any]:
        """Return the prescriptions and what was dispensed."""

    def move_clock(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Move the base's clock."""


class Approvals(Protocol):
    """Log-ins that wait for somebody's approval."""

    def approve(self, person: str, *, always: bool = False) -> int:
        """Log a doctor in wherever a browser waits; return how many did."""


class Control:
    """Answers the control requests. ``settle`` opens and closes listeners after the faults changed."""

    def __init__(
        self,
        *,
        board: FaultBoard,
        ledger: Ledger,
        cards: CardDesk,
        registry: Held,
        records: Records,
        erx: Levers,
        mail: MailDesk,
        revocation: RevocationHost,
        approvals: Approvals,
        clock: ServiceClock,
        settle: Callable[[], Awaitable[None]],
    ) -> None:
        self._board = board
        self._ledger = ledger
        self._cards = cards
        self._registry = registry
        self._records = records
        self._erx = erx
        self._mail = mail
        self._revocation = revocation
        self._approvals = approvals
        self._clock = clock
        self._settle = settle

    async def respond(self, request: Request) -> Answer:
        """Answer one control request, and those to the host of the revocation list."""
        if request.path == "/crl":
            return self._revocation.answer()
        try:
            return _json(200, await self._route(request))
        except KeyError as error:
            return _json(404, {"error": f"unknown: {error.args[0]}"})
        except (ValueError, TypeError, AttributeError) as error:
            return _json(400, {"error": str(error)})

    async def _route(self, request: Request) -> Any:
        if request.path.startswith("/ledger/"):
            return self._exchange(int(request.path.removeprefix("/ledger/")))
        if request.method == "POST":
            return await self._write(request.path, json.loads(request.body))
        if (request.method, request.path) == ("DELETE", "/faults"):
            return await self._clear()
        if request.path.split("/")[1] == "mail":
            return self._mail.read(request.path)
        if request.path.startswith("/dmp/"):
            return self._records.read(request.path)
        reads: dict[str, Callable[[], Any]] = {
            "/ledger": self._ledger.entries,
            "/faults": self._faults,
            "/state/dmp": self._registry.held,
            "/state/erx": self._erx.held,
            "/assumptions": lambda: [asdict(assumption) for assumption in ASSUMPTIONS],
            "/card": self._card,
        }
        return reads[request.path]()

    async def _write(self, path: str, asked: dict[str, Any]) -> Any:
        if path == "/faults":
            return await self._set_fault(asked)
        if path == "/card":
            action = asked.get("action", "")
            move_card(self._cards, action=action, serial=asked.get("serial", ""), at=asked.get("at", "sign"))
            return self._cards.inserted()
        if path == "/clock":
            return self._clock.set(asked)
        if path == "/erx/clock":
            return self._erx.move_clock(asked)
        if path == "/psc/approve":
            always = bool(asked.get("always", False))
            return {"approved": self._approvals.approve(str(asked.get("person", "")), always=always)}
        if path == "/revocation":
            self._revocation.set(asked.get("state", ""))
            return {}
        if path.startswith("/dmp/"):
            return self._records.write(path, asked)
        return self._mail.write(path, asked)

    def _exchange(self, number: int) -> dict[str, str]:
        found = self._ledger.bytes_of(number)
        if found is None:
            raise KeyError(number)
        names = ("request_type", "request", "response_type", "response")
        values = (base64.b64encode(v).decode() if isinstance(v, bytes) else v for v in found)
        return dict(zip(names, values, strict=True))

    def _faults(self) -> list[dict[str, Any]]:
        return [_described(fault) for fault in self._board.standing()]

    async def _set_fault(self, asked: dict[str, Any]) -> dict[str, Any]:
        fault = Fault(
            service=asked.get("service", ""),
            kind=asked.get("fault", ""),
            times=asked.get("times"),
            transaction=asked.get("transaction"),
            seconds=float(asked.get("seconds", 5.0)),
        )
        self._board.set(fault)
        await self._settle()
        return _described(fault)

    async def _clear(self) -> dict[str, Any]:
        self._board.clear()
        self._cards.calm()
        self._clock.set({})
        await self._settle()
        return {}

    def _card(self) -> dict[str, Any]:
        serial = self._cards.inserted().get(READER)
        if serial is None:
            return {"serial": "", "login": 0, "login_refused": 0, "sign": 0}
        counted = self._cards.counters(serial)
        return {"serial": serial, **vars(counted)}


def move_card(desk: CardDesk, *, action: str, serial: str, at: str = "sign") -> None:
    """Insert, remove, swap or reset a card in the reader, or let its driver ``crash`` or ``hang`` at a place.

    Raises:
        ValueError: the action or the card is unknown.
    """
    if action == "remove":
        desk.remove(READER)
    elif action in ("insert", "swap"):
        desk.insert(serial, READER)
    elif action == "reset":
        desk.reset(READER)
    elif action in ("crash", "hang"):
        desk.trouble(action, at=at)
    else:
        raise ValueError("action: one of insert, remove, swap, reset, crash, hang")


def _described(fault: Fault) -> dict[str, Any]:
    described = {"service": fault.service, "fault": fault.kind, "times": fault.times}
    return {**described, "transaction": fault.transaction, "seconds": fault.seconds}


def _json(status: int, content: Any) -> Answer:
    body = json.dumps(content, ensure_ascii=False).encode()
    return Answer(status=status, content_type="application/json", body=body)
