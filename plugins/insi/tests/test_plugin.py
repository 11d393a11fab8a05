from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from caducee.config import Place, fit
from caducee.contracts.identity import IDENTITY
from caducee.contracts.rights import RIGHTS
from caducee.errors import Finding
from caducee.model.environment import Environment
from caducee.model.identity import INS_NIR, INS_NIR_TEST
from caducee.plugins.registration import Registration, hook_manager
from caducee_insi import BATCH, DESK, INSI, Evidence, plugin
from caducee_insi.config import InsiConfig

TABLE: dict[str, Any] = {
    "url": "https://127.0.0.1:1/lps",
    "credential": "org_insi",
    "software": {
        "name": "DEMOLGC",
        "version": "1.0",
        "authorisation": "NUMAUTOSIMU1",
        "instance": "0b819c7c-f7b4-4e4b-a220-000000000001",
    },
}


def fitted(**changes: object) -> tuple[InsiConfig | None, list[str]]:
    findings: list[Finding] = []
    config = fit({**TABLE, **changes}, InsiConfig, Place("caducee.toml", Path(), "plugins.insi"), findings)
    return config, [finding.field for finding in findings]


def test_the_plugin_offers_the_search_and_the_desk() -> None:
    registration = Registration("insi")
    hook_manager("insi", plugin).hook.caducee_register(registrar=registration)
    assert set(registration.services) == {IDENTITY.name, DESK.name, INSI.name, RIGHTS.name, BATCH.name}
    assert registration.struct is InsiConfig
    assert registration.destinations == {}


def test_the_plugin_explains_its_own_codes_and_leaves_the_others() -> None:
    hooks = hook_manager("insi", plugin).hook
    assert "certificat" in hooks.caducee_explain(code="desir_560").sentence
    assert hooks.caducee_explain(code="XDSDuplicateUniqueIdInRegistry") is None


def test_a_short_table_is_enough() -> None:
    config, findings = fitted()
    assert findings == []
    assert config is not None
    assert (config.max_calls, config.tries, config.evidence) == (6, 2, tuple(Evidence))
    assert config.software.written_name == "urn:lps:DEMOLGC:1.0"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"url": "http://127.0.0.1/lps"}, "plugins.insi.url"),
        ({"max_calls": 0}, "plugins.insi.max_calls"),
        ({"tries": 4}, "plugins.insi.tries"),
        ({"maxcalls": 3}, "plugins.insi.maxcalls"),
        ({"evidence": ["PERMIS"]}, "plugins.insi.evidence.0"),
        ({"software": {**TABLE["software"], "instance": "1"}}, "plugins.insi.software.instance"),
    ],
)
def test_a_wrong_key_is_named(changes: dict[str, object], field: str) -> None:
    assert fitted(**changes) == (None, [field])


@pytest.mark.requirement("INS-REALM")
def test_test_oids_are_never_issued_in_production_and_the_sandbox_issues_nothing_else() -> None:
    config, _ = fitted()
    assert config is not None
    assert INS_NIR_TEST not in config.issues(Environment.PRODUCTION)
    assert config.issues(Environment.SANDBOX) == (INS_NIR_TEST,)
    assert {INS_NIR, INS_NIR_TEST} <= set(config.issues(Environment.INTEGRATION))


def test_the_issuing_oids_of_an_environment_can_be_configured() -> None:
    config, findings = fitted(issuing={"integration": [INS_NIR]})
    assert findings == []
    assert config is not None
    assert config.issues(Environment.INTEGRATION) == (INS_NIR,)
    assert config.issues(Environment.PRODUCTION) != config.issues(Environment.SANDBOX)


def test_a_number_of_production_is_kept_under_its_own_oid_whatever_is_configured() -> None:
    config, _ = fitted(received={"production": {INS_NIR: INS_NIR_TEST}})
    assert config is not None
    assert config.kept(INS_NIR, Environment.PRODUCTION) == INS_NIR
    assert config.kept(INS_NIR, Environment.INTEGRATION) == INS_NIR_TEST
