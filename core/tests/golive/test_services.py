"""What a plugin asks for is there, real and not blank; an address never leads back to this machine."""

from __future__ import annotations

from typing import Any

import pytest

from caducee.contracts.plugin import Prerequisite
from caducee_dmp.prerequisites import PREREQUISITES as DMP
from caducee_insi.prerequisites import PREREQUISITES as INSI

from .practices import lacks, practice, real

TOKEN = Prerequisite(key="token", placeholder="SIMU.*", what="Un jeton.", who="le service")


@pytest.mark.parametrize("blank", ["", "   "])
@pytest.mark.parametrize("one", [one for one in (*INSI, *DMP) if "*" not in one.key], ids=lambda one: one.key)
def test_a_key_that_is_blank_counts_as_missing(one: Prerequisite, blank: str) -> None:
    name = "insi" if one in INSI else "dmp"
    (finding,) = lacks(practice(plugins=real(**{f"{name}__{one.key.replace('.', '__')}": blank})))
    assert finding.field == f"plugins.{name}.{one.key}"


@pytest.mark.parametrize("value", [{"env": "TOKEN"}, {"file": "token"}, {"keyring": "token"}, 12, "AB"])
def test_a_prerequisite_may_be_a_secret_or_a_number(value: object) -> None:
    assert lacks(practice(plugins={"chat": {"token": value}}), {"chat": (TOKEN,)}) == []


@pytest.mark.parametrize("value", [{}, {"env": ""}, {"other": "x"}, "SIMU1"])
def test_a_table_that_points_nowhere_is_missing(value: object) -> None:
    (finding,) = lacks(practice(plugins={"chat": {"token": value}}), {"chat": (TOKEN,)})
    assert finding.field == "plugins.chat.token"


def test_a_credential_must_have_its_table() -> None:
    (finding,) = lacks(practice(plugins=real(insi__credential="nobody")))
    assert finding.field == "plugins.insi.credential"


def test_what_another_mode_needs_is_not_asked_for() -> None:
    assert lacks(practice(plugins=real(dmp__feed="direct", dmp__indirect=None), card="card")) == []
    assert lacks(practice(plugins=real(dmp__feed=None, dmp__indirect=None), card="card")) == []


@pytest.mark.parametrize("feed", ["direct", None])
def test_feeding_by_the_card_needs_the_card_of_somebody(feed: str | None) -> None:
    found = lacks(practice(plugins=real(dmp__feed=feed, dmp__indirect=None)))
    assert [finding.field for finding in found] == ["practitioner.*.signature", "practitioner.*.authentication"]


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.0.0.2", "[::1]", "localhost", "localhost.", "LOCALHOST", "dmp.localhost", "0.0.0.0", "[::]"],
)
def test_an_address_of_this_machine_is_not_a_real_service(host: str) -> None:
    (finding,) = lacks(practice(plugins=real(dmp__url=f"https://{host}:8443/dmp")))
    assert finding.field == "plugins.dmp.url"


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ({"read": {"endpoint": "https://127.0.0.1/x"}}, "read.endpoint"),
        ({"relays": ["https://real.exemple", "imaps://localhost"]}, "relays.1"),
    ],
)
def test_addresses_are_found_wherever_they_stand(table: dict[str, Any], key: str) -> None:
    (finding,) = lacks(practice(plugins={"mail": table}), {"mail": ()})
    assert finding.field == f"plugins.mail.{key}"


@pytest.mark.parametrize("text", ["127.0.0.1 is here", "https://", "http://[", "https://127.exemple/x", "localhost"])
def test_what_is_no_address_of_this_machine_is_left_alone(text: str) -> None:
    assert lacks(practice(plugins={"mail": {"text": text}}), {"mail": ()}) == []
