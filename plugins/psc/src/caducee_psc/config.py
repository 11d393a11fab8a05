"""``[plugins.psc]``."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Annotated

import msgspec

from caducee.config import Secret

WELL_KNOWN = "/.well-known/wallet-openid-configuration"
Https = Annotated[str, msgspec.Meta(pattern="^https://[^?#]+[^/?#]$")]
Seconds = Annotated[float, msgspec.Meta(gt=0)]
Port = Annotated[int, msgspec.Meta(ge=1024, le=65535)]


class UserinfoForm(StrEnum):
    """What the provider has agreed to answer. ``SIGNED``: anything unsigned is refused."""

    EITHER = "either"
    SIGNED = "signed"


class Life(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Bounds in seconds, which never lengthen what the provider says (``expires_in``, ``refresh_expires_in``).

    ``idle`` ends a session that nothing has used, ``absolute`` ends any. ``token`` and ``refresh`` stand where the
    provider gives no life time. ``skew`` is how far its clock may be from ours, ``window`` how long the person may take
    to log in.
    """

    idle: Seconds = 1800.0
    absolute: Seconds = 14400.0
    token: Seconds = 120.0
    refresh: Seconds = 1800.0
    skew: Annotated[float, msgspec.Meta(ge=0, le=300)] = 60.0
    window: Annotated[float, msgspec.Meta(gt=0, le=900)] = 180.0

    @property
    def idle_bound(self) -> timedelta:
        """``idle`` as a span."""
        return timedelta(seconds=self.idle)

    @property
    def absolute_bound(self) -> timedelta:
        """``absolute`` as a span."""
        return timedelta(seconds=self.absolute)


class PscConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How to reach Pro Santé Connect.

    ``issuer`` is compared with what the provider says of itself; ``discovery`` stands in place of the issuer followed
    by the path that Pro Santé Connect uses. ``credential`` names ``[credentials.*]``: a ``trust`` one with
    ``client_secret``, or the structure's certificate, which then says who we are without a secret
    (``tls_client_auth``). ``redirect_ports`` are the loopback ports that were registered, one is taken; any free port
    when there are none. Times in seconds.
    """

    issuer: Https
    client_id: Annotated[str, msgspec.Meta(min_length=1)]
    credential: Annotated[str, msgspec.Meta(min_length=1)]
    client_secret: Secret | None = None
    discovery: Https | None = None
    scope: Annotated[str, msgspec.Meta(pattern=r"^openid( [\x21\x23-\x5b\x5d-\x7e]+)*$")] = "openid scope_all"
    acr_values: str = "eidas1"
    redirect_path: Annotated[str, msgspec.Meta(pattern="^/[A-Za-z0-9/_-]*$")] = "/caducee/psc"
    redirect_ports: tuple[Port, ...] = ()
    userinfo: UserinfoForm = UserinfoForm.EITHER
    life: Life = Life()
    connect_timeout: Seconds = 10.0
    answer_timeout: Seconds = 20.0

    @property
    def discovery_url(self) -> str:
        """Where the provider describes itself."""
        return self.discovery or self.issuer + WELL_KNOWN
