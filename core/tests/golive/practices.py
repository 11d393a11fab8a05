"""Practices before and after they have what real services ask for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from caducee.config import (
    Config,
    DocumentsConfig,
    KernelConfig,
    Pkcs11Config,
    PractitionerConfig,
    Secret,
    StructureConfig,
)
from caducee.contracts.plugin import Prerequisite
from caducee.errors import Finding
from caducee.golive import missing
from caducee.model.environment import Environment
from caducee_dmp.prerequisites import PREREQUISITES as DMP
from caducee_insi.prerequisites import PREREQUISITES as INSI

NEEDED = {"insi": INSI, "dmp": DMP}
SIMULATED: dict[str, dict[str, Any]] = {
    "insi": {
        "url": "https://127.0.0.1:1/lps",
        "credential": "card",
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
        "credential": "card",
        "software": {"name": "LGC", "authorisation": "AB12"},
    },
    "dmp": {
        "url": "https://dmp.exemple/dmp",
        "feed": "indirect",
        "indirect": {"authentication": "card", "seal": "card"},
        "lps": {"name": "LGC", "homologation": "CD34", "oid": "1.2.250.1.71.4.9"},
    },
}


def practice(
    environment: Environment = Environment.PRODUCTION,
    plugins: dict[str, dict[str, Any]] | None = None,
    *,
    invented: bool = False,
    pace: float = 1.0,
    card: str | None = None,
) -> Config:
    """Return a practice that has everything, or only invented things."""
    structure = StructureConfig(
        identifier="499700000017001" if invented else "100000000010", name="C", sector="SA07", setting="AMBULATOIRE"
    )
    doctor = PractitionerConfig(
        identifier="899700000017" if invented else "810000000001",
        family_name="R",
        given_name="C",
        profession="10",
        structure=structure,
        signature=card,
        authentication=card,
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
        plugins=REAL if plugins is None else plugins,
    )


def real(**changed: Any) -> dict[str, dict[str, Any]]:
    """Return the tables of a practice that has everything, a few keys changed (``dmp__lps__name=…``; None removes)."""
    tables: dict[str, dict[str, Any]] = msgspec.json.decode(msgspec.json.encode(REAL))
    for path, value in changed.items():
        *steps, last = path.split("__")
        holder: dict[str, Any] = tables
        for step in steps:
            holder = holder[step]
        if value is None:
            del holder[last]
        else:
            holder[last] = value
    return tables


def lacks(config: Config, needed: dict[str, tuple[Prerequisite, ...]] | None = None) -> list[Finding]:
    """Return what is missing; no key file is there to be opened."""
    return list(missing(config, NEEDED if needed is None else needed, _no_file))


def _no_file(name: str) -> bytes:
    raise AssertionError(name)
