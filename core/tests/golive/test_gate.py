"""The gate as a host meets it: a kernel that does not open, with the whole list, and nothing written."""

from __future__ import annotations

from pathlib import Path

import pytest

from caducee.assembly import open_kernel
from caducee.config import load_config
from caducee.errors import ConfigError

pytestmark = pytest.mark.anyio

PRACTICE = """\
[kernel]
environment = "production"
data_dir = "data"
tenant = "cabinet"
plugins = ["insi", "dmp"]
store_key = { file = "store.key" }

[documents]
oid_root = "1.2.250.1.71.4.9"

[practitioner.roux]
identifier = "899700000017"
family_name = "ROUX"
given_name = "Camille"
profession = "10"

[practitioner.roux.structure]
identifier = "100000000010"
name = "Cabinet"
sector = "SA07"
setting = "AMBULATOIRE"

[plugins.insi]
url = "https://127.0.0.1:1/lps"
credential = "org"
software = { name = "LGC", version = "1", authorisation = " ", instance = "00000000-0000-4000-8000-000000000000" }

[plugins.dmp]
url = "https://dmp.exemple/dmp"
feed = "indirect"
lps = { id = "1", name = "LGC", version = "1", homologation = "CD34", oid = "1.2.250.1.71.4.9" }
"""


@pytest.fixture
def configuration(tmp_path: Path) -> Path:
    """Write the configuration of a practice that lacks much."""
    key = tmp_path / "store.key"
    key.write_text("QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=\n")
    key.chmod(0o600)
    file = tmp_path / "caducee.toml"
    file.write_text(PRACTICE, encoding="utf-8")
    return file


async def test_misfits_and_missing_things_are_told_together(configuration: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        async with open_kernel(configuration):
            pass
    assert {finding.field for finding in refused.value.findings} == {
        "practitioner.roux.identifier",
        "practitioner.roux.specialty",
        "plugins.insi.url",
        "plugins.insi.credential",
        "plugins.insi.software.authorisation",
        "plugins.dmp",
        "plugins.dmp.indirect.authentication",
        "plugins.dmp.indirect.seal",
    }


async def test_nothing_is_opened_before_the_gate(configuration: Path) -> None:
    with pytest.raises(ConfigError):
        async with open_kernel(configuration):
            pass
    assert not load_config(configuration).kernel.data_dir.exists()


async def test_a_mode_without_its_table_is_refused_in_the_sandbox_too(configuration: Path) -> None:
    configuration.write_text(PRACTICE.replace('"production"', '"sandbox"'), encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        async with open_kernel(configuration):
            pass
    (finding,) = [one for one in refused.value.findings if one.field == "plugins.dmp"]
    assert "[plugins.dmp.indirect]" in finding.message
