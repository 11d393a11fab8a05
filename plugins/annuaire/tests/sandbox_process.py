"""The simulated directory as a process of its own, and a kernel with the plugin on it."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx

from caducee.contracts.directory import DIRECTORY, Directory
from caducee.keys.tls import client_context
from caducee.testing import FakeCard, kernel_for
from caducee_annuaire import plugin
from caducee_demo.sandbox import running as started


class Sandbox:
    """What sandbox.json says, and the levers."""

    def __init__(self, described: dict[str, Any]) -> None:
        self.described = described
        self.annuaire: dict[str, str] = described["annuaire"]

    def fault(self, fault: str, **more: Any) -> None:
        body = {"service": "annuaire", "fault": fault, **more}
        httpx.post(f"{self.described['control']}/faults", json=body, timeout=10).raise_for_status()

    def clear(self) -> None:
        httpx.delete(f"{self.described['control']}/faults", timeout=10).raise_for_status()

    def ledger(self) -> list[dict[str, Any]]:
        answer = httpx.get(f"{self.described['control']}/ledger", timeout=10).json()
        return [line for line in answer if line["service"] == "annuaire"]


@contextmanager
def running(state: Path) -> Iterator[Sandbox]:
    """Start the sandbox and stop it in every case."""
    with started(state) as described:
        yield Sandbox(described)


class OnlyTrust(FakeCard):
    """Authorities, and no key of ours."""

    def __init__(self, authorities: str) -> None:
        super().__init__()
        self._authorities = authorities

    def tls(self, credential: str) -> ssl.SSLContext:
        return client_context(None, self._authorities)


@asynccontextmanager
async def opened(
    sandbox: Sandbox, folder: Path, *, authorities: str = "authorities", **table: Any
) -> AsyncIterator[Directory]:
    """Lend the directory of a kernel that is configured for the sandbox."""
    trusted = Path(sandbox.described[authorities]).read_text(encoding="ascii")
    here = {
        "url": sandbox.annuaire["url"],
        "credential": "annuaire",
        "api_key": {"file": sandbox.annuaire["api_key_file"]},
        **table,
    }
    practice = kernel_for(
        {"annuaire": plugin}, folder=folder, tables={"annuaire": here}, credentials=OnlyTrust(trusted)
    )
    async with practice as kernel, kernel.use(DIRECTORY) as directory:
        yield directory
