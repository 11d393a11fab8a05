"""A desk for the tests: a patient that the simulated base knows, prescriptions, a kernel with the plugin alone."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import msgspec

from caducee import Audience
from caducee.clinical import (
    CIS,
    Dose,
    Duration,
    Medicine,
    MedicinePrescription,
    Moment,
    Posology,
    Prescription,
    Quantity,
    Step,
    TimingEvent,
    Unit,
)
from caducee.kernel import Kernel
from caducee.keys.software import SoftwareKey
from caducee.keys.tls import client_context
from caducee.model.codes import Code
from caducee.model.document import Document
from caducee.model.environment import Environment
from caducee.model.identity import INS_NIR_TEST, Ins, InsStatus, Sex, Traits
from caducee.model.patient import Patient
from caducee.model.practice import Actor
from caducee.testing import AUTHOR, kernel_for
from caducee_eprescription import plugin

DOCTOR = Actor.doctor("Dr Camille Roux")
PAPER_ALONE = Audience()
JEANNE = Patient(
    local_id="P1",
    traits=Traits(
        birth_name="NESSI-TEST",
        given_names=("JEANNE", "MARIE"),
        sex=Sex.FEMALE,
        birth_date="1975-03-12",
        birth_place="63999",
    ),
    status=InsStatus.QUALIFIED,
    ins=Ins(matricule="275036399930194", oid=INS_NIR_TEST, environment=Environment.SANDBOX),
)
PARACETAMOL = Medicine(
    name="PARACÉTAMOL EXEMPLE 500 mg, comprimé",
    code=Code("69999999", CIS, "PARACÉTAMOL EXEMPLE 500 mg, comprimé"),
)
_START = "import sys; from caducee_sandbox.command import main; sys.exit(main(sys.argv[1:]))"


def tablets(value: int) -> Quantity:
    return Quantity(Decimal(value), "{tablet}", "comprimé")


def line(**changes: Any) -> MedicinePrescription:
    step = Step(
        dose=Dose(tablets(1)), moments=(Moment(TimingEvent.BREAKFAST), Moment(TimingEvent.DINNER)), duration=days(7)
    )
    return MedicinePrescription(
        **{
            "medicine": PARACETAMOL,
            "posology": Posology(steps=(step,)),
            "duration": days(7),
            "quantity": Quantity(Decimal(1), "30009000", "boîte"),
            **changes,
        }
    )


def days(value: int) -> Duration:
    return Duration(Decimal(value), Unit.DAY)


def prescription(local_id: str = "RX-1", *, body: Any = None, **changes: Any) -> Document:
    now = datetime.now(UTC).strftime("%Y%m%d%H%M%S+0000")
    return Document(
        **{
            "local_id": local_id,
            "patient": JEANNE,
            "author": "roux",
            "created": now,
            "body": body or Prescription(medicines=(line(),)),
            **changes,
        }
    )


class Sandbox:
    """What sandbox.json says, and the levers."""

    def __init__(self, described: dict[str, Any]) -> None:
        self.described = described
        self.url: str = described["erx"]
        self.pharmacy: str = described["pharmacy"]

    def credential(self, name: str) -> SoftwareKey:
        files = self.described["credentials"][name]
        password = Path(files["password_file"]).read_bytes().strip()
        return SoftwareKey.from_pkcs12(Path(files["file"]).read_bytes(), password)

    def fault(self, kind: str, **more: Any) -> None:
        self._post("/faults", {"service": "erx", "fault": kind, **more})

    def clear(self) -> None:
        httpx.delete(f"{self.described['control']}/faults", timeout=10).raise_for_status()
        self._post("/erx/clock", {"reset": True})

    def move(self, by: int) -> None:
        self._post("/erx/clock", {"days": by})

    def held(self) -> dict[str, Any]:
        answer: dict[str, Any] = httpx.get(f"{self.described['control']}/state/erx", timeout=10).json()
        return answer

    def ledger(self) -> list[dict[str, Any]]:
        answer = httpx.get(f"{self.described['control']}/ledger", timeout=10).json()
        return [one for one in answer if one["service"] == "erx"]

    def dispense(self, number: str, *lines: Mapping[str, Any]) -> dict[str, Any]:
        url = f"{self.pharmacy}api/prescriptions/{number}/dispense"
        answer: dict[str, Any] = httpx.post(url, json={"lines": lines}, timeout=10).json()
        return answer

    def _post(self, path: str, body: dict[str, Any]) -> None:
        httpx.post(f"{self.described['control']}{path}", json=body, timeout=10).raise_for_status()


@contextmanager
def running(state: Path) -> Iterator[Sandbox]:
    """Start the sandbox and stop it in every case."""
    with (state / "sandbox.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-c", _START, "up", "--state", str(state)], stdout=log, stderr=log)
    try:
        ready, deadline = state / "sandbox.json", time.monotonic() + 60
        while not ready.exists():
            assert process.poll() is None, (state / "sandbox.log").read_text()
            assert time.monotonic() < deadline, "the sandbox did not start in time"
            time.sleep(0.05)
        yield Sandbox(json.loads(ready.read_text(encoding="utf-8")))
    finally:
        process.terminate()
        process.wait(10)


class Cards:
    """Credentials with the certificate of one card."""

    def __init__(self, sandbox: Sandbox, name: str = "roux_auth") -> None:
        self._key = sandbox.credential(name)
        self._authorities = Path(sandbox.described["authorities"]).read_text(encoding="ascii")
        self.author = AUTHOR

    def practitioner(self, key: str) -> Any:
        return self.author

    async def unlock(self, practitioner: str) -> None:
        """No card here."""

    def tls_for(self, practitioner: str) -> Any:
        return client_context(self._key, self._authorities)


def table(url: str, **changes: Any) -> dict[str, Any]:
    return {
        "url": url,
        "decide_within": 1.5,
        "follow_every": 0.05,
        "watch_every": 0.05,
        "answer_timeout": 1.0,
        **changes,
    }


@asynccontextmanager
async def opened(sandbox: Sandbox, folder: Path, *, card: str = "roux_auth", **changes: Any) -> AsyncIterator[Kernel]:
    """Run a kernel with the plugin; destinations are nobody's."""
    settings = table(sandbox.url, **changes.pop("settings", {}))
    async with kernel_for(
        {"eprescription": plugin, **changes.pop("plugins", {})},
        folder=folder,
        tables={"eprescription": settings},
        credentials=Cards(sandbox, card),  # type: ignore[arg-type]
        **changes,
    ) as kernel:
        yield kernel


def revised(document: Document, **body: Any) -> Document:
    return msgspec.structs.replace(document, body=msgspec.structs.replace(document.body, **body))
