"""Which environment an address of Pro Santé Connect belongs to: test and production never meet."""

from __future__ import annotations

from urllib.parse import urlsplit

from caducee.errors import RealmMixed
from caducee.model.environment import Environment

_NATIONAL = ".esante.gouv.fr"
_HOSTS = {
    "auth.esw.esante.gouv.fr": Environment.PRODUCTION,
    "auth.bas.psc.esante.gouv.fr": Environment.INTEGRATION,
}


def check_issuer(issuer: str, environment: Environment) -> None:
    """Check that a national issuer is asked from its own environment only, and none from the sandbox.

    Raises:
        RealmMixed: the issuer belongs to another environment; nothing was sent.
    """
    host = (urlsplit(issuer).hostname or "").lower()
    realm = _HOSTS.get(host, environment)
    if realm is not environment or (environment is Environment.SANDBOX and host.endswith(_NATIONAL)):
        raise RealmMixed(f"the issuer of Pro Santé Connect is not of {environment}")
