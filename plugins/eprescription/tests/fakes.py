"""In memory: a base that loses answers, a paper that is quick, a publisher that counts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from typing import Any

import anyio.lowlevel
import msgspec

from caducee.contracts.state import State
from caducee.errors import OutcomeUnknown, ServiceUnavailable
from caducee.model.document import Document, Version
from caducee.model.environment import Environment
from caducee.sharing.opposition import Opposition, Scope
from caducee.testing import AUTHOR, MovingClock
from caducee_eprescription.config import EPrescriptionConfig
from caducee_eprescription.errors import AlreadyDispensed, RegisterRefused
from caducee_eprescription.message import Message
from caducee_eprescription.numbers import SimulatedNumbers
from caducee_eprescription.register import Executed, Held
from caducee_eprescription.service import Prescriptions
from caducee_eprescription.states import Action, Dispensation, LineDispensed


class MemoryBase:
    """``Register``. ``plan`` says what goes wrong with the next calls: ``down``, ``before``, ``after``,
    ``late``, ``refused`` (to register), or nothing."""

    def __init__(self) -> None:
        self.typing = 0.0
        self.held: dict[str, Held] = {}
        self.done: dict[str, list[Dispensation]] = {}
        self.plan: list[str] = []
        self.registered = 0
        self.late: list[Callable[[], Held]] = []

    async def ready(self, practitioner: str) -> None:
        """Have a certificate; a person takes ``typing`` seconds for the PIN."""
        await anyio.sleep(self.typing)

    async def register(self, practitioner: str, content: bytes) -> Held:
        await anyio.lowlevel.checkpoint()
        if self.plan and self.plan[0] == "refused":
            self.plan.pop(0)
            raise RegisterRefused("eprescription", service_code="erx.unknown_product")
        return self._disturbed(lambda: self._add(content))

    async def cancel(self, practitioner: str, number: str, *, reason: str) -> Held:
        return self._disturbed(lambda: self._set_aside(number, "cancelled"))

    async def consult(self, practitioner: str, number: str) -> Held | None:
        await anyio.lowlevel.checkpoint()
        if self._next() in ("down", "before", "after", "late"):
            raise ServiceUnavailable("eprescription", "no answer")
        return self.held.get(number)

    async def executions(self, practitioner: str, number: str) -> Executed:
        if self._next():
            raise ServiceUnavailable("eprescription", "no answer")
        done = tuple(self.done.get(number, ()))
        return Executed(remaining=0 if done else 1, dispensations=done)

    def arrive_late(self) -> None:
        """Do what was on its way when nobody waited any more."""
        for work in self.late:
            try:
                work()
            except RegisterRefused:
                continue
        self.late.clear()

    def dispense(self, number: str) -> None:
        """Let a pharmacy dispense all of it."""
        line = LineDispensed(line="medicines[0]", action=Action.DISPENSED)
        one = Dispensation(identifier=f"D-{number}", at="2026-01-05T08:00:00.000+00:00", pharmacy="P", lines=(line,))
        self.done[number] = [one]

    def live(self) -> set[str]:
        return {number for number, held in self.held.items() if held.status == "registered"}

    def _disturbed(self, work: Callable[[], Held]) -> Held:
        trouble = self._next()
        if trouble == "down":
            raise ServiceUnavailable("eprescription", "no connection")
        if trouble == "before":
            raise OutcomeUnknown("eprescription", "lost before")
        if trouble == "late":
            self.late.append(work)
            raise OutcomeUnknown("eprescription", "on its way")
        held = work()
        if trouble == "after":
            raise OutcomeUnknown("eprescription", "lost after")
        return held

    def _next(self) -> str:
        return self.plan.pop(0) if self.plan else ""

    def _add(self, content: bytes) -> Held:
        message = msgspec.json.decode(content, type=Message)
        if message.number in self.held:
            raise RegisterRefused("eprescription", service_code="erx.duplicate")
        if message.replaces:
            self._set_aside(message.replaces, "replaced")
        self.registered += 1
        held = Held(number=message.number, digest=hashlib.sha256(content).hexdigest())
        self.held[message.number] = held
        return held

    def _set_aside(self, number: str, status: str) -> Held:
        if number not in self.held:
            raise RegisterRefused("eprescription", service_code="erx.not_found")
        if self.done.get(number):
            raise AlreadyDispensed("eprescription", service_code="erx.dispensed")
        if self.held[number].status == "registered":
            self.held[number] = msgspec.structs.replace(self.held[number], status=status)
        return self.held[number]


class QuickPaper:
    """``Paper`` whose pages say the number."""

    def check(self, document: Document, author: Any) -> tuple[()]:
        return ()

    def print(self, document: Document, author: Any, *, number: str = "", duplicate: bool = False) -> bytes:
        return f"%PDF-1.4 {document.local_id} {number}".encode()


class _Publication:
    def __init__(self, document_id: str) -> None:
        self.document_id = document_id


class CountingPublisher:
    """``Publisher``: keeps each publication under its key."""

    def __init__(self) -> None:
        self.documents: dict[str, Document] = {}

    async def check(self, document: Document, *, audience: Any) -> tuple[()]:
        return ()

    async def publish(self, document: Document, *, idempotency_key: str, **_: Any) -> _Publication:
        kept = self.documents.setdefault(idempotency_key, document)
        assert kept == document, "published twice with another content"
        return _Publication(f"1.2.3.{list(self.documents).index(idempotency_key) + 1}")

    async def version_of(self, document_id: str) -> Version:
        return Version(document_id=document_id, series="1.2.3", version=1)


class Surroundings:
    """The context of the plugin, as far as the service uses it."""

    def __init__(self, state: State, publisher: CountingPublisher, **config: Any) -> None:
        self.name = "eprescription"
        self.environment = Environment.SANDBOX
        self.config = EPrescriptionConfig(url="https://127.0.0.1:1/erx", **config)
        self.clock = MovingClock(hurried=True)
        self.state = state
        self.documents = publisher
        self.credentials = self
        self.oppositions = self
        self.opposed: set[tuple[str, Scope]] = set()

    async def standing(self, local_id: str, scope: Scope, *, document_type: str = "") -> Opposition | None:
        against = (local_id, scope) in self.opposed
        return Opposition(scope=scope, motive="dit", noted_by="Dr", since=date(2026, 1, 1)) if against else None

    def practitioner(self, key: str) -> Any:
        return AUTHOR


def service(surroundings: Surroundings, base: MemoryBase) -> Prescriptions:
    """Return the service, as a start of the program makes it."""
    parts: dict[str, Any] = {"register": base, "numbers": SimulatedNumbers(), "paper": QuickPaper()}
    return Prescriptions(surroundings, **parts)  # type: ignore[arg-type]
