"""Loads ``caducee.toml``; everything that is wrong is said at once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from caducee.config.fitting import Place, fit, nearest, suggest
from caducee.config.model import Config, Pkcs12Config, Tables
from caducee.config.secrets import Secret, SecretProvider, Secrets
from caducee.errors import ConfigError, Finding


def load_config(path: str | Path, *, provider: SecretProvider | None = None) -> Config:
    """Read and check a configuration file.

    Every secret it points at must exist and, in a file, be readable by its owner only; none is read here.

    Raises:
        ConfigError: the file, each key, what was expected, and what was probably meant.
    """
    file = Path(path).absolute()
    place = Place(str(file), file.parent)
    raw = _read(file, place)
    findings: list[Finding] = []
    tables = fit(raw, Tables, place, findings)
    if tables is not None:
        findings.extend(_dangling(tables, place))
        findings.extend(_unknown_plugins(tables, place))
        findings.extend(_unreadable(tables, place, Secrets(provider)))
    if tables is None or findings:
        raise ConfigError(tuple(findings))
    return Config(**msgspec.structs.asdict(tables), file=str(file), base=file.parent)


def _read(file: Path, place: Place) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        why = "le fichier n'existe pas" if isinstance(error, FileNotFoundError) else "le fichier ne peut pas être lu"
        raise ConfigError((place.finding("unreadable", f"{why}."),)) from error
    except UnicodeDecodeError as error:
        raise ConfigError((place.finding("not_toml", f"l'octet {error.start} n'est pas de l'UTF-8."),)) from None
    except tomllib.TOMLDecodeError as error:
        where = str(error).rpartition("(")[2].rstrip(")")
        raise ConfigError((place.finding("not_toml", f"ce n'est pas du TOML ({where})."),)) from None


def _dangling(tables: Tables, place: Place) -> Iterator[Finding]:
    for key, practitioner in tables.practitioner.items():
        for field in ("signature", "authentication"):
            name = getattr(practitioner, field)
            if name is not None and name not in tables.credentials:
                here = place.at("practitioner").at(key).at(field)
                message = f"aucune table [credentials.{name}]{suggest(name, tables.credentials)}"
                yield here.finding("no_such_credential", message)


def _unknown_plugins(tables: Tables, place: Place) -> Iterator[Finding]:
    """A table of a plugin that is not enabled may stay; one that is nearly the name of an enabled one is a typo."""
    for name in tables.plugins:
        near = None if name in tables.kernel.plugins else nearest(name, tables.kernel.plugins)
        if near is not None and near not in tables.plugins:
            yield place.at("plugins").at(name).finding("unknown_key", f"clé inconnue ; vouliez-vous dire « {near} » ?")


def _unreadable(tables: Tables, place: Place, secrets: Secrets) -> Iterator[Finding]:
    for key, secret in _secrets(tables):
        problem = secrets.problem(secret, key=key)
        if problem is not None:
            yield Place(place.file, place.base, key).finding(problem.rule.removeprefix("config."), problem.message)


def _secrets(tables: Tables) -> Iterator[tuple[str, Secret]]:
    yield "kernel.store_key", tables.kernel.store_key
    for name, credential in tables.credentials.items():
        if isinstance(credential, Pkcs12Config):
            yield f"credentials.{name}.password", credential.password
