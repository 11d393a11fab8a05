"""The simulated INSi as a process of its own, and the plugin opened on it as the kernel would."""

from __future__ import annotations

import logging
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx

from caducee.clock import Clock
from caducee.contracts.session import PROFESSIONAL_SESSION
from caducee.contracts.signer import SignatureAlgorithm, Signer
from caducee.contracts.state import State
from caducee.drift import Drift
from caducee.errors import CardAbsent
from caducee.keys.software import SoftwareKey, SoftwareSigner
from caducee.keys.tls import client_context
from caducee.model.environment import Environment
from caducee.model.practice import Practitioner
from caducee.services import ServiceKey
from caducee.testing import AUTHOR, FakeProfessionalSession
from caducee.wire.http import HttpClient
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
    """Credentials with a single software certificate, and a doctor's card."""

    def __init__(self, key: SoftwareKey | None, authorities: str, card: CountingSigner | None = None) -> None:
        self._key = key
        self._authorities = authorities
        self._card = card

    def certificate(self, credential: str) -> bytes:
        assert self._key is not None
        return self._key.certificate.der

    def practitioner(self, key: str) -> Practitioner:
        return AUTHOR

    async def signer(self, practitioner: str) -> Signer:
        if self._card is None:
            raise CardAbsent
        return self._card

    def tls(self, credential: str) -> ssl.SSLContext:
        return client_context(self._key, self._authorities)


class CountingSigner(SoftwareSigner):
    """A card that counts its operations."""

    def __init__(self, key: SoftwareKey) -> None:
        super().__init__(key)
        self.operations = 0

    async def sign(self, data: bytes, algorithm: SignatureAlgorithm) -> bytes:
        self.operations += 1
        return await super().sign(data, algorithm)


class Context:
    """The plugin's context. ``session`` is the log-in with Pro Santé Connect."""

    name = "insi"
    environment = Environment.SANDBOX
    log = logging.getLogger("caducee.plugins.insi")

    def __init__(self, config: InsiConfig, credentials: OneCertificate, clock: Clock, state: State) -> None:
        self.config: Any = config
        self.credentials: Any = credentials
        self.clock = clock
        self.state = state
        self.session = FakeProfessionalSession()
        self.drifts: list[tuple[str, Drift]] = []

    async def saw_drift(self, service: str, drift: Drift) -> None:
        self.drifts.append((service, drift))

    @asynccontextmanager
    async def use(self, key: ServiceKey[Any]) -> AsyncIterator[Any]:
        assert key is PROFESSIONAL_SESSION
        yield self.session

    def http(self, base_url: str, *, credential: str) -> HttpClient:
        return HttpClient(service="insi", base_url=base_url, tls=self.credentials.tls(credential))
