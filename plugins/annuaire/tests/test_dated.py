from __future__ import annotations

from pathlib import Path

import pytest

from caducee_annuaire.dated import load_operators, load_rules
from caducee_annuaire.errors import TrustDataInvalid

RULE = """
seen = "2027-01"
[[rule]]
id = "r"
network = "Réseau"
under = "reseau.example"
gateway = "passerelle.example"
valid_until = "2027-12-31"
confidence = "assumed"
"""


def test_rules_of_the_vendor_stand_in_place_of_those_that_ship(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(RULE, encoding="utf-8")
    (rule,) = load_rules(file).rule
    assert (rule.network, rule.gateway) == ("Réseau", "passerelle.example")


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("2027-12-31", "31/12/2027"),
        ("reseau.example", "Reseau"),
        ("assumed", "sure"),
        ('network = "Réseau"', ""),
        ("[[rule]]", "[[rule]]\nmore = 1"),
        ("[[rule]]", "[[rule"),
    ],
)
def test_rules_that_cannot_hold_are_refused_by_name(tmp_path: Path, was: str, becomes: str) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(RULE.replace(was, becomes), encoding="utf-8")
    with pytest.raises(TrustDataInvalid, match=r"rules\.toml"):
        load_rules(file)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(TrustDataInvalid):
        load_operators(tmp_path / "absent.toml")
