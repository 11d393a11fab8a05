"""``caducee doctor`` compares who logged in with what the configuration says."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import anyio
import msgspec
import pytest

from caducee.assembly import open_store
from caducee.cli import main
from caducee.config import load_config
from caducee.contracts.session import SessionIdentity, Situation
from caducee.plugins.state import PluginState
from caducee_psc.situations import keep_choice, keep_identity

CONFIG = """\
[kernel]
environment = "sandbox"
data_dir = "data"
tenant = "cabinet"
plugins = ["psc"]
store_key = { file = "store.key" }

[documents]
oid_root = "1.2.250.1.999.1"

[credentials.psc]
kind = "trust"
authorities = "authorities.pem"

[practitioner.roux]
identifier = "899700000017"
family_name = "ROUX"
given_name = "Camille"
profession = "10"
specialty = "SM26"
[practitioner.roux.structure]
identifier = "499700000017001"
name = "Cabinet du Dr Roux"
sector = "SA07"
setting = "AMBULATOIRE"

[plugins.psc]
issuer = "https://127.0.0.1:1/auth/realms/esante-wallet"
client_id = "lgc-simu"
client_secret = { file = "store.key" }
credential = "psc"
"""
HERE = Situation(profession="10", specialty="SM26", structures=("499700000017001",))
IDENTITY = SessionIdentity(identifier="899700000017", family_name="ROUX", given_name="CAMILLE", situations=(HERE,))


def practice(folder: Path, identity: SessionIdentity, chosen: Situation | None) -> Path:
    (folder / "store.key").write_bytes(base64.b64encode(bytes(32)))
    (folder / "store.key").chmod(0o600)
    (folder / "authorities.pem").write_text("")
    file = folder / "caducee.toml"
    file.write_text(CONFIG, encoding="utf-8")

    async def keep() -> None:
        async with open_store(load_config(file)) as store, PluginState(store, "psc").transaction() as tx:
            await keep_identity(tx, "roux", identity)
            await keep_choice(tx, "roux", chosen)

    anyio.run(keep)
    return file


def professional(capsys: pytest.CaptureFixture[str], file: Path) -> list[dict[str, str]]:
    main(["doctor", "--json", "--config", str(file)])
    report = json.loads(capsys.readouterr().out)
    return [check for check in report["checks"] if check["name"].startswith("professional")]


def test_a_log_in_that_agrees_is_well(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (check,) = professional(capsys, practice(tmp_path, IDENTITY, HERE))
    assert (check["name"], check["level"]) == ("professional roux", "ok")


def test_a_situation_elsewhere_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    elsewhere = msgspec.structs.replace(HERE, structures=("499700000017002",), specialty="SM54")
    found = professional(capsys, practice(tmp_path, IDENTITY, elsewhere))
    assert {(check["name"], check["level"]) for check in found} == {
        ("professional roux specialty", "broken"),
        ("professional roux structure", "broken"),
    }
    assert all("la session Pro Santé Connect" in check["sentence"] for check in found)
