"""The national directory has no test twin: it holds real people, and simulated services must not meet them."""

from __future__ import annotations

from urllib.parse import urlsplit

from caducee.errors import RealmMixed
from caducee.model.environment import Environment

NATIONAL = "gateway.api.esante.gouv.fr"


def check_address(url: str, environment: Environment) -> None:
    """Check that the sandbox environment does not ask the national directory.

    Raises:
        RealmMixed: it would; nothing was sent.
    """
    if environment is Environment.SANDBOX and (urlsplit(url).hostname or "").lower().rstrip(".") == NATIONAL:
        raise RealmMixed("the national directory is not asked from the sandbox environment")
