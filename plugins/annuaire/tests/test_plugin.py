from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from caducee.config import Place, fit
from caducee.contracts.directory import DIRECTORY
from caducee.errors import Finding, RealmMixed
from caducee.model.environment import Environment
from caducee.plugins.registration import Registration, hook_manager
from caducee_annuaire import plugin
from caducee_annuaire.config import AnnuaireConfig
from caducee_annuaire.errors import OWN
from caducee_annuaire.prerequisites import PREREQUISITES
from caducee_annuaire.realm import NATIONAL, check_address

TABLE: dict[str, Any] = {
    "url": "https://127.0.0.1:1/fhir/v2",
    "credential": "annuaire",
    "api_key": {"env": "ANNUAIRE_KEY"},
}


def fitted(table: dict[str, Any]) -> tuple[AnnuaireConfig | None, list[str]]:
    findings: list[Finding] = []
    config = fit(table, AnnuaireConfig, Place("caducee.toml", Path("/x"), "plugins.annuaire"), findings)
    return config, [finding.field for finding in findings]


def test_the_plugin_offers_the_directory_and_nothing_else() -> None:
    registration = Registration("annuaire")
    hook_manager("annuaire", plugin).hook.caducee_register(registrar=registration)
    assert set(registration.services) == {DIRECTORY.name}
    assert registration.struct is AnnuaireConfig
    assert registration.destinations == {}
    assert registration.state_spec is None


def test_every_error_is_explained_in_words_of_its_own() -> None:
    hooks = hook_manager("annuaire", plugin).hook
    told = [hooks.caducee_explain(code=error.code) for error in OWN]
    assert len({one.sentence for one in told}) == len(OWN)
    assert all(one.sentence.endswith(".") and one.remedy for one in told)
    assert hooks.caducee_explain(code="dmp.no_dmp") is None


def test_a_short_table_is_enough() -> None:
    config, findings = fitted(TABLE)
    assert findings == []
    assert config is not None
    assert (config.per_second, config.answer_timeout, config.bounds.page) == (17, 30.0, 50)


def test_the_index_alone_is_enough_and_its_path_is_beside_the_configuration() -> None:
    config, findings = fitted({"index": "annuaire.sqlite"})
    assert findings == []
    assert config is not None
    assert config.index == Path("/x/annuaire.sqlite")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"url": "http://127.0.0.1/fhir/v2"}, "plugins.annuaire.url"),
        ({"url": "https://127.0.0.1/fhir"}, "plugins.annuaire.url"),
        ({"url": "https://127.0.0.1/fhir/v1"}, "plugins.annuaire.url"),
        ({"url": "https://cle@127.0.0.1/fhir/v2"}, "plugins.annuaire.url"),
        ({"api_key": "in clear"}, "plugins.annuaire.api_key"),
        ({"per_second": 18}, "plugins.annuaire.per_second"),
        ({"answer_timeout": 31}, "plugins.annuaire.answer_timeout"),
        ({"fresh_hours": 721}, "plugins.annuaire.fresh_hours"),
        ({"perseconds": 3}, "plugins.annuaire.perseconds"),
        ({"credential": ""}, "plugins.annuaire"),
        ({"url": ""}, "plugins.annuaire"),
    ],
)
def test_a_wrong_key_is_named(changes: dict[str, object], field: str) -> None:
    assert fitted({**TABLE, **changes}) == (None, [field])


def test_neither_half_is_refused() -> None:
    assert fitted({}) == (None, ["plugins.annuaire"])


def test_the_real_directory_needs_a_key_and_authorities_and_the_index_alone_needs_nobody() -> None:
    assert {one.key for one in PREREQUISITES} == {"api_key", "credential"}
    assert all(one.unless == {"url": ("",)} for one in PREREQUISITES)


def test_the_sandbox_does_not_meet_the_real_people_of_the_national_directory() -> None:
    with pytest.raises(RealmMixed):
        check_address(f"https://{NATIONAL.upper()}./fhir/v2", Environment.SANDBOX)
    for environment in (Environment.INTEGRATION, Environment.PRODUCTION):
        check_address(f"https://{NATIONAL}/fhir/v2", environment)
    check_address("https://127.0.0.1/fhir/v2", Environment.SANDBOX)
