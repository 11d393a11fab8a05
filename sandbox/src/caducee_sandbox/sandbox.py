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

from caducee_sandbox.annuaire.extraction import write_extraction
from caducee_sandbox.annuaire.judge import BASE, AnnuaireJudge
from caducee_sandbox.cards import module_path
from caducee_sandbox.clock import ServiceClock
from caducee_sandbox.control import Control
from caducee_sandbox.dmp.judge import BASE_PATH, DmpJudge
from caducee_sandbox.dmp.records import Records
from caducee_sandbox.dmp.registry import Registry
from caducee_sandbox.erx.base import Base
from caducee_sandbox.erx.clock import MovableClock
from caducee_sandbox.erx.dispensing import Dispensing
from caducee_sandbox.erx.judge import PATH as ERX_PATH
from caducee_sandbox.erx.judge import ErxJudge
from caducee_sandbox.erx.levers import ErxLevers
from caducee_sandbox.erx.pharmacy import Pharmacy
from caducee_sandbox.exchange import Endpoint, Judge
from caducee_sandbox.faults import FaultBoard
from caducee_sandbox.insi.callers import Door
from caducee_sandbox.insi.judge import PATH, InsiJudge
from caducee_sandbox.insi.judge import Base as InsuranceBase
from caducee_sandbox.keyring import Keyring
from caducee_sandbox.ledger import Ledger
from caducee_sandbox.mail.operator import MailOperator
from caducee_sandbox.mail.revocation import RevocationHost
from caducee_sandbox.people import PATIENTS
from caducee_sandbox.psc.judge import CERTIFICATE_CLIENT, CLIENT, PscJudge
from caducee_sandbox.schemas import Schemas
from caducee_sandbox.server import HOST, Service
from caducee_sandbox.tp.judge import TpJudge


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
        self._insurance = InsuranceBase()
        self.records = Records(state / "dmp-records.sqlite")
        self.clock = ServiceClock()
        clock = MovableClock()
        self._prescriptions = Base(state / "erx.sqlite", clock)
        self._group = anyio.create_task_group()
        self.psc = PscJudge(
            secret=self.keyring.psc_secret.read_text(),
            board=self.board,
            issuer=lambda: f"https://{HOST}:{self._services['psc'].port}",
            wallet=lambda: f"https://{HOST}:{self._wallet.port}",
        )
        self._extraction = write_extraction(state / "annuaire")
        judges: dict[str, Judge] = {
            "annuaire": AnnuaireJudge(key=self.keyring.annuaire_key.read_text(), board=self.board),
            "psc": self.psc,
            "insi": self._insi(Door.CERTIFICATE, schemas),
            "dmp": DmpJudge(
                self.registry,
                self.records,
                authority=self.keyring.authority(),
                clock=self.clock,
                schemas=schemas,
            ),
            "erx": ErxJudge(self._prescriptions),
            "tp": TpJudge(payment_key=self.keyring.payment_key.read_bytes()),
        }
        self._services = {name: self._service(name, judge) for name, judge in judges.items()}
        self._insi_card = self._service("insi", self._insi(Door.CARD, schemas), demands=False)
        self._insi_session = self._service("insi", self._insi(Door.SESSION, schemas), demands=False)
        self.mail = MailOperator(state, keyring=self.keyring, board=self.board, ledger=self.ledger)
        self.mail.ask_about_tokens(self._holder)
        self._wallet = self._service("psc", self.psc)
        control = Control(
            board=self.board,
            ledger=self.ledger,
            cards=self.keyring.cards,
            registry=self.registry,
            records=self.records,
            erx=ErxLevers(self._prescriptions, clock),
            mail=self.mail.desk,
            revocation=RevocationHost(
                self.keyring.authority(), self.keyring.authority_key(), self.keyring.server_certificate()
            ),
            approvals=self.psc.approvals,
            clock=self.clock,
            settle=self._settle,
        )
        self._control = Service(control.respond)
        pharmacy = Pharmacy(self._prescriptions, Dispensing(self._prescriptions, clock))
        self._pharmacy = Service(pharmacy.respond)

    def _insi(self, door: Door, schemas: Schemas | None) -> InsiJudge:
        return InsiJudge(
            self._insurance,
            door=door,
            authority=self.keyring.authority(),
            board=self.board,
            schemas=schemas,
            introspect=self.psc.introspect,
        )

    def _service(self, name: str, judge: Judge, *, demands: bool | None = None) -> Service:
        endpoint = Endpoint(name, judge=judge, board=self.board, ledger=self.ledger, clock=self.clock)
        if demands is None:  # a certificate among other ways, a key, or nothing
            demands = name not in ("psc", "annuaire", "tp")
        right, wrong = self.keyring.context(demands=demands), self.keyring.context("other_server", demands=demands)
        if name == "dmp":
            right.maximum_version = ssl.TLSVersion.TLSv1_2

        def context() -> ssl.SSLContext:
            return right if self.board.take_connection(name) is None else wrong

        return Service(endpoint.respond, context=context, refused=endpoint.refused)

    async def _holder(self, token: str) -> str | None:
        """Whose token it is, as an operator asks the provider."""
        said = self.psc.introspect(token)
        return str(said["SubjectNameID"]) if said["active"] else None

    async def _settle(self) -> None:
        await self.mail.settle(self._group)
        more = [("psc", self._wallet), ("insi", self._insi_card), ("insi", self._insi_session)]
        listening = [*self._services.items(), *more]
        for name, service in listening:
            if self.board.is_down(name):
                await service.close()
            else:
                await service.open(self._group)

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
            self.mail.close()
            self.registry.close()
            self.records.close()
            self._prescriptions.close()
            self.ledger.close()

    def describe(self) -> dict[str, Any]:
        """Return addresses, certificates and cards."""
        return {
            "pid": os.getpid(),
            "control": f"http://{HOST}:{self._control.port}",
            "insi": f"https://{HOST}:{self._services['insi'].port}{PATH}",
            "insi_card": f"https://{HOST}:{self._insi_card.port}{PATH}",
            "insi_session": f"https://{HOST}:{self._insi_session.port}{PATH}",
            "dmp": f"https://{HOST}:{self._services['dmp'].port}{BASE_PATH}",
            "erx": f"https://{HOST}:{self._services['erx'].port}{ERX_PATH}",
            "pharmacy": f"http://{HOST}:{self._pharmacy.port}/",
            "tp": f"https://{HOST}:{self._services['tp'].port}",
            "payment_key_file": str(self.keyring.payment_key),
            "mail": self.mail.describe(),
            "crl": f"http://{HOST}:{self._control.port}/crl",
            "psc": {
                "issuer": self.psc.issuer,
                "client_id": CLIENT,
                "client_secret_file": str(self.keyring.psc_secret),
                "certificate_client_id": CERTIFICATE_CLIENT,
            },
            "annuaire": {
                "url": f"https://{HOST}:{self._services['annuaire'].port}{BASE}",
                "api_key_file": str(self.keyring.annuaire_key),
                "extraction": str(self._extraction),
            },
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
