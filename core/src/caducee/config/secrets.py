"""Secrets: the configuration says where they are, never what they are."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

import msgspec

from caducee.errors import ConfigError, Finding
from caducee.platform.permissions import only_owner_reads


class Secret(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a secret is: exactly one of an environment variable, a file, an entry of a keyring.

    A file must be readable by its owner only; one line end at its end is not part of the secret.
    """

    env: str | None = None
    file: Path | None = None
    keyring: str | None = None

    def __post_init__(self) -> None:
        if [self.env, self.file, self.keyring].count(None) != 2:
            raise ValueError("exactly one of env, file, keyring")


class SecretProvider(Protocol):
    """The vendor's own safe."""

    def secret(self, reference: Secret) -> bytes | None:
        """Return the secret, or ``None`` to leave it to the environment or the file."""


class Secrets:
    """Reads secrets when they are needed. Nothing is kept."""

    def __init__(self, provider: SecretProvider | None = None) -> None:
        self._provider = provider

    def read(self, reference: Secret, *, key: str) -> bytes:
        """Return the secret that ``key`` of the configuration points at.

        Raises:
            ConfigError: names the key and why the secret cannot be read, never its value.
        """
        given = self._provider.secret(reference) if self._provider else None
        if given is not None:
            return given
        problem = self.problem(reference, key=key)
        if problem is not None:
            raise ConfigError((problem,))
        if reference.env is not None:
            return os.fsencode(os.environ[reference.env])
        assert reference.file is not None
        return _without_line_end(reference.file.read_bytes())

    def problem(self, reference: Secret, *, key: str) -> Finding | None:
        """Say why the secret could not be read, without reading it."""
        if self._provider is not None and self._provider.secret(reference) is not None:
            return None
        if reference.env is not None:
            missing = reference.env not in os.environ
            return _finding(key, "absent", f"la variable {reference.env} n'existe pas") if missing else None
        if reference.file is not None:
            return _file_problem(reference.file, key)
        return _finding(key, "no_provider", "aucun fournisseur de secrets ne sert ce trousseau")


def _file_problem(path: Path, key: str) -> Finding | None:
    try:
        if not path.is_file():
            return _finding(key, "absent", f"le fichier {path.name} n'existe pas")
        if not only_owner_reads(path):
            return _finding(key, "readable_by_others", f"le fichier {path.name} est lisible par d'autres (chmod 600)")
    except OSError as error:
        return _finding(key, "unreadable", f"le fichier {path.name} ne peut pas être lu ({type(error).__name__})")
    return None


def _finding(key: str, rule: str, why: str) -> Finding:
    return Finding(field=key, rule=f"config.secret_{rule}", message=f"Secret introuvable ou exposé : {why}.")


def _without_line_end(value: bytes) -> bytes:
    return value.removesuffix(b"\n").removesuffix(b"\r")
