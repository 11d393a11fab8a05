"""What is invented in the tables that every practice has."""

from __future__ import annotations

import re
from collections.abc import Iterator

from caducee.config import Config, Pkcs11Config
from caducee.errors import Finding
from caducee.golive.finding import lacking
from caducee.model.environment import Environment

_EXAMPLE_ARC = re.compile(r"1\.2\.250\.1\.999(\..*)?")
_INVENTED_PERSON = re.compile(r"8997\d{8}")
_INVENTED_STRUCTURE = re.compile(r"4997\d*")
_VIRTUAL_CARD = "virtual_cps"


def unreal_practice(config: Config) -> Iterator[Finding]:
    """Return what belongs to the invented people and arcs of the sandbox."""
    if _EXAMPLE_ARC.fullmatch(config.documents.oid_root):
        what = "Un arc d'OID enregistré à votre nom (celui-ci est un exemple)."
        yield lacking(config, "documents.oid_root", what, "l'organisme qui enregistre vos OID")
    yield from _professionals(config)
    for name, credential in config.credentials.items():
        if isinstance(credential, Pkcs11Config) and _VIRTUAL_CARD in credential.module.name:
            yield lacking(config, f"credentials.{name}.module", "Le module d'une vraie carte CPS.", "l'ANS")
    if config.kernel.environment is Environment.PRODUCTION and config.kernel.pace != 1.0:
        yield lacking(config, "kernel.pace", "Des attentes à vitesse réelle (pace = 1.0).", "vous-même")


def _professionals(config: Config) -> Iterator[Finding]:
    for key, professional in config.practitioner.items():
        place = f"practitioner.{key}"
        if _INVENTED_PERSON.fullmatch(professional.identifier):
            what = "L'identifiant national d'un vrai professionnel."
            yield lacking(config, f"{place}.identifier", what, "l'ANS (RPPS)")
        if _INVENTED_STRUCTURE.fullmatch(professional.structure.identifier.strip()):
            what = "L'identifiant national d'une vraie structure."
            yield lacking(config, f"{place}.structure.identifier", what, "l'ANS (FINESS, RPPS-rang)")
