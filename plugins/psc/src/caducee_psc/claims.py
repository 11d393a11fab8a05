"""The rules on what a signed token says (OpenID Connect Core 1.0, 3.1.3.7, 5.3.2 and 12.2)."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from caducee_psc.errors import AnswerForged, OutOfItsTime

_OLDEST = 600.0
"""Seconds since an ID token was made: it comes at once, so an older one is a replay."""


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What every token of this provider to this client has.

    ``skew`` is how many seconds our clock may be behind: it lets a token begin early, and never live longer.
    """

    issuer: str
    client_id: str
    skew: float


class _Common(msgspec.Struct, frozen=True, kw_only=True):
    iss: str
    aud: str | tuple[str, ...]
    sub: str
    exp: float | None = None
    iat: float | None = None
    nbf: float | None = None
    azp: str | None = None
    nonce: str | None = None


def check_id_token(claims: Mapping[str, Any], terms: Terms, *, now: datetime, nonce: str | None) -> str:
    """Return the subject of an ID token whose claims all hold. ``nonce`` is ``None`` after a refresh.

    Raises:
        OutOfItsTime: it has ended (its end is not of it), or has not begun.
        AnswerForged: a claim does not hold.
    """
    read = _read(claims, terms)
    instant = now.timestamp()
    if read.exp is None or read.iat is None:
        raise AnswerForged("an ID token lacks its dates")
    _in_its_time(read, instant, terms.skew)
    if instant - read.iat > _OLDEST + terms.skew:
        raise OutOfItsTime("an ID token was made too long ago")
    if nonce is not None and not hmac.compare_digest((read.nonce or "").encode(), nonce.encode()):
        raise AnswerForged("an ID token answers another log-in")
    return read.sub


def check_userinfo(claims: Mapping[str, Any], terms: Terms, *, now: datetime) -> None:
    """Check who made a signed userinfo answer, for whom, and its dates when it has any.

    It need not have an end (OpenID Connect Core 1.0, 5.3.2): it answers one call of ours and is not kept.

    Raises:
        OutOfItsTime: it has an end, which has come.
        AnswerForged: it is not for us.
    """
    _in_its_time(_read(claims, terms), now.timestamp(), terms.skew)


def _read(claims: Mapping[str, Any], terms: Terms) -> _Common:
    try:
        read = msgspec.convert(claims, _Common)
    except msgspec.ValidationError:
        raise AnswerForged("a signed token lacks a claim, or has it in another form") from None
    if read.iss != terms.issuer:
        raise AnswerForged("a signed token is another issuer's")
    audience = (read.aud,) if isinstance(read.aud, str) else read.aud
    if terms.client_id not in audience:
        raise AnswerForged("a signed token is for another client")
    if (len(audience) > 1 or read.azp is not None) and read.azp != terms.client_id:
        raise AnswerForged("a signed token was asked by another client")
    if not read.sub:
        raise AnswerForged("a signed token is about nobody")
    return read


def _in_its_time(read: _Common, instant: float, skew: float) -> None:
    if read.exp is not None and read.exp <= instant:
        raise OutOfItsTime("a signed token has expired")
    starts = max((start for start in (read.iat, read.nbf) if start is not None), default=instant)
    if starts - skew > instant:
        raise OutOfItsTime("a signed token is not valid yet")
