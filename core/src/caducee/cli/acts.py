"""What the doctor says of each act: whether it can be done with the credentials of this machine, and by which."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from caducee.cli.checks import Check, Level
from caducee.config import Config, Pkcs12Config
from caducee.contracts.credentials import CardHolder
from caducee.model.access import Act, Credential, Way, sufficing, way

_ACTS: dict[str, tuple[tuple[Act, str], ...]] = {
    "dmp": ((Act.FEED_DMP, "Alimenter le DMP"), (Act.READ_DMP, "Lire le DMP")),
    "insi": ((Act.SEARCH_INS, "Chercher une INS"),),
    "mss": ((Act.SEND_MAIL, "Envoyer un courriel sécurisé"), (Act.READ_MAIL, "Lire les courriels sécurisés")),
    "eprescription": ((Act.REGISTER_PRESCRIPTION, "Enregistrer une ordonnance (base simulée)"),),
    "paymed_tp": ((Act.SEND_INVOICES, "Envoyer des factures"),),
}
_BY = {
    Credential.CARD: "la carte",
    Credential.ORGANISATION: "le certificat de la structure",
}
_INSERT = "Insérez la carte : ce qui l'attend part alors de lui-même."
_CONFIGURE = "Ajoutez le certificat à la configuration ([credentials.*])."


def examine_acts(config: Config, plugins: Collection[str], holder: CardHolder | None) -> list[Check]:
    """Say of each act of the plugins that are there what it needs; whether somebody is logged in is not known here."""
    at_hand = frozenset(_at_hand(config, holder))
    return [_check(act, words, at_hand) for plugin, acts in _ACTS.items() if plugin in plugins for act, words in acts]


def _at_hand(config: Config, holder: CardHolder | None) -> Iterator[Credential]:
    people = config.practitioner.values()
    files = {name for name, one in config.credentials.items() if isinstance(one, Pkcs12Config)}
    signing = {one.signature for one in people} & files
    if holder is not None or signing:
        yield Credential.CARD
    if files - signing:
        yield Credential.ORGANISATION


def _check(act: Act, words: str, at_hand: Collection[Credential]) -> Check:
    name = f"act {act.value}"
    match way(act, at_hand):
        case Way.YES:
            by = "" if way(act, ()) is Way.YES else _named(sufficing(act, at_hand))
            return Check(name=name, level=Level.OK, sentence=f"{words} : possible{by}.")
        case Way.WAIT_CARD:
            return Check(name=name, level=Level.ATTENTION, sentence=f"{words} : attend la carte.", remedy=_INSERT)
        case Way.WAIT_LOGIN:
            return Check(name=name, level=Level.OK, sentence=f"{words} : après connexion à Pro Santé Connect.")
        case Way.NO:
            return Check(name=name, level=Level.ATTENTION, sentence=f"{words} : impossible ici.", remedy=_CONFIGURE)


def _named(credentials: Collection[Credential]) -> str:
    return f" par {' ou '.join(_BY[one] for one in credentials)}"
