"""Desks of several doctors, each with a virtual card as slow as a real one; a destination that wants a signature."""

# ruff: noqa: ARG002 - what serves a destination keeps its signature

from __future__ import annotations

import base64
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from caducee.config import Config, DocumentsConfig, KernelConfig, Pkcs11Config, PractitionerConfig, StructureConfig
from caducee.config import Secret as StoreKey
from caducee.contracts.delivery import Deliverer, Envelope, Receipt
from caducee.contracts.plugin import Need, PluginContext, Registrar
from caducee.contracts.signer import SignatureAlgorithm
from caducee.hooks import Facts, Route, hookimpl
from caducee.model.destination import Destination
from caducee.model.environment import Environment
from caducee_sandbox.cards import ENVIRONMENT, Card, CardDesk, CardKey, module_path

PIN = "1234"


class Signed(Destination, frozen=True):
    """Takes any document that its author has signed."""

    kind: ClassVar[str] = "signed"


class Signing:
    """The plugin: one signature of the author's card for each document, and no service behind it."""

    @hookimpl
    def caducee_register(self, registrar: Registrar) -> None:
        registrar.needs(Need.SIGNATURE)
        registrar.destination(Signed, self._deliver, at_once=8)

    @hookimpl
    def caducee_route(self, facts: Facts) -> list[Route]:
        return [Route(destination=one) for one in facts.destinations if isinstance(one, Signed)]

    @asynccontextmanager
    async def _deliver(self, context: PluginContext) -> AsyncIterator[Deliverer]:
        yield _Signer(context)


class _Signer:
    def __init__(self, context: PluginContext) -> None:
        self._context = context

    async def prepare(self, envelope: Envelope) -> bytes:
        signer = await self._context.credentials.signer(envelope.author)
        return await signer.sign(envelope.sha256, SignatureAlgorithm.RSA_SHA256)

    async def send(self, envelope: Envelope, prepared: bytes) -> Receipt:
        return Receipt(service=envelope.kind, at="20261125073000")

    async def probe(self, envelope: Envelope, prepared: bytes) -> Receipt | None:
        return None


def practice(folder: Path, *, authors: int, delay_ms: int) -> Config:
    """Return a practice of that many doctors, whose cards take that long for a signature."""
    key = folder / "store.key"
    key.touch(mode=0o600)
    key.write_bytes(base64.b64encode(os.urandom(32)))
    doctors, credentials = {}, {}
    for number in range(authors):
        identifier = f"8997000000{number:02}"
        desk = _desk(folder / f"desk{number}", identifier, delay_ms)
        credentials[f"card{number}"] = Pkcs11Config(module=module_path(), env={ENVIRONMENT: str(desk.directory)})
        doctors[f"doctor{number}"] = _doctor(identifier, number)
    kernel = KernelConfig(
        environment=Environment.SANDBOX,
        data_dir=folder / "data",
        tenant="mesure",
        plugins=("signing",),
        store_key=StoreKey(file=key),
    )
    documents = DocumentsConfig(oid_root="1.2.250.1.999.8")
    return Config(
        kernel=kernel, documents=documents, practitioner=doctors, credentials=credentials, plugins={"signing": {}}
    )


def _doctor(identifier: str, number: int) -> PractitionerConfig:
    structure = StructureConfig(identifier="499700000017001", name="Cabinet", sector="SA07", setting="AMBULATOIRE")
    return PractitionerConfig(
        identifier=identifier,
        family_name="ROUX",
        given_name="Camille",
        profession="10",
        specialty="SM26",
        structure=structure,
        signature=f"card{number}",
    )


def _desk(folder: Path, identifier: str, delay_ms: int) -> CardDesk:
    parts = ((NameOID.COMMON_NAME, identifier), (NameOID.SURNAME, "ROUX"), (NameOID.GIVEN_NAME, "CAMILLE"))
    name = x509.Name([x509.RelativeDistinguishedName([x509.NameAttribute(*part) for part in parts])])
    keys = {}
    for use in ("auth", "sign"):
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        now = datetime.now(UTC)
        builder = x509.CertificateBuilder(name, name, key.public_key(), 7, now, now + timedelta(days=1))
        keys[use] = CardKey(certificate=builder.sign(key, hashes.SHA256()), key=key)
    desk = CardDesk(folder)
    desk.issue(Card(serial=identifier[-10:], pin=PIN, delay_ms=delay_ms, **keys))
    desk.insert(identifier[-10:])
    return desk
