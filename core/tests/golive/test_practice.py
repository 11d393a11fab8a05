"""Outside the sandbox nothing starts while something is missing, and all of it is listed."""

from __future__ import annotations

import pytest

from caducee.model.environment import Environment

from .practices import SIMULATED, lacks, practice


@pytest.mark.parametrize("environment", [Environment.INTEGRATION, Environment.PRODUCTION])
def test_everything_that_is_missing_is_listed_with_its_key_and_whose_agreement_it_takes(
    environment: Environment,
) -> None:
    found = lacks(practice(environment, SIMULATED, invented=True, pace=10.0))
    expected = {
        "documents.oid_root",
        "practitioner.roux.identifier",
        "practitioner.roux.structure.identifier",
        "credentials.card.module",
        "plugins.insi.url",
        "plugins.insi.software.authorisation",
        "plugins.insi.software.name",
        "plugins.dmp.url",
        "plugins.dmp.lps.homologation",
        "plugins.dmp.lps.name",
        "plugins.dmp.lps.oid",
        "practitioner.*.signature",
        "practitioner.*.authentication",
    }
    assert {finding.field for finding in found} - {"kernel.pace"} == expected
    assert ("kernel.pace" in {finding.field for finding in found}) is (environment is Environment.PRODUCTION)
    assert all("À obtenir auprès de" in finding.message for finding in found)


def test_nothing_is_asked_in_the_sandbox() -> None:
    assert lacks(practice(Environment.SANDBOX, SIMULATED, invented=True)) == []


def test_a_practice_that_has_all_is_let_through() -> None:
    assert lacks(practice()) == []
