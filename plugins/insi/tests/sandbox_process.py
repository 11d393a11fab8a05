"""The simulated INSi as a process of its own, and the plugin opened on it as the kernel would."""

from __future__ import annotations

import logging
import ssl
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
from caducee_demo.sandbox import running as started
from caducee_insi.config import InsiConfig


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
    with started(state) as described:
        yield Sandbox(described)


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
