"""The simulated INSi as a process of its own, and the plugin opened on it as the kernel would."""

from __future__ import annotations

import json
import logging
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from caducee.clock import Clock
from caducee.contracts.state import State
from caducee.keys.software import SoftwareKey
from caducee.keys.tls import client_context
from caducee.model.environment import Environment
from caducee_insi.config import InsiConfig

_START = "import sys; from caducee_sandbox.command import main; sys.exit(main(sys.argv[1:]))"


class Sandbox:
    """What sandbox.json says, and the levers."""

    def __init__(self, described: dict[str, Any]) -> None:
        self.described = described
        self.url: str = described["insi"]

    def credential(self, name: str) -> SoftwareKey:
        files = self.described["credentials"][name]
        password = Path(files["password_file"]).read_bytes().strip()
        return SoftwareKey.from_pkcs12(Path(files["file"]).read_bytes(), password)

    def fault(self, fault: str, **more: Any) -> None:
        body = {"service": "insi", "fault": fault, **more}
        httpx.post(f"{self.described['control']}/faults", json=body, timeout=10).raise_for_status()

    def clear(self) -> None:
        httpx.delete(f"{self.described['control']}/faults", timeout=10).raise_for_status()

    def ledger(self) -> list[dict[str, Any]]:
        answer = httpx.get(f"{self.described['control']}/ledger", timeout=10).json()
        return [line for line in answer if line["service"] == "insi"]


@contextmanager
def running(state: Path) -> Iterator[Sandbox]:
    """Start the sandbox and stop it in every case."""
    command = [sys.executable, "-c", _START, "up", "--state", str(state)]
    with (state / "sandbox.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        yield Sandbox(_described(process, state))
    finally:
        process.terminate()
        process.wait(10)


def _described(process: subprocess.Popen[bytes], state: Path) -> dict[str, Any]:
    ready, deadline = state / "sandbox.json", time.monotonic() + 30
    while not ready.exists():
        assert process.poll() is None, (state / "sandbox.log").read_text()
        assert time.monotonic() < deadline, "the sandbox did not start in time"
        time.sleep(0.05)
    described: dict[str, Any] = json.loads(ready.read_text(encoding="utf-8"))
    return described


class OneCertificate:
    """Credentials with a single software certificate."""

    def __init__(self, key: SoftwareKey, authorities: str) -> None:
        self._key = key
        self._authorities = authorities

    def certificate(self, credential: str) -> bytes:
        return self._key.certificate.der

    def tls(self, credential: str) -> ssl.SSLContext:
        return client_context(self._key, self._authorities)


class Context:
    """The plugin's context."""

    name = "insi"
    environment = Environment.SANDBOX
    log = logging.getLogger("caducee.plugins.insi")

    def __init__(self, config: InsiConfig, credentials: OneCertificate, clock: Clock, state: State) -> None:
        self.config: Any = config
        self.credentials: Any = credentials
        self.clock = clock
        self.state = state
