"""The demo practice: its configuration file, its keys, its desk."""

from __future__ import annotations

import base64
import json
import os
import secrets
from pathlib import Path
from typing import Any

import msgspec

INSTANCE = "0b819c7c-f7b4-4e4b-a220-000000000001"
PINS = {"8000000001": "1234", "8000000077": "4321"}
ROUX = "8000000001"
LENOIR = "8000000077"


class Practice(msgspec.Struct, frozen=True, kw_only=True):
    """Where the demo practice keeps its things, and the services it talks to."""

    folder: Path
    config: Path
    sandbox: dict[str, Any]

    @property
    def cards(self) -> Path:
        """The folder that the virtual card reader looks at."""
        return Path(self.sandbox["cards"]["dir"])

    @property
    def control(self) -> str:
        """The sandbox's control address."""
        return str(self.sandbox["control"])


def set_up(folder: Path, sandbox: dict[str, Any], *, pace: float, feed: str = "direct") -> Practice:
    """Write the configuration and the store key of a practice that uses these sandbox services.

    ``feed`` says by which mode documents go to the DMP: ``direct``, ``indirect`` or ``direct_else_indirect``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_key(folder / "store.key")
    config = folder / "caducee.toml"
    config.write_text(_configuration(sandbox, pace, feed), encoding="utf-8")
    return Practice(folder=folder, config=config, sandbox=sandbox)


def write_key(path: Path) -> None:
    """Write a new random key that only its owner reads; one that is there stays."""
    if path.exists():
        return
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(base64.b64encode(secrets.token_bytes(32)))


def _configuration(sandbox: dict[str, Any], pace: float, feed: str) -> str:
    sections = [_kernel(pace), *_doctors(), _card(sandbox), *_certificates(sandbox), _plugins(sandbox, feed)]
    return "\n".join(sections)


def _kernel(pace: float) -> str:
    return f"""\
[kernel]
environment = "sandbox"
data_dir = "data"
tenant = "cabinet-exemple"
plugins = ["insi", "dmp"]
store_key = {{ file = "store.key" }}
pace = {pace}
grace = 5.0

[documents]
oid_root = "1.2.250.1.999.1"
"""


def _doctors() -> list[str]:
    return [
        _doctor("roux", "899700000017", "ROUX", "Camille", "Cabinet du Dr Roux"),
        _doctor("lenoir", "899700000025", "LENOIR", "Dominique", "Cabinet du Dr Lenoir"),
    ]


def _doctor(key: str, identifier: str, family: str, given: str, structure: str) -> str:
    return f"""\
[practitioner.{key}]
identifier = "{identifier}"
family_name = "{family}"
given_name = "{given}"
title = "DR"
profession = "10"
specialty = "SM26"
signature = "card"
authentication = "card"

[practitioner.{key}.structure]
identifier = "4{identifier[1:]}001"
name = "{structure}"
sector = "SA07"
setting = "AMBULATOIRE"
address = {{ lines = ["1 place de l'Exemple"], postal_code = "99999", city = "EXEMPLEVILLE" }}
phone = "0000000000"
"""


def _card(sandbox: dict[str, Any]) -> str:
    cards = sandbox["cards"]
    return f"""\
[credentials.card]
kind = "pkcs11"
module = {json.dumps(cards["module"])}
env = {{ CADUCEE_VCPS_DIR = {json.dumps(cards["dir"])} }}
authorities = {json.dumps(sandbox["authorities"])}
"""


def _certificates(sandbox: dict[str, Any]) -> list[str]:
    names = {"org_insi": "insi_manu", "org_auth": "org_auth", "org_sign": "org_sign"}
    return [
        _certificate(name, sandbox["credentials"][source], sandbox["authorities"]) for name, source in names.items()
    ]


def _certificate(name: str, files: dict[str, str], authorities: str) -> str:
    return f"""\
[credentials.{name}]
kind = "pkcs12"
file = {json.dumps(files["file"])}
password = {{ file = {json.dumps(files["password_file"])} }}
authorities = {json.dumps(authorities)}
"""


def _plugins(sandbox: dict[str, Any], feed: str) -> str:
    return f"""\
[plugins.insi]
url = "{sandbox["insi"]}"
credential = "org_insi"
software = {{ name = "DEMOLGC", version = "1.0", authorisation = "NUMAUTOSIMU1", instance = "{INSTANCE}" }}

[plugins.dmp]
url = "{sandbox["dmp"]}"
lps = {{ id = "01.00", name = "DEMOLGC", version = "1.0", homologation = "NUMHOMOLSIMU", oid = "1.2.250.1.999.1.1" }}
feed = "{feed}"

[plugins.dmp.indirect]
authentication = "org_auth"
seal = "org_sign"
login = "password"
"""
