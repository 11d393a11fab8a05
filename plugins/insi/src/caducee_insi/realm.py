"""Which realm an address and an OID belong to: test and production never meet."""

from __future__ import annotations

from urllib.parse import urlsplit

from caducee.errors import RealmMixed
from caducee.model.environment import Environment
from caducee.model.identity import INS_NIA, INS_NIR, INS_NIR_DEMO, INS_NIR_TEST

# The qualification service answers with the production OIDs for its invented people.
ISSUING = {
    Environment.SANDBOX: (INS_NIR_TEST,),
    Environment.INTEGRATION: (INS_NIR, INS_NIA, INS_NIR_TEST),
    Environment.PRODUCTION: (INS_NIR, INS_NIA),
}
# Documents of tests use .10: what the qualification service gives becomes that on receipt.
RECEIVED: dict[Environment, dict[str, str]] = {
    Environment.SANDBOX: {},
    Environment.INTEGRATION: {INS_NIR: INS_NIR_TEST, INS_NIA: INS_NIR_TEST},
    Environment.PRODUCTION: {},
}
TEST_OIDS = frozenset({INS_NIR_TEST, INS_NIR_DEMO})

# The second production name is assumed, by symmetry with the qualification service.
_HOSTS = {
    "services-ps.ameli.fr": Environment.PRODUCTION,
    "services-ps-tlsm.ameli.fr": Environment.PRODUCTION,
    "qualiflps.services-ps.ameli.fr": Environment.INTEGRATION,
    "qualiflps-services-ps-tlsm.ameli.fr": Environment.INTEGRATION,
}


def issued(oids: tuple[str, ...], environment: Environment) -> tuple[str, ...]:
    """Return which of these OIDs may come here: in production no test OID does, whatever is configured."""
    if environment is not Environment.PRODUCTION:
        return oids
    return tuple(oid for oid in oids if oid not in TEST_OIDS)


def check_oid(oid: str, environment: Environment) -> None:
    """Check that a matricule that is to be sent or printed may exist here.

    Raises:
        RealmMixed: a test or demonstration number in production; nothing was sent.
    """
    if environment is Environment.PRODUCTION and oid in TEST_OIDS:
        raise RealmMixed(f"OID {oid} in {environment}")


def check_address(url: str, environment: Environment) -> None:
    """Check that a known national address is called from its own environment only.

    Raises:
        RealmMixed: the address belongs to another environment; nothing was sent.
    """
    realm = _HOSTS.get((urlsplit(url).hostname or "").lower(), environment)
    if realm is not environment:
        raise RealmMixed(f"the address of INSi is of {realm}, the kernel of {environment}")
