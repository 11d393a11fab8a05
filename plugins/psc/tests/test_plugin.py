from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from caducee.config import Place, fit
from caducee.contracts.session import PROFESSIONAL_SESSION
from caducee.errors import Finding, RealmMixed
from caducee.model.environment import Environment
from caducee.plugins.registration import Registration, hook_manager
from caducee_psc import Psc, browser, plugin
from caducee_psc.config import PscConfig
from caducee_psc.realm import check_issuer
from caducee_psc.situations import testify as said_by_the_session

ISSUER = "https://127.0.0.1:1/auth/realms/esante-wallet"
TABLE: dict[str, Any] = {"issuer": ISSUER, "client_id": "lgc-simu", "credential": "psc"}


def fitted(**changes: object) -> tuple[PscConfig | None, list[str]]:
    findings: list[Finding] = []
    config = fit({**TABLE, **changes}, PscConfig, Place("caducee.toml", Path(), "plugins.psc"), findings)
    return config, [finding.field for finding in findings]


@pytest.mark.parametrize("given", [plugin, Psc()], ids=["module", "object"])
def test_the_plugin_offers_the_log_in_and_says_who_logged_in(given: object) -> None:
    registration = Registration("psc")
    hook_manager("psc", given).hook.caducee_register(registrar=registration)
    assert set(registration.services) == {PROFESSIONAL_SESSION.name}
    assert registration.struct is PscConfig
    assert registration.witness is said_by_the_session


@pytest.mark.parametrize("error", plugin.ERRORS)
def test_every_error_is_explained_in_french(error: Any) -> None:
    explained = hook_manager("psc", plugin).hook.caducee_explain(code=error.code)
    assert (explained.sentence, explained.remedy) == (error.sentence, error.remedy)
    assert hook_manager("psc", Psc()).hook.caducee_explain(code="other") is None


def test_a_short_table_is_enough_and_discovery_is_where_pro_sante_connect_has_it() -> None:
    config, findings = fitted()
    assert findings == []
    assert config is not None
    assert config.discovery_url == f"{ISSUER}/.well-known/wallet-openid-configuration"
    assert (config.scope, config.acr_values) == ("openid scope_all", "eidas1")
    assert (config.life.idle, config.life.absolute) == (1800, 14400)


def test_discovery_may_be_elsewhere() -> None:
    config, _ = fitted(discovery="https://127.0.0.1:1/.well-known/openid-configuration")
    assert config is not None
    assert config.discovery_url.endswith("/openid-configuration")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"issuer": "http://127.0.0.1/x"}, "plugins.psc.issuer"),
        ({"issuer": ISSUER + "/"}, "plugins.psc.issuer"),
        ({"issuer": ISSUER + "?a=b"}, "plugins.psc.issuer"),
        ({"client_id": ""}, "plugins.psc.client_id"),
        ({"client_secret": "in clear"}, "plugins.psc.client_secret"),
        ({"scope": "scope_all"}, "plugins.psc.scope"),
        ({"redirect_path": "psc"}, "plugins.psc.redirect_path"),
        ({"redirect_ports": [80]}, "plugins.psc.redirect_ports.0"),
        ({"userinfo": "unsigned"}, "plugins.psc.userinfo"),
        ({"life": {"skew": 3600}}, "plugins.psc.life.skew"),
        ({"life": {"window": 0}}, "plugins.psc.life.window"),
        ({"lives": {}}, "plugins.psc.lives"),
    ],
)
def test_a_wrong_key_is_named(changes: dict[str, object], field: str) -> None:
    assert fitted(**changes) == (None, [field])


@pytest.mark.parametrize(
    ("host", "environment"),
    [
        ("auth.esw.esante.gouv.fr", Environment.INTEGRATION),
        ("auth.bas.psc.esante.gouv.fr", Environment.PRODUCTION),
        ("auth.esw.esante.gouv.fr", Environment.SANDBOX),
        ("autre.esante.gouv.fr", Environment.SANDBOX),
    ],
)
def test_an_issuer_of_another_environment_is_refused(host: str, environment: Environment) -> None:
    with pytest.raises(RealmMixed):
        check_issuer(f"https://{host}/auth/realms/esante-wallet", environment)


@pytest.mark.parametrize(
    ("host", "environment"),
    [
        ("auth.esw.esante.gouv.fr", Environment.PRODUCTION),
        ("auth.bas.psc.esante.gouv.fr", Environment.INTEGRATION),
        ("127.0.0.1:8443", Environment.SANDBOX),
    ],
)
def test_an_issuer_of_its_own_environment_is_asked(host: str, environment: Environment) -> None:
    check_issuer(f"https://{host}/auth/realms/esante-wallet", environment)


@pytest.mark.anyio
async def test_the_systems_browser_is_opened_from_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def opens(address: str) -> bool:
        opened.append(address)
        return False

    monkeypatch.setattr(browser.webbrowser, "open", opens)
    assert await browser.open_system_browser("https://wallet.invalid/auth") is False
    assert opened == ["https://wallet.invalid/auth"]
