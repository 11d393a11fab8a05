"""The demo practice with third-party payment: its payers, its calendar, its kernel, the simulated days."""

from __future__ import annotations

import base64
import json
import ssl
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import anyio
import httpx

import caducee
from caducee.clock import SystemClock
from caducee_demo.practice import Practice, write_key
from caducee_demo.stage import DOCTOR
from caducee_paymed_tp import TP, Invoice, ThirdPartyPayment
from caducee_paymed_tp.ledger.book import Claim

FIRST_DAY = date(2026, 3, 2)
"""The Monday on which the simulated concentrator begins."""
PAYERS = {
    "amo": {
        "CPAM751": "CPAM PARIS",
        "CPAM911": "CPAM EVRY",
        "CPAM691": "CPAM LYON",
        "MSA75": "MSA ILE DE FRANCE",
        "CNMSS": "CNMSS TOULON",
    },
    "amc": {
        "AMC01": "MUTUELLE EXEMPLE UNE",
        "AMC02": "MUTUELLE EXEMPLE DEUX",
        "AMC03": "ASSURANCE FICTIVE TROIS",
        "AMC04": "PREVOYANCE INVENTEE QUATRE",
    },
}
_PACE = 10.0
_PLUGINS = 'plugins = ["insi", "dmp"]'


class Calendar:
    """A clock that begins on ``FIRST_DAY`` and skips days; waiting stays as short as the demo's."""

    def __init__(self) -> None:
        self._clock = SystemClock(_PACE)
        self._shift = datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, 8, tzinfo=UTC) - self._clock.now()

    def now(self) -> datetime:
        """Return the instant of the story."""
        return self._clock.now() + self._shift

    async def sleep(self, seconds: float) -> None:
        """Wait, at the demo's pace."""
        await self._clock.sleep(seconds)

    def skip(self, days: int) -> None:
        """Let days pass."""
        self._shift += timedelta(days=days)


class Billing:
    """A desk that follows its invoices: the service, and the days that pass."""

    def __init__(self, tp: ThirdPartyPayment, *, sandbox: dict[str, Any], calendar: Calendar) -> None:
        self.tp = tp
        self._sandbox, self._calendar = sandbox, calendar

    async def claims(self, invoices: Iterable[Invoice]) -> list[Claim]:
        """Return every part of some invoices."""
        standings = [await self.tp.standing(one.id) for one in invoices]
        return [claim for standing in standings if standing is not None for claim in standing.claims]

    async def let_pass(self, days: int) -> None:
        """Let days pass everywhere, then fetch what came."""
        await _asked(self._sandbox, "day", {"days": days})
        self._calendar.skip(days)
        await self.tp.collect(acting=DOCTOR)

    async def wires_vanish(self, payer: str) -> None:
        """Let a payer announce wires and never send them."""
        await _asked(self._sandbox, f"payers/{payer}", {"vanishes": 1.0})

    async def patient_pays(self, link_id: str, *, times: int) -> list[tuple[bytes, str]]:
        """Let the patient pay; return the provider's messages, the same one ``times`` times."""
        said = await _asked(self._sandbox, f"payments/{link_id}/pay", {"times": times})
        return [(base64.b64decode(one["body"]), one["signature"]) for one in said["messages"]]


@asynccontextmanager
async def billing_desk(practice: Practice) -> AsyncIterator[Billing]:
    """Open the desk of a practice that has third-party payment."""
    calendar = Calendar()
    config = await anyio.to_thread.run_sync(configured, practice)
    async with caducee.open_kernel(config, clock=calendar) as kernel, kernel.use(TP) as tp:
        yield Billing(tp, sandbox=practice.sandbox, calendar=calendar)


def configured(practice: Practice) -> Path:
    """Write the configuration of a desk that has third-party payment."""
    text = practice.config.read_text(encoding="utf-8")
    text = text.replace(_PLUGINS, 'plugins = ["insi", "dmp", "paymed_tp"]')
    text = text.replace('data_dir = "data"', 'data_dir = "data-tp"')
    key = (practice.folder / "link.key").resolve()
    write_key(key)
    path = practice.folder / "caducee-tp.toml"
    path.write_text("\n".join([text, _concentrator(practice.sandbox, key), *_payers()]), encoding="utf-8")
    return path


def _concentrator(sandbox: dict[str, Any], key: Path) -> str:
    return f"""\
[credentials.trusted]
kind = "trust"
authorities = {json.dumps(sandbox["authorities"])}

[plugins.paymed_tp.concentrator]
profile = "simulated"
url = "{sandbox["tp"]}"
credential = "trusted"

[plugins.paymed_tp.link]
address = "https://cabinet.invalid/payer"
provider = "simulated"
url = "{sandbox["tp"]}"
credential = "trusted"
token_key = {{ file = {json.dumps(str(key))} }}
webhook_key = {{ file = {json.dumps(sandbox["payment_key_file"])} }}
"""


def _payers() -> list[str]:
    return [
        f"""\
[plugins.paymed_tp.payers.{key}]
name = "{name} (SPECIMEN)"
kind = "{kind}"
names = ["{name}"]
agreements = [{{ convention = "SP", since = 2026-01-01 }}]
"""
        for kind, payers in PAYERS.items()
        for key, name in payers.items()
    ]


async def _asked(sandbox: dict[str, Any], path: str, body: dict[str, Any]) -> Any:
    trusted = ssl.create_default_context(cafile=sandbox["authorities"])
    async with httpx.AsyncClient(verify=trusted, timeout=20) as client:
        answer = await client.post(f"{sandbox['tp']}/{path}", json=body)
        answer.raise_for_status()
        return answer.json()
