"""``caducee.toml``: its shape, its loading, the secrets it points at, its JSON Schema."""

from __future__ import annotations

from caducee.config.fitting import Place, fit
from caducee.config.loading import load_config
from caducee.config.model import (
    Config,
    CredentialConfig,
    DocumentsConfig,
    KernelConfig,
    Pkcs11Config,
    Pkcs12Config,
    PractitionerConfig,
    StructureConfig,
    TrustConfig,
)
from caducee.config.schema import config_schema
from caducee.config.secrets import Secret, SecretProvider, Secrets

__all__ = [
    "Config",
    "CredentialConfig",
    "DocumentsConfig",
    "KernelConfig",
    "Pkcs11Config",
    "Pkcs12Config",
    "Place",
    "PractitionerConfig",
    "Secret",
    "SecretProvider",
    "Secrets",
    "StructureConfig",
    "TrustConfig",
    "config_schema",
    "fit",
    "load_config",
]
