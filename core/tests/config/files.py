"""A configuration that is right, to be spoilt."""

from __future__ import annotations

from pathlib import Path

GOOD = """\
[kernel]
environment = "sandbox"
data_dir = "data"
tenant = "cabinet"
plugins = ["insi"]
store_key = { file = "store.key" }

[documents]
oid_root = "1.2.250.1.999.1"

[practitioner.roux]
identifier = "899700000017"
family_name = "ROUX"
given_name = "Camille"
profession = "10"
specialty = "SM26"
signature = "card"

[practitioner.roux.structure]
identifier = "499700000017001"
name = "Cabinet du Dr Roux"
sector = "SA07"
setting = "AMBULATOIRE"
address = { lines = ["1 place de l'Exemple"], postal_code = "99999", city = "EXEMPLEVILLE" }

[credentials.card]
kind = "pkcs11"
module = "lib/module.so"

[credentials.org]
kind = "pkcs12"
file = "org.p12"
password = { env = "ORG_PASSWORD" }

[plugins.insi]
url = "https://127.0.0.1/lps"
"""


def write(folder: Path, text: str = GOOD) -> Path:
    """Write a configuration and its store key; return its path."""
    key = folder / "store.key"
    key.write_text("a secret\n")
    key.chmod(0o600)
    file = folder / "caducee.toml"
    file.write_text(text, encoding="utf-8")
    return file
