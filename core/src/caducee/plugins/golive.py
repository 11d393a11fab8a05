"""What is missing before a real service may be spoken to: all of it at once, before anything starts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from caducee.config import Config, Pkcs11Config
from caducee.contracts.plugin import Prerequisite
from caducee.errors import ConfigError, Finding
from caducee.model.environment import Environment

RULE = "golive.missing"
_EXAMPLE_ARC = "1.2.250.1.999"
_INVENTED_PERSON = re.compile(r"8997\d{8}")
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def refuse_unready(config: Config, prerequisites: Mapping[str, tuple[Prerequisite, ...]]) -> None:
    """Refuse ``integration`` and ``production`` while something is missing. ``prerequisites`` are the plugins' own.

    Raises:
        ConfigError: each missing thing, the key that must hold it and whose agreement it takes.
    """
    found = missing(config, prerequisites)
    if found:
        raise ConfigError(found)


def missing(config: Config, prerequisites: Mapping[str, tuple[Prerequisite, ...]]) -> tuple[Finding, ...]:
    """Return what is missing; nothing is asked of the sandbox."""
    if config.kernel.environment is Environment.SANDBOX:
        return ()
    return (*_of_the_practice(config), *_of_the_plugins(config, prerequisites))


def _of_the_practice(config: Config) -> Iterator[Finding]:
    if f"{config.documents.oid_root}.".startswith(f"{_EXAMPLE_ARC}."):
        yield _finding(
            config, "documents.oid_root", "Un arc d'OID à votre nom (celui-ci est un exemple).", "ANS ou AFNOR"
        )
    for key, practitioner in config.practitioner.items():
        if _INVENTED_PERSON.fullmatch(practitioner.identifier):
            place = f"practitioner.{key}.identifier"
            yield _finding(config, place, "L'identifiant national d'un vrai professionnel.", "RPPS")
    for name, credential in config.credentials.items():
        if isinstance(credential, Pkcs11Config) and "virtual_cps" in credential.module.name:
            yield _finding(config, f"credentials.{name}.module", "Le module d'une vraie carte CPS.", "ANS")
    if config.kernel.environment is Environment.PRODUCTION and config.kernel.pace != 1.0:
        yield _finding(config, "kernel.pace", "Des attentes à vitesse réelle (pace = 1.0).", "vous-même")


def _of_the_plugins(config: Config, prerequisites: Mapping[str, tuple[Prerequisite, ...]]) -> Iterator[Finding]:
    for name, needed in prerequisites.items():
        table = config.plugins.get(name, {})
        for one in needed:
            value = _value(table, one.key)
            if not value or re.fullmatch(one.placeholder, value):
                yield _finding(config, f"plugins.{name}.{one.key}", one.what, one.who)
        url = table.get("url")
        if isinstance(url, str) and urlsplit(url).hostname in _LOOPBACK:
            yield _finding(config, f"plugins.{name}.url", "L'adresse du vrai service.", "le service lui-même")


def _value(table: Mapping[str, Any], key: str) -> str:
    value: Any = table
    for step in key.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value if isinstance(value, str) else ""


def _finding(config: Config, field: str, what: str, who: str) -> Finding:
    return Finding(
        field=field, rule=RULE, message=f"il manque : {what} À obtenir auprès de : {who}.", source=config.file
    )
