"""What may be written to: the trust space, the gateway of another network, nothing else."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from caducee.contracts.directory import Reach
from caducee_annuaire.dated import Rules, load_operators, load_rules
from caducee_annuaire.recipients import Recipients
from caducee_annuaire.trust import Presets, WhiteListed

TODAY = date(2026, 11, 28)
SHIPPED = Recipients(Presets(load_operators(None)), load_rules(None))
GATEWAY = "interop-mssante.apicrypt.org"


@pytest.mark.parametrize(
    "address", ["prenom.nom@medecin.mssante.fr", "a@medecin.formation.mssante.fr", "x@hopital.mssante.fr"]
)
def test_an_address_of_the_trust_space_is_written_as_it_is(address: str) -> None:
    found = SHIPPED.judge(address, on=TODAY)
    assert (found.reach, found.address, found.why) == (Reach.ALLOWED, address, "trusted")


@pytest.mark.parametrize("domain", ["medical75.apicrypt.org", "apicrypt.org", "MEDICAL.Apicrypt.ORG"])
def test_an_apicrypt_address_is_written_by_the_gateway_and_shown_as_it_was(domain: str) -> None:
    found = SHIPPED.judge(f"Prenom.Nom@{domain}", on=TODAY)
    assert (found.reach, found.address) == (Reach.REWRITTEN, f"prenom.nom@{GATEWAY}")
    assert found.original == f"Prenom.Nom@{domain}"
    assert found.rule == "apicrypt-interop-2026-11"
    assert "Apicrypt" in found.sentence


def test_a_reply_from_the_gateway_is_known_as_the_same_correspondent() -> None:
    sent = SHIPPED.judge("Prenom.Nom@medical75.apicrypt.org", on=TODAY)
    reply = SHIPPED.judge(f"prenom.NOM@{GATEWAY}", on=TODAY)
    assert (reply.reach, reply.why) == (Reach.ALLOWED, "gateway")
    assert reply.address == sent.address


@pytest.mark.parametrize(
    "address",
    [
        "a@exemple.fr",
        "a@mssante.fr.exemple.fr",
        "a@xmssante.fr",
        "a@notapicrypt.org",
        "a@apicrypt.org.exemple.fr",
        f"a@{GATEWAY}.exemple.fr",
    ],
)
def test_outside_the_trust_space_it_is_refused_with_the_way_that_may_exist(address: str) -> None:
    found = SHIPPED.judge(address, on=TODAY)
    assert (found.reach, found.address, found.why) == (Reach.REFUSED, "", "outside")
    assert GATEWAY in found.suggestion
    assert found.sentence.endswith(".")


def test_no_address_is_made_up_for_somebody_outside() -> None:
    assert "dupont" not in SHIPPED.judge("dupont@exemple.fr", on=TODAY).suggestion


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "a@",
        "@b.fr",
        "a b@c.mssante.fr",
        "a@mssante",
        "a@-x.mssante.fr",
        ".a@x.mssante.fr",
        "a..b@x.fr",
        "a@x.mssante.fr\r\nBcc: b@c.fr",
        "a@b@x.mssante.fr",
        "a@x..mssante.fr",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    assert SHIPPED.judge(address, on=TODAY).why == "invalid"


@given(st.text(max_size=40))
def test_whatever_is_typed_what_is_written_is_one_plain_address(text: str) -> None:
    found = SHIPPED.judge(text, on=TODAY)
    assert found.address == "" or (
        found.address.isascii() and found.address.count("@") == 1 and " " not in found.address
    )


def test_a_patient_of_mon_espace_sante_is_told_apart() -> None:
    found = SHIPPED.judge("275032a39900106@patient.mssante.fr", on=TODAY)
    assert (found.why, found.address) == ("patient", "275032A39900106@patient.mssante.fr")


def test_a_rule_holds_from_its_first_day_to_its_last() -> None:
    rule = msgspec.structs.replace(load_rules(None).rule[0], valid_from="2026-01-01", valid_until="2026-12-31")
    dated = Recipients(Presets(load_operators(None)), Rules(seen="2026-11", rule=(rule,)))

    def reach(day: date) -> Reach:
        return dated.judge("a@x.apicrypt.org", on=day).reach

    assert [reach(date(2025, 12, 31)), reach(date(2026, 1, 1)), reach(date(2026, 12, 31)), reach(date(2027, 1, 1))] == [
        Reach.REFUSED,
        Reach.REWRITTEN,
        Reach.REWRITTEN,
        Reach.REFUSED,
    ]


def test_with_a_white_list_nothing_but_the_list_is_trusted() -> None:
    listed = Recipients(WhiteListed(["medecin.mssante.fr", "hôpital.mssante.fr", "not a domain"]), load_rules(None))
    assert listed.judge("a@medecin.mssante.fr", on=TODAY).reach is Reach.ALLOWED
    assert listed.judge("a@autre.mssante.fr", on=TODAY).reach is Reach.REFUSED
    assert listed.judge("a@xn--hpital-ixa.mssante.fr", on=TODAY).reach is Reach.ALLOWED
    assert listed.judge("a@HÔPITAL.mssante.fr", on=TODAY).address == "a@xn--hpital-ixa.mssante.fr"


def test_patients_are_reached_whatever_the_list_of_operators_says() -> None:
    listed = Recipients(WhiteListed(["medecin.mssante.fr"]), load_rules(None))
    assert listed.judge("275036399930106@patient.mssante.fr", on=TODAY).reach is Reach.ALLOWED
    assert listed.judge("275036399930106@patient.autre.mssante.fr", on=TODAY).reach is Reach.REFUSED


def test_the_operators_that_ship_carry_what_public_texts_say_and_no_more() -> None:
    operators = {one.name: one for one in load_operators(None).operator}
    assert set(operators) == {"Mailiz", "Medimail", "Lifen", "Apicrypt"}
    assert operators["Medimail"].domains == operators["Lifen"].domains == ()
