"""The real OpenID provider as a process of its own, and a person at its pages."""

from __future__ import annotations

import json
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from caducee.testing import InventedAuthority

HERE = Path(__file__).parent / "provider"
SECRET = "secret-canari-du-logiciel-essai-0123456789"


@contextmanager
def running(folder: Path, authority: InventedAuthority) -> Iterator[str]:
    """Start it and give its issuer; stop it in every case."""
    node = shutil.which("node")
    if node is None or not (HERE / "node_modules").is_dir():
        pytest.fail("the OpenID provider needs node and its packages: run make provider")
    key, certificate, authorities = (folder / name for name in ("key.pem", "certificate.pem", "authority.pem"))
    _write_server(authority, key, certificate)
    authorities.write_text(authority.pem)
    command = [node, str(HERE / "op.mjs"), str(key), str(certificate), str(authorities), SECRET]
    with (folder / "provider.log").open("wb") as log:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, cwd=HERE)
    with process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line, (folder / "provider.log").read_text()
            yield str(json.loads(line)["issuer"])
        finally:
            process.terminate()


class Person:
    """Opens what the software asks, fills in the forms of the provider, and goes where it is sent."""

    def __init__(self, identifier: str, tls: ssl.SSLContext) -> None:
        self._identifier = identifier
        self._tls = tls

    async def __call__(self, address: str) -> bool:
        async with httpx.AsyncClient(verify=self._tls, trust_env=False, timeout=20) as browser:
            page = await browser.get(address)
            for _ in range(12):
                if page.is_redirect:
                    page = await browser.get(urljoin(str(page.url), page.headers["location"]))
                elif page.url.scheme == "http":  # back at the software
                    return page.status_code == 200
                else:
                    action, fields = _form(page.text)
                    filled = fields | {"login": self._identifier, "password": "x"} if "login" in fields else fields
                    page = await browser.post(urljoin(str(page.url), action), data=filled)
        raise AssertionError("the provider never sent the person back")


class _Form(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.action = given.get("action") or ""
        elif tag == "input" and given.get("name"):
            self.fields[given["name"] or ""] = given.get("value") or ""


def _form(page: str) -> tuple[str, dict[str, str]]:
    form = _Form()
    form.feed(page)
    assert form.action, page[:500]
    return form.action, form.fields


def _write_server(authority: InventedAuthority, key: Path, certificate: Path) -> None:
    issued = authority.issue("127.0.0.1")
    password = b"moment"

    private = load_pem_private_key(issued.sealed_pem(password), password)
    key.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    key.chmod(0o600)

    certificate.write_bytes(x509.load_der_x509_certificate(issued.certificate.der).public_bytes(Encoding.PEM))
