from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

import msgspec
import pytest
from joserfc import jwk, jwt

from caducee.errors import ProtocolViolation
from caducee.testing import MovingClock
from caducee.wire.ecdsa import to_der
from caducee_psc.errors import AnswerForged
from caducee_psc.jwt import KeyRing

from .op import part

pytestmark = pytest.mark.anyio
RSA = jwk.generate_key("RSA", 2048, {"kid": "r", "use": "sig"})
OTHER = jwk.generate_key("RSA", 2048, {"kid": "o", "use": "sig"})
EC = jwk.generate_key("EC", "P-256", {"kid": "e", "use": "sig"})
CLAIMS = {"sub": "somebody"}


class Published:
    """The key set as the provider publishes it at the moment; ``asked`` counts."""

    def __init__(self, *keys: Any) -> None:
        self.keys = [key if isinstance(key, dict) else key.as_dict(private=False) for key in keys]
        self.asked = 0

    async def __call__(self) -> bytes:
        self.asked += 1
        return msgspec.json.encode({"keys": self.keys})


def signed(key: Any, alg: str, **header: Any) -> bytes:
    return jwt.encode({"alg": alg, **header}, CLAIMS, key, algorithms=[alg]).encode()


def ring(*keys: Any, clock: MovingClock | None = None) -> tuple[KeyRing, Published]:
    published = Published(*keys)
    return KeyRing(published, clock or MovingClock()), published


@pytest.mark.parametrize(("key", "alg"), [(RSA, "RS256"), (RSA, "PS256"), (EC, "ES256")])
async def test_the_three_algorithms_are_accepted(key: Any, alg: str) -> None:
    keys, _ = ring(RSA, EC)
    kid = key.as_dict()["kid"]
    assert await keys.verified(signed(key, alg, kid=kid)) == CLAIMS


async def test_an_elliptic_signature_in_der_is_refused_and_told_as_such() -> None:
    keys, _ = ring(EC)
    head, _, signature = signed(EC, "ES256", kid="e").rpartition(b".")
    raw = base64.urlsafe_b64decode(signature + b"==")
    assert len(raw) == 64
    der = base64.urlsafe_b64encode(to_der(raw, 256)).rstrip(b"=")
    with pytest.raises(AnswerForged, match="DER"):
        await keys.verified(head + b"." + der)
    with pytest.raises(AnswerForged, match="r followed by s"):
        await keys.verified(head + b"." + signature[:-4])


async def test_a_token_of_none_is_refused() -> None:
    keys, published = ring(RSA)
    with pytest.raises(AnswerForged):
        await keys.verified(f"{part({'alg': 'none'})}.{part(CLAIMS)}.".encode())
    assert published.asked == 0


async def test_a_token_signed_with_a_secret_that_everybody_knows_is_refused() -> None:
    keys, _ = ring(RSA)
    content = f"{part({'alg': 'HS256', 'kid': 'r'})}.{part(CLAIMS)}"
    mac = hmac.new(RSA.as_pem(private=False), content.encode(), hashlib.sha256).digest()
    with pytest.raises(AnswerForged):
        await keys.verified(f"{content}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}".encode())


@pytest.mark.parametrize("alg", ["RS384", "RS512", "PS512", "HS256", "EdDSA", "rs256", ""])
async def test_any_other_algorithm_is_refused_before_a_key_is_asked_for(alg: str) -> None:
    keys, published = ring(RSA)
    with pytest.raises(AnswerForged):
        await keys.verified(f"{part({'alg': alg})}.{part(CLAIMS)}.c2ln".encode())
    assert published.asked == 0


async def test_another_key_under_the_same_name_is_refused() -> None:
    keys, _ = ring(RSA)
    with pytest.raises(AnswerForged):
        await keys.verified(signed(OTHER, "RS256", kid="r"))


async def test_keys_are_asked_for_once_and_once_more_for_a_new_one() -> None:
    clock = MovingClock()
    keys, published = ring(RSA, clock=clock)
    await keys.verified(signed(RSA, "RS256", kid="r"))
    await keys.verified(signed(RSA, "RS256", kid="r"))
    assert published.asked == 1
    published.keys.append(OTHER.as_dict(private=False))
    await clock.advance(30)
    await keys.verified(signed(OTHER, "RS256", kid="o"))
    assert published.asked == 2


async def test_invented_key_names_do_not_make_us_ask_again_and_again() -> None:
    keys, published = ring(RSA)
    for number in range(5):
        with pytest.raises(AnswerForged):
            await keys.verified(signed(RSA, "RS256", kid=f"invented-{number}"))
    assert published.asked == 1


async def test_a_token_that_names_no_key_is_checked_when_there_is_one_key_of_its_kind() -> None:
    keys, _ = ring(RSA, EC)
    assert await keys.verified(signed(RSA, "RS256")) == CLAIMS
    keys, _ = ring(RSA, OTHER)
    with pytest.raises(AnswerForged):
        await keys.verified(signed(RSA, "RS256"))


async def test_a_key_for_encryption_signs_nothing() -> None:
    keys, _ = ring({**RSA.as_dict(private=False), "use": "enc"})
    with pytest.raises(AnswerForged):
        await keys.verified(signed(RSA, "RS256", kid="r"))


async def test_a_damaged_key_is_refused_and_not_raised() -> None:
    keys, _ = ring({"kty": "RSA", "kid": "r", "n": "!", "e": "AQAB"})
    with pytest.raises(AnswerForged):
        await keys.verified(signed(RSA, "RS256", kid="r"))


@pytest.mark.parametrize(
    "token", [b"", b".", b"a", b"a.b", b"\xff.\xff.\xff", b"e30.e30.e30", b"W10.e30.e30", b"x" * 70000]
)
async def test_what_is_no_token_is_refused(token: bytes) -> None:
    keys, _ = ring(RSA)
    with pytest.raises(AnswerForged):
        await keys.verified(token)


async def test_a_key_set_that_is_none_is_told() -> None:
    async def fetch() -> bytes:
        return b"<html>"

    with pytest.raises(ProtocolViolation):
        await KeyRing(fetch, MovingClock()).verified(signed(RSA, "RS256", kid="r"))
