"""Key files of ``[credentials.*]``: opened at first use and kept."""

from __future__ import annotations

from caducee.config import Config, Pkcs12Config, Place, Secrets
from caducee.errors import ConfigError
from caducee.keys.software import SoftwareKey


class KeyFiles:
    """The PKCS#12 files of a configuration, by the names of their tables."""

    def __init__(self, config: Config, secrets: Secrets) -> None:
        self._config = config
        self._secrets = secrets
        self._keys: dict[str, SoftwareKey] = {}

    def key(self, credential: str) -> SoftwareKey:
        """Return the key of ``[credentials.NAME]``, whatever its dates.

        Raises:
            ConfigError: no such table, or a file that cannot be opened.
        """
        key = self._keys.get(credential)
        return key or self._keys.setdefault(credential, self._opened(credential))

    def authorities(self, credential: str) -> str:
        """Return the PEM bundle that servers must chain to.

        Raises:
            ConfigError: none is named, or it cannot be read.
        """
        table = self._config.credentials.get(credential)
        path = (table or self._table(credential)).authorities
        if path is None:
            raise self.refusal(credential, "authorities", "clé absente ; elle est nécessaire pour TLS.")
        try:
            return path.read_text("ascii", errors="replace")
        except OSError:
            raise self.refusal(credential, "authorities", "le fichier ne peut pas être lu.") from None

    def forget(self) -> None:
        """Drop the keys."""
        self._keys.clear()

    def refusal(self, credential: str, key: str, message: str) -> ConfigError:
        """Return the error that names a key of ``[credentials.NAME]``."""
        place = Place(self._config.file, self._config.base).at("credentials").at(credential).at(key)
        return ConfigError((place.finding("unusable", message),))

    def _opened(self, credential: str) -> SoftwareKey:
        table = self._table(credential)
        password = self._secrets.read(table.password, key=f"credentials.{credential}.password")
        try:
            return SoftwareKey.from_pkcs12(table.file.read_bytes(), password)
        except OSError:
            raise self.refusal(credential, "file", "le fichier ne peut pas être lu.") from None
        except ValueError:
            message = "ce n'est pas un PKCS#12 avec une clé RSA, ou le mot de passe est faux."
            raise self.refusal(credential, "file", message) from None

    def _table(self, credential: str) -> Pkcs12Config:
        table = self._config.credentials.get(credential)
        if not isinstance(table, Pkcs12Config):
            raise self.refusal(credential, "kind", "ce n'est pas une clé en fichier (kind = « pkcs12 »).")
        return table
