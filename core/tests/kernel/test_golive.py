"""Outside the sandbox nothing starts while something is missing, and all of it is listed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from caducee.config import (
    Config,
    DocumentsConfig,
    KernelConfig,
    Pkcs11Config,
    PractitionerConfig,
    Secret,
    StructureConfig,
)
from caducee.model.environment import Environment
from caducee.plugins.golive import missing
from caducee_dmp.prerequisites import PREREQUISITES as DMP
from caducee_insi.prerequisites import PREREQUISITES as INSI

NEEDED = {"insi": INSI, "dmp": DMP}
SIMULATED: dict[str, dict[str, Any]] = {
    "insi": {
        "url": "https://127.0.0.1:1/lps",
        "credential": "org",
        "software": {"name": "DEMOLGC", "authorisation": "NUMAUTOSIMU1"},
    },
    "dmp": {
        "url": "https://127.0.0.1:1/dmp",
        "lps": {"name": "DEMOLGC", "homologation": "NUMHOMOLSIMU", "oid": "1.2.250.1.999.1.1"},
    },
}
REAL: dict[str, dict[str, Any]] = {
    "insi": {
        "url": "https://insi.exemple/lps",
        "credential": "org",
        "software": {"name": "LGC", "authorisation": "AB12"},
    },
    "dmp": {
        "url": "https://dmp.exemple/dmp",
        "lps": {"name": "LGC", "homologation": "CD34", "oid": "1.2.250.1.71.4.9"},
    },
}


def practice(
    environment: Environment, plugins: dict[str, dict[str, Any]], *, invented: bool, pace: float = 10.0
) -> Config:
    doctor = PractitionerConfig(
        identifier="899700000017" if invented else "810000000001",
        family_name="R",
        given_name="C",
        profession="10",
        structure=StructureConfig(identifier="1", name="C", sector="SA07", setting="AMBULATOIRE"),
    )
    return Config(
        kernel=KernelConfig(
            environment=environment,
            data_dir=Path("data"),
            tenant="t",
            plugins=("insi", "dmp"),
            store_key=Secret(file=Path("store.key")),
            pace=pace,
        ),
        documents=DocumentsConfig(oid_root="1.2.250.1.999.1" if invented else "1.2.250.1.71.4.9"),
        practitioner={"roux": doctor},
        credentials={"card": Pkcs11Config(module=Path("libvirtual_cps.so" if invented else "libcps3.so"))},
        plugins=plugins,
    )


@pytest.mark.parametrize("environment", [Environment.INTEGRATION, Environment.PRODUCTION])
def test_everything_that_is_missing_is_listed_with_its_key_and_whose_agreement_it_takes(
    environment: Environment,
) -> None:
    found = missing(practice(environment, SIMULATED, invented=True), NEEDED)
    expected = {
        "documents.oid_root",
        "practitioner.roux.identifier",
        "credentials.card.module",
        "plugins.insi.url",
        "plugins.insi.software.authorisation",
        "plugins.insi.software.name",
        "plugins.dmp.url",
        "plugins.dmp.lps.homologation",
        "plugins.dmp.lps.name",
        "plugins.dmp.lps.oid",
    }
    assert {finding.field for finding in found} - {"kernel.pace"} == expected
    assert ("kernel.pace" in {finding.field for finding in found}) is (environment is Environment.PRODUCTION)
    assert all("À obtenir auprès de" in finding.message for finding in found)


def test_nothing_is_asked_in_the_sandbox() -> None:
    assert missing(practice(Environment.SANDBOX, SIMULATED, invented=True), NEEDED) == ()


def test_a_practice_that_has_all_is_let_through() -> None:
    assert missing(practice(Environment.PRODUCTION, REAL, invented=False, pace=1.0), NEEDED) == ()


@pytest.mark.parametrize("one", [*INSI, *DMP])
def test_a_key_that_is_empty_counts_as_missing(one: Any) -> None:
    name = "insi" if one in INSI else "dmp"
    plugins = msgspec.json.decode(msgspec.json.encode(REAL))
    holder = plugins[name]
    *path, last = one.key.split(".")
    for step in path:
        holder = holder[step]
    holder[last] = ""
    (finding,) = missing(practice(Environment.PRODUCTION, plugins, invented=False, pace=1.0), NEEDED)
    assert finding.field == f"plugins.{name}.{one.key}"
