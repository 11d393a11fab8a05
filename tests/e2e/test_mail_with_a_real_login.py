"""A log-in at a real OpenID provider opens boxes of real mail servers, which ask that provider about each token."""

from __future__ import annotations

import base64
import ssl
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from string import Template
from typing import Any
from uuid import uuid4

import anyio
import httpx
import msgspec
import pytest
from mail_rig.servers.operator import Operator, running_operator
from real_provider import SECRET, Person, running

import caducee
from caducee import Actor, Audience
from caducee.contracts.session import PROFESSIONAL_SESSION
from caducee.outbox.contract import DeliveryState
from caducee.testing import InventedAuthority, invented_letter
from caducee_mss import MSS, Correspondent
from caducee_psc import Psc

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(180)]
ROUX, BOX = "899700000017", "camille.roux@medecin.test.mssante.fr"
DOCTOR = Actor.doctor("Dr Camille Roux")
AUTHORITY = InventedAuthority()


class AskedOfTheProvider(dict[str, str]):
    """Whose box a token opens, as the provider says it (RFC 7662)."""

    def __init__(self) -> None:
        super().__init__()
        self.issuer = ""
        self.asked = 0

    def get(self, token: str, default: Any = None) -> Any:
        self.asked += 1
        address = f"{self.issuer}/protocol/openid-connect/token/introspect"
        trusted = ssl.create_default_context(cadata=AUTHORITY.pem)
        answer = httpx.post(
            address, data={"token": token}, auth=("lgc-secret", SECRET), verify=trusted, trust_env=False, timeout=10
        ).json()
        return BOX if answer.get("active") and answer.get("sub") == ROUX else default


TOKENS = AskedOfTheProvider()


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(tmp_path_factory.mktemp("provider"), AUTHORITY) as issuer:
        TOKENS.issuer = issuer
        yield issuer


@pytest.fixture(scope="module")
def real_operator(provider: str) -> Iterator[Operator]:
    with running_operator(TOKENS) as operator:
        yield operator


TEMPLATE = """
[kernel]
environment = "sandbox"
data_dir = "data"
tenant = "essai"
plugins = ["psc", "mss"]
store_key = { file = "store.key" }
pace = 20.0

[documents]
oid_root = "1.2.250.1.999.1"

[practitioner.roux]
identifier = "$roux"
family_name = "ROUX"
given_name = "Camille"
profession = "10"
specialty = "SM26"

[practitioner.roux.structure]
identifier = "499700000017001"
name = "Cabinet du Dr Roux"
sector = "SA07"
setting = "AMBULATOIRE"

[credentials.operators]
kind = "trust"
authorities = "mail.pem"

[credentials.provider]
kind = "trust"
authorities = "psc.pem"

[plugins.psc]
issuer = "$issuer"
client_id = "lgc-secret"
client_secret = { file = "psc.secret" }
credential = "provider"

[plugins.mss]
nil = "DEV000000"
software = { name = "ESSAI", version = "1", vendor = "Essai" }
trust = "operators"
source_id = "1.2.250.1.999.1.1"
patient_domain = "patient.test.mssante.fr"
revocation = "off"

[plugins.mss.boxes.roux]
address = "$box"
practitioner = "roux"
poll = 0.5
submission = { host = "localhost", port = $submission }
imap = { host = "localhost", port = $imap }
"""


def _text(operator: Operator, issuer: str) -> str:
    ports = {name: operator.ports[name] for name in ("submission", "imap")}
    return Template(TEMPLATE).substitute(roux=ROUX, box=BOX, issuer=issuer, **ports)


def configured(folder: Path, operator: Operator, issuer: str) -> Path:
    key = folder / "store.key"
    key.write_bytes(base64.b64encode(bytes(range(32))))
    (folder / "psc.secret").write_text(SECRET)
    for secret in (key, folder / "psc.secret"):
        secret.chmod(0o600)
    (folder / "mail.pem").write_bytes(operator.authority.bundle)
    (folder / "psc.pem").write_text(AUTHORITY.pem)
    path = folder / "caducee.toml"
    path.write_text(_text(operator, issuer), encoding="utf-8")
    return path


async def test_mail_waits_for_the_log_in_then_leaves_and_the_box_is_read(
    provider: str, real_operator: Operator, tmp_path: Path
) -> None:
    windows: list[str] = []
    person = Person(ROUX, ssl.create_default_context(cadata=AUTHORITY.pem))

    async with anyio.create_task_group() as browsers:

        async def browser(address: str) -> bool:
            windows.append(address)
            browsers.start_soon(_visit, person, address)
            return True

        config = configured(tmp_path, real_operator, provider)
        async with caducee.open_kernel(config, plugins={"psc": Psc(open_browser=browser)}) as kernel:
            letter = msgspec.structs.replace(invented_letter(), local_id=str(uuid4()))
            ticket = await kernel.documents.publish(
                letter,
                audience=Audience(Correspondent(address="gilles.petit@cabinet.test.mssante.fr")),
                acting=DOCTOR,
                idempotency_key=letter.local_id,
            )
            with anyio.fail_after(30):
                (waiting,) = await ticket.reached(DeliveryState.BLOCKED)
            assert (waiting.why, windows) == ("login", [])
            async with kernel.use(PROFESSIONAL_SESSION) as session:
                await session.login("roux", acting=DOCTOR)
            with anyio.fail_after(60):
                (delivery,) = await ticket.settled()
            assert delivery.state is DeliveryState.DELIVERED
            async with kernel.use(MSS) as mss:
                with anyio.fail_after(60):
                    while "arrived" not in [
                        str(one.what) for line in await mss.of_document(ticket.document_id) for one in line.steps
                    ]:
                        await anyio.sleep(0.2)
        browsers.cancel_scope.cancel()
    assert len(windows) == 1
    assert TOKENS.asked > 0


async def _visit(person: Person, address: str) -> None:
    with suppress(httpx.HTTPError):
        await person(address)
