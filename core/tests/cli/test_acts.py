"""What the doctor says can be done with the credentials of a machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from caducee.cli.acts import examine_acts
from caducee.cli.checks import Level
from caducee.config import Config, load_config
from caducee.contracts.credentials import CardHolder

from .practice import CONFIG, set_up

DOCTOR = """
[practitioner.roux]
identifier = "899700000017"
family_name = "ROUX"
given_name = "Camille"
profession = "10"
{keys}
[practitioner.roux.structure]
identifier = "499700000017001"
name = "Cabinet"
sector = "SA07"
setting = "AMBULATOIRE"
"""
FILE = '\n[credentials.{name}]\nkind = "pkcs12"\nfile = "{name}.p12"\npassword = {{ file = "{name}.pass" }}\n'
PLUGINS = ("insi", "dmp", "mss", "eprescription", "paymed_tp", "somebody_else")
CARD = CardHolder(
    label="CPS",
    profession="10",
    identifier="899700000017",
    family_name="ROUX",
    given_name="Camille",
    serial="8000000001",
    not_after="2030-01-01",
)


def configured(folder: Path, *files: str, keys: str = "") -> Config:
    file = set_up(folder)
    tables = "".join(FILE.format(name=name) for name in files)
    for name in files:
        (folder / f"{name}.p12").write_bytes(b"not opened")
        (folder / f"{name}.pass").write_text("invented")
        (folder / f"{name}.pass").chmod(0o600)
    file.write_text(CONFIG + DOCTOR.format(keys=keys) + tables, encoding="utf-8")
    return load_config(file)


def said(config: Config, holder: CardHolder | None = None) -> dict[str, tuple[Level, str]]:
    return {one.name: (one.level, one.sentence) for one in examine_acts(config, PLUGINS, holder)}


def test_with_nothing_each_act_says_what_it_lacks(tmp_path: Path) -> None:
    assert said(configured(tmp_path)) == {
        "act search_ins": (Level.ATTENTION, "Chercher une INS : impossible ici."),
        "act feed_dmp": (Level.ATTENTION, "Alimenter le DMP : attend la carte."),
        "act read_dmp": (Level.ATTENTION, "Lire le DMP : attend la carte."),
        "act send_mail": (Level.OK, "Envoyer un courriel sécurisé : après connexion à Pro Santé Connect."),
        "act read_mail": (Level.OK, "Lire les courriels sécurisés : après connexion à Pro Santé Connect."),
        "act register_prescription": (
            Level.ATTENTION,
            "Enregistrer une ordonnance (base simulée) : attend la carte.",
        ),
        "act send_invoices": (Level.OK, "Envoyer des factures : possible."),
    }


@pytest.mark.parametrize(
    ("files", "keys", "act", "sentence"),
    [
        (("org",), "", "feed_dmp", "possible par le certificat de la structure."),
        (("org",), "", "search_ins", "possible par le certificat de la structure."),
        (("org",), "", "register_prescription", "attend la carte."),
        (("sign",), 'signature = "sign"', "read_dmp", "possible par la carte."),
    ],
)
def test_a_key_file_opens_what_it_is_for(
    tmp_path: Path, files: tuple[str, ...], keys: str, act: str, sentence: str
) -> None:
    _, told = said(configured(tmp_path, *files, keys=keys))[f"act {act}"]
    assert told.partition(" : ")[2] == sentence


def test_a_card_and_a_seal_are_both_named(tmp_path: Path) -> None:
    told = said(configured(tmp_path, "org"), CARD)
    assert told["act feed_dmp"] == (
        Level.OK,
        "Alimenter le DMP : possible par la carte ou le certificat de la structure.",
    )
    assert told["act read_dmp"] == (Level.OK, "Lire le DMP : possible par la carte.")
    assert told["act register_prescription"][1].endswith(" : possible par la carte.")


def test_a_plugin_that_is_not_there_is_not_spoken_of(tmp_path: Path) -> None:
    assert [one.name for one in examine_acts(configured(tmp_path), ("insi",), None)] == ["act search_ins"]
