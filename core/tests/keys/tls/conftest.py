"""A card that authenticates, and the TLS identity of its key."""

from __future__ import annotations

from functools import lru_cache, partial

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from caducee.clock import SystemClock
from caducee.contracts.http import Limits
from caducee.keys.card.authentication import authentication_key
from caducee.keys.signer_tls import TlsBySigner
from caducee.wire.http import HttpClient

from .nginx import serving


@pytest.fixture(params=[3, 4], ids=["cps3", "cps4"])
def generation(request):
    return request.param


@pytest.fixture
def identity(make_card, roux, authority):
    """Make the TLS identity of Dr Roux; ``prompt`` gives the PIN."""

    async def pin(_):
        return roux.pin

    def make(*, prompt=pin, authorities=authority.pem, doctor=roux):
        find = partial(authentication_key, make_card(prompt=prompt), doctor.identifier, clock=SystemClock())
        return TlsBySigner(find, authorities=authorities.encode())

    return make


@pytest.fixture
def limits():
    """A short wait for the server."""
    return Limits(connect=1.0, answer=5.0, whole=1.0)


@pytest.fixture
def client():
    def make(url, tls, **options):
        return HttpClient(service="dmp", base_url=url, tls=tls, **options)

    return make


@lru_cache(maxsize=1)
def server_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def nginx(tmp_path, authority, other_authority):
    """Start nginx; its certificate is for 127.0.0.1, its clients are of ``authority``."""

    def start(*, issuer=authority, clients=authority, dates=None, **options):
        certificate = issuer.issue(x509.Name([]), server_key(), **(dates or {}))
        return serving(tmp_path / "nginx", certificate=certificate, key=server_key(), clients=clients.pem, **options)

    return start
