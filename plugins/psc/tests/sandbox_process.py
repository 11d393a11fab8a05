"""The simulated Pro Santé Connect as a process of its own, and a person at its pages."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import anyio
import httpx

from caducee.keys.software import SoftwareKey
from caducee.keys.tls import client_context
from caducee_demo.sandbox import running as started


class Sandbox:
    """What sandbox.json says, and the levers."""

    def __init__(self, described: dict[str, Any]) -> None:
        self.described = described
        self.psc: dict[str, str] = described["psc"]

    @property
    def secret(self) -> str:
        return Path(self.psc["client_secret_file"]).read_text()

    def tls(self, name: str) -> ssl.SSLContext:
        """Return a client context of one certificate of the sandbox; its authorities alone under no name."""
        authorities = Path(self.described["authorities"]).read_text()
        if not name:
            return ssl.create_default_context(cadata=authorities)
        files = self.described["credentials"][name]
        password = Path(files["password_file"]).read_bytes()
        return client_context(SoftwareKey.from_pkcs12(Path(files["file"]).read_bytes(), password), authorities)

    def approve(self, person: str, *, always: bool = False) -> None:
        self._post("/psc/approve", {"person": person, "always": always})

    def fault(self, fault: str, **more: Any) -> None:
        self._post("/faults", {"service": "psc", "fault": fault, **more})

    def clear(self) -> None:
        httpx.delete(f"{self.described['control']}/faults", timeout=10).raise_for_status()
        self.approve("")

    def introspected(self, token: str) -> dict[str, Any]:
        answer = httpx.post(
            f"{self.psc['issuer']}/protocol/openid-connect/token/introspect",
            auth=(self.psc["client_id"], self.secret),
            data={"token": token},
            verify=self.tls(""),
        )
        found: dict[str, Any] = answer.raise_for_status().json()
        return found

    def _post(self, path: str, content: dict[str, Any]) -> None:
        httpx.post(f"{self.described['control']}{path}", json=content, timeout=10).raise_for_status()


class Person:
    """Follows the provider's pages until they lead back to the software. ``waits`` runs while a page waits."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self.opened = 0
        self.waited = 0

    async def __call__(self, address: str) -> bool:
        self.opened += 1
        async with httpx.AsyncClient(verify=self._sandbox.tls(""), trust_env=False, timeout=10) as browser:
            page = await browser.get(address)
            while not page.is_redirect and page.status_code == 200 and page.url.scheme == "https":
                self.waited += 1
                if self.waited == 3:
                    await anyio.to_thread.run_sync(self._sandbox.approve, "roux")
                link = page.text.partition('href="')[2].partition('"')[0]
                page = await browser.get(urljoin(str(page.url), link))
            assert page.is_redirect, page.text
            await browser.get(page.headers["location"])
        return True


@contextmanager
def running(state: Path) -> Iterator[Sandbox]:
    """Start the sandbox and stop it in every case."""
    with started(state) as described:
        yield Sandbox(described)
