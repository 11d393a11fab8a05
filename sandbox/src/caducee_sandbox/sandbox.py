"""The whole sandbox: its services wired together, up until it is told to stop."""

from __future__ import annotations

import json
import os
import ssl
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio

from caducee_sandbox.cards import module_path
from caducee_sandbox.control import Control
from caducee_sandbox.dmp.judge import BASE_PATH, DmpJudge
from caducee_sandbox.dmp.registry import Registry
from caducee_sandbox.erx.base import Base
from caducee_sandbox.erx.clock import MovableClock
from caducee_sandbox.erx.dispensing import Dispensing
from caducee_sandbox.erx.judge import PATH as ERX_PATH
from caducee_sandbox.erx.judge import ErxJudge
from caducee_sandbox.erx.levers import ErxLevers
from caducee_sandbox.erx.pharmacy import Pharmacy
from caducee_sandbox.exchange import Endpoint, Judge
from caducee_sandbox.faults import SERVICES, FaultBoard
from caducee_sandbox.insi.judge import PATH, InsiJudge
from caducee_sandbox.keyring import Keyring
from caducee_sandbox.ledger import Ledger
from caducee_sandbox.people import PATIENTS
from caducee_sandbox.schemas import Schemas
from caducee_sandbox.server import HOST, Service


class Sandbox:
    """The simulated services of one state folder. ``kit`` also judges by the official schemas."""

    def __init__(self, state: Path, *, kit: Path | None = None) -> None:
        state.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._state = state
        (state / "sandbox.json").unlink(missing_ok=True)
        schemas = Schemas(kit) if kit else None
        self.keyring = Keyring(state)
        self.board = FaultBoard()
        self.ledger = Ledger(state / "ledger.sqlite")
        self.registry = Registry(state / "dmp.sqlite")
        clock = MovableClock()
        self._prescriptions = Base(state / "erx.sqlite", clock)
        self._group = anyio.create_task_group()
        judges: dict[str, Judge] = {
            "insi": InsiJudge(schemas),
            "dmp": DmpJudge(self.registry, authority=self.keyring.authority(), schemas=schemas),
            "erx": ErxJudge(self._prescriptions),
        }
        self._services = {name: self._service(name, judge) for name, judge in judges.items()}
        control = Control(
            board=self.board,
            ledger=self.ledger,
            cards=self.keyring.cards,
            registry=self.registry,
            erx=ErxLevers(self._prescriptions, clock),
            settle=self._settle,
        )
        self._control = Service(control.respond)
        pharmacy = Pharmacy(self._prescriptions, Dispensing(self._prescriptions, clock))
        self._pharmacy = Service(pharmacy.respond)

    def _service(self, name: str, judge: Judge) -> Service:
        endpoint = Endpoint(name, judge=judge, board=self.board, ledger=self.ledger)
        right, wrong = self.keyring.context(), self.keyring.context("other_server")
        if name == "dmp":
            right.maximum_version = ssl.TLSVersion.TLSv1_2

        def context() -> ssl.SSLContext:
            return right if self.board.take_connection(name) is None else wrong

        return Service(endpoint.respond, context=context, refused=endpoint.refused)

    async def _settle(self) -> None:
        for name in SERVICES:
            if self.board.is_down(name):
                await self._services[name].close()
            else:
                await self._services[name].open(self._group)

    @asynccontextmanager
    async def up(self) -> AsyncIterator[dict[str, Any]]:
        """Listen while the block runs, and give the description that sandbox.json also holds."""
        try:
            async with self._group:
                await self._control.open(self._group)
                await self._pharmacy.open(self._group)
                await self._settle()
                described = self.describe()
                _write_json(self._state / "sandbox.json", described)
                yield described
                self._group.cancel_scope.cancel()
        finally:
            (self._state / "sandbox.json").unlink(missing_ok=True)
            self.registry.close()
            self._prescriptions.close()
            self.ledger.close()

    def describe(self) -> dict[str, Any]:
        """Return addresses, certificates and cards."""
        return {
            "pid": os.getpid(),
            "control": f"http://{HOST}:{self._control.port}",
            "insi": f"https://{HOST}:{self._services['insi'].port}{PATH}",
            "dmp": f"https://{HOST}:{self._services['dmp'].port}{BASE_PATH}",
            "erx": f"https://{HOST}:{self._services['erx'].port}{ERX_PATH}",
            "pharmacy": f"http://{HOST}:{self._pharmacy.port}/",
            "authorities": str(self.keyring.authorities),
            "other_authorities": str(self.keyring.other_authorities),
            "credentials": self.keyring.credentials(),
            "cards": {"dir": str(self.keyring.cards.directory), "module": str(module_path())},
            "people": {patient.name: patient.ins for patient in PATIENTS},
        }


def _write_json(path: Path, content: dict[str, Any]) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=1)
    os.replace(name, path)
