"""Signed tokens of the provider: three algorithms and no other, keys fetched once, then once more for a new key."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec
from joserfc import jwk, jwt
from joserfc.errors import JoseError

from caducee.clock import Clock
from caducee.wire.ecdsa import DerFound, check_raw
from caducee_psc.errors import AnswerForged, unreadable

ALGORITHMS = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC"}
"""What is accepted, and the kind of key each takes. HS256 would make our own secret sign, ``none`` nobody."""

_ASK_AGAIN = timedelta(seconds=30)
_LARGEST = 64 * 1024


class _Header(msgspec.Struct, frozen=True):
    alg: str
    kid: str = ""


class _Keys(msgspec.Struct, frozen=True):
    keys: tuple[dict[str, Any], ...]


class KeyRing:
    """The provider's public keys. ``fetch`` returns its JSON Web Key Set.

    An unknown key makes it ask again, but not more often than every 30 seconds: whoever sends tokens with invented
    key names makes nobody ask the provider.
    """

    def __init__(self, fetch: Callable[[], Awaitable[bytes]], clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock
        self._keys: tuple[dict[str, Any], ...] = ()
        self._asked: datetime | None = None

    async def verified(self, token: bytes) -> dict[str, Any]:
        """Return the claims of a token whose signature is the provider's.

        Raises:
            AnswerForged: the algorithm is none of ours, the key is unknown, or the signature is wrong.
            ServiceUnavailable, ProtocolViolation: the keys could not be had.
        """
        header = _header(token)
        kind = ALGORITHMS.get(header.alg)
        if kind is None:
            raise AnswerForged("a token is signed by an algorithm that is not accepted")
        _check_width(token, header.alg)
        for candidate in await self._candidates(header.kid, kind):
            try:
                return dict(jwt.decode(token, jwk.import_key(candidate), algorithms=[header.alg]).claims)
            except (JoseError, ValueError):
                continue
        raise AnswerForged("the signature of a token is not the provider's")

    async def _candidates(self, kid: str, kind: str) -> list[dict[str, Any]]:
        found = self._known(kid, kind)
        if not found and (self._asked is None or self._clock.now() - self._asked >= _ASK_AGAIN):
            await self._ask()
            found = self._known(kid, kind)
        return found

    def _known(self, kid: str, kind: str) -> list[dict[str, Any]]:
        fit = [key for key in self._keys if key.get("kty") == kind and key.get("use", "sig") == "sig"]
        return [key for key in fit if key.get("kid", "") == kid] if kid else fit[:1] if len(fit) == 1 else []

    async def _ask(self) -> None:
        body = await self._fetch()
        try:
            self._keys = msgspec.json.decode(body, type=_Keys).keys
        except msgspec.DecodeError:
            raise unreadable("the key set is not one") from None
        self._asked = self._clock.now()


def _check_width(token: bytes, alg: str) -> None:
    """An elliptic signature is r followed by s (RFC 7518, 3.4); DER, which other places want, is told by name."""
    if alg != "ES256":
        return
    try:
        check_raw(_decoded(token.rpartition(b".")[2]), 256)
    except DerFound:
        raise AnswerForged("the signature of a token is DER, where r followed by s is due") from None
    except (ValueError, binascii.Error):
        raise AnswerForged("the signature of a token is not r followed by s") from None


def _decoded(part: bytes) -> bytes:
    return base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4))


def _header(token: bytes) -> _Header:
    head, dot, _ = token.partition(b".")
    if not dot or len(token) > _LARGEST:
        raise AnswerForged("what should be a signed token is none")
    try:
        return msgspec.json.decode(_decoded(head), type=_Header)
    except (binascii.Error, ValueError, msgspec.DecodeError):
        raise AnswerForged("what should be a signed token is none") from None
