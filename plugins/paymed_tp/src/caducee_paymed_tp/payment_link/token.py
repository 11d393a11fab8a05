"""The opaque token of a link: 128 random bits and an expiry, under HMAC-SHA-256. Nothing else is in it."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime
from secrets import token_bytes

from caducee_paymed_tp.errors import LinkRefused

_ID = 16
_TIME = 5
_SEAL = 16
_CONTEXT = b"caducee payment link 1\0"


def new_id(random: Callable[[int], bytes] = token_bytes) -> str:
    """Return a new link id: 128 bits, hexadecimal."""
    return random(_ID).hex()


def sign(link_id: str, expires: datetime, *, key: bytes) -> str:
    """Return the token that goes into the address."""
    body = bytes.fromhex(link_id) + int(expires.timestamp()).to_bytes(_TIME, "big")
    return base64.urlsafe_b64encode(body + _seal(body, key)).rstrip(b"=").decode()


def verify(token: str, *, key: bytes, now: datetime) -> str:
    """Return the id of the link that a token opens.

    Raises:
        LinkRefused: it is not ours, was changed, or has expired.
    """
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        raise LinkRefused("not a token") from None
    body, seal = raw[: _ID + _TIME], raw[_ID + _TIME :]
    if len(raw) != _ID + _TIME + _SEAL or not hmac.compare_digest(seal, _seal(body, key)):
        raise LinkRefused("the seal does not fit")
    if datetime.fromtimestamp(int.from_bytes(body[_ID:], "big"), UTC) <= now:
        raise LinkRefused("expired")
    return body[:_ID].hex()


def _seal(body: bytes, key: bytes) -> bytes:
    return hmac.digest(key, _CONTEXT + body, hashlib.sha256)[:_SEAL]
