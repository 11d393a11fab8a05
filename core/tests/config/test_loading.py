from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from caducee.config import Pkcs11Config, Pkcs12Config, Secret, load_config
from caducee.errors import ConfigError, Finding
from caducee.model.environment import Environment

from .files import GOOD, write


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORG_PASSWORD", "secret-in-env")


def findings(folder: Path, text: str) -> tuple[Finding, ...]:
    with pytest.raises(ConfigError) as caught:
        load_config(write(folder, text))
    return caught.value.findings


def test_a_good_file_becomes_structs_with_paths_relative_to_it(tmp_path: Path) -> None:
    config = load_config(write(tmp_path))
    assert config.kernel.environment is Environment.SANDBOX
    assert config.kernel.data_dir == tmp_path / "data"
    assert config.kernel.store_key == Secret(file=tmp_path / "store.key")
    assert (config.kernel.pace, config.kernel.grace, config.documents.max_bytes) == (1.0, 5.0, 25_000_000)
    assert config.practitioner["roux"].structure.sector == "SA07"
    card, org = config.credentials["card"], config.credentials["org"]
    assert isinstance(card, Pkcs11Config)
    assert card.module == tmp_path / "lib/module.so"
    assert isinstance(org, Pkcs12Config)
    assert config.plugins["insi"] == {"url": "https://127.0.0.1/lps"}


@pytest.mark.parametrize(
    ("old", "new", "field", "said"),
    [
        ("environment =", "enviroment =", "kernel.enviroment", "« environment »"),
        ('"sandbox"', '"sandbx"', "kernel.environment", "« sandbox »"),
        ('"sandbox"', '"test"', "kernel.environment", "sandbox ou integration ou production"),
        ('tenant = "cabinet"', "", "kernel.tenant", "clé absente"),
        ("[documents]", "[document]", "document", "« documents »"),
        ('oid_root = "1.2', 'oid_root = "1.02', "documents.oid_root", "de la forme"),
        ('oid_root = "1.2', 'oid_root = "1.2.3456789.3456789', "documents.oid_root", "d'au plus 24"),
        ('plugins = ["insi"]', 'plugins = "insi"', "kernel.plugins", "une liste"),
        ('kind = "pkcs11"', 'kind = "pkcs10"', "credentials.card.kind", "pkcs11 ou pkcs12"),
        ('kind = "pkcs11"', "", "credentials.card.kind", "pkcs11 ou pkcs12"),
        ("module =", "modul =", "credentials.card.modul", "« module »"),
        ('signature = "card"', 'signature = "crad"', "practitioner.roux.signature", "« card »"),
        ("sector =", "secteur =", "practitioner.roux.structure.secteur", "clé inconnue"),
        ("city =", "citi =", "practitioner.roux.structure.address.citi", "« city »"),
        ("[plugins.insi]", "[plugins.inssi]", "plugins.inssi", "« insi »"),
        ('{ file = "store.key" }', '"c2VjcmV0"', "kernel.store_key", "ne s'écrit jamais ici"),
        ('{ file = "store.key" }', '{ file = "store.key", env = "A" }', "kernel.store_key", "un seul de"),
        ('{ file = "store.key" }', '{ keyring = "caducee" }', "kernel.store_key", "fournisseur"),
        ('{ file = "store.key" }', '{ file = "other.key" }', "kernel.store_key", "other.key n'existe pas"),
        ('env = "ORG_PASSWORD"', 'env = "ORG_PASSWRD"', "credentials.org.password", "ORG_PASSWRD n'existe pas"),
        ('tenant = "cabinet"', 'tenant = "cabinet"\npace = 0', "kernel.pace", "plus grand que 0"),
        ('tenant = "cabinet"', 'tenant = "cabinet"\npace = "x"', "kernel.pace", "un nombre"),
    ],
)
def test_a_mistake_is_named_by_its_key_and_what_was_expected(
    tmp_path: Path, old: str, new: str, field: str, said: str
) -> None:
    spoilt = GOOD.replace(old, new, 1)
    assert spoilt != GOOD
    found = findings(tmp_path, spoilt)
    assert field in [finding.field for finding in found]
    assert said in " ".join(finding.message for finding in found if finding.field == field)
    assert {finding.source for finding in found} == {str(tmp_path / "caducee.toml")}


def test_the_error_itself_names_the_file_the_key_and_what_was_expected(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(write(tmp_path, GOOD.replace('"sandbox"', '"test"')))
    assert str(caught.value) == ("kernel.environment: caducee.toml : attendu : sandbox ou integration ou production.")


def test_a_byte_order_mark_of_a_windows_editor_is_no_mistake(tmp_path: Path) -> None:
    file = write(tmp_path)
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert load_config(file).kernel.tenant == "cabinet"


def test_a_misspelt_key_is_one_finding_not_two(tmp_path: Path) -> None:
    assert len(findings(tmp_path, GOOD.replace("tenant =", "tennant ="))) == 1


def test_everything_wrong_is_said_at_once(tmp_path: Path) -> None:
    spoilt = GOOD.replace("tenant =", "tennant =").replace("oid_root", "oidroot").replace('"pkcs11"', "3")
    assert {finding.field for finding in findings(tmp_path, spoilt)} == {
        "kernel.tennant",
        "documents.oidroot",
        "credentials.card.kind",
    }


def test_a_literal_secret_is_not_repeated_in_the_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(write(tmp_path, GOOD.replace('{ file = "store.key" }', '"canary-secret"')))
    assert "canary" not in f"{caught.value!s} {caught.value!r} {caught.value.explain()}"


def test_a_secret_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    file = write(tmp_path)
    (tmp_path / "store.key").chmod(0o640)
    with pytest.raises(ConfigError) as caught:
        load_config(file)
    (finding,) = caught.value.findings
    assert (finding.field, finding.rule) == ("kernel.store_key", "config.secret_readable_by_others")


def test_a_table_of_a_plugin_that_is_not_enabled_may_stay(tmp_path: Path) -> None:
    assert load_config(write(tmp_path, GOOD + '\n[plugins.dmp]\nurl = "x"\n')).plugins["dmp"] == {"url": "x"}


@pytest.mark.parametrize(
    ("content", "rule"),
    [(b"[kernel", "config.not_toml"), (b'a = "\xe9"', "config.not_toml"), (None, "config.unreadable")],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None, rule: str) -> None:
    file = tmp_path / "caducee.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        load_config(file)
    (finding,) = caught.value.findings
    assert (finding.field, finding.rule) == ("caducee.toml", rule)


def test_the_vendor_s_safe_serves_what_the_file_points_at(tmp_path: Path) -> None:
    class Safe:
        def secret(self, reference: Secret) -> bytes | None:
            return b"key" if reference.keyring == "caducee" else None

    text = GOOD.replace('{ file = "store.key" }', '{ keyring = "caducee" }')
    assert load_config(write(tmp_path, text), provider=Safe()).kernel.store_key.keyring == "caducee"


TOML_KEYS = st.sampled_from(
    ["kernel", "documents", "practitioner", "credentials", "plugins", "environment", "store_key", "kind", "roux", "x"]
)
ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.booleans(), st.integers(-3, 3), st.text(max_size=5), st.floats(allow_nan=False)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TOML_KEYS, inner, max_size=4)),
    max_leaves=12,
)


@given(st.dictionaries(TOML_KEYS, ANYTHING, max_size=6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_any_shape_of_table_gives_findings_and_nothing_else(table: dict[str, Any]) -> None:
    from caducee.config import Place, fit
    from caducee.config.model import Tables

    found: list[Finding] = []
    fitted = fit(table, Tables, Place("caducee.toml", Path("/nowhere")), found)
    assert (fitted is None) == bool(found)
    assert all(finding.field and finding.rule and finding.message for finding in found)
