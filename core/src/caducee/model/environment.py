"""The realm that data belongs to. Data of one realm never enters another."""

from __future__ import annotations

from enum import StrEnum


class Environment(StrEnum):
    """Where a configuration, an identity or a certificate comes from."""

    SANDBOX = "sandbox"
    INTEGRATION = "integration"
    PRODUCTION = "production"
