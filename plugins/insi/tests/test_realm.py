from __future__ import annotations

import pytest

from caducee.errors import RealmMixed
from caducee.model.environment import Environment
from caducee.model.identity import INS_NIA, INS_NIR, INS_NIR_DEMO, INS_NIR_TEST
from caducee_insi.realm import ISSUING, check_address, issued

PRODUCTION = "https://services-ps.ameli.fr/lps"
QUALIFICATION = "https://qualiflps-services-ps-tlsm.ameli.fr:443/lps"
LOOPBACK = "https://127.0.0.1:4443/lps"


@pytest.mark.requirement("INS-REALM")
@pytest.mark.parametrize(
    ("url", "environment"),
    [
        (PRODUCTION, Environment.SANDBOX),
        (PRODUCTION, Environment.INTEGRATION),
        (PRODUCTION.upper().replace("HTTPS", "https"), Environment.SANDBOX),
        (QUALIFICATION, Environment.PRODUCTION),
        (QUALIFICATION, Environment.SANDBOX),
    ],
)
def test_the_address_of_another_realm_is_refused(url: str, environment: Environment) -> None:
    with pytest.raises(RealmMixed):
        check_address(url, environment)


@pytest.mark.parametrize(
    ("url", "environment"),
    [
        (PRODUCTION, Environment.PRODUCTION),
        (QUALIFICATION, Environment.INTEGRATION),
        (LOOPBACK, Environment.SANDBOX),
        (LOOPBACK, Environment.PRODUCTION),
    ],
)
def test_an_address_of_the_same_realm_or_of_none_is_accepted(url: str, environment: Environment) -> None:
    check_address(url, environment)


@pytest.mark.requirement("INS-REALM")
def test_no_configuration_lets_a_test_oid_into_production() -> None:
    everything = (INS_NIR, INS_NIA, INS_NIR_TEST, INS_NIR_DEMO)
    assert issued(everything, Environment.PRODUCTION) == (INS_NIR, INS_NIA)
    assert issued(everything, Environment.INTEGRATION) == everything
    assert ISSUING[Environment.SANDBOX] == (INS_NIR_TEST,)
