"""The sandbox as a process of its own, and its levers."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from caducee.errors import ServiceUnavailable
from caducee.keys.software import SoftwareKey
from caducee.keys.tls import client_context
from caducee_demo.sandbox import running as started
from caducee_mss.transport import Bearer, MailServer, Security

ROUX = "camille.roux@medecin.test.mssante.fr"
LENOIR = "dominique.lenoir@medecin.test.mssante.fr"
OFFICE = "secretariat.roux@cabinet.test.mssante.fr"
PROGRAM = "logiciel.roux@cabinet.test.mssante.fr"


class Sandbox:
    """What sandbox.json says, and the levers."""

    def __init__(self, described: dict[str, Any]) -> None:
        self.described = described
        self.authorities = Path(described["authorities"]).read_bytes()

    def ask(self, method: str, path: str, **body: Any) -> Any:
        answer = httpx.request(method, self.described["control"] + path, json=body, timeout=20)
        answer.raise_for_status()
        return answer.json()

    def fault(self, fault: str, **more: Any) -> None:
        self.ask("POST", "/faults", service="mail", fault=fault, **more)

    def bearer(self, address: str = ROUX, doctor: str = "roux") -> Bearer:
        self.ask("POST", "/mail/tokens", token=f"jeton-{doctor}", doctor=doctor)
        return Bearer(address=address, token=f"jeton-{doctor}")

    def server(self, name: str) -> MailServer:
        implicit = name in ("submissions", "imaps")
        port = self.described["mail"][name]["port"]
        return MailServer("localhost", port, Security.IMPLICIT if implicit else Security.STARTTLS)

    def context(self, credential: str | None = None) -> ssl.SSLContext:
        if credential is not None:
            files = self.described["credentials"][credential]
            password = Path(files["password_file"]).read_bytes().strip()
            key = SoftwareKey.from_pkcs12(Path(files["file"]).read_bytes(), password)
            return client_context(key, self.authorities.decode())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_verify_locations(cadata=self.authorities.decode())
        return context

    async def revocation_list(self, url: str) -> bytes:
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.get(url)
        if answer.status_code != 200:
            raise ServiceUnavailable("crl", str(answer.status_code))
        return answer.content


@contextmanager
def running_sandbox(state: Path) -> Iterator[Sandbox]:
    """Start the sandbox and stop it in every case."""
    with started(state) as described:
        yield Sandbox(described)
