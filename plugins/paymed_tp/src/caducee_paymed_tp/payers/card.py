"""The Datamatrix of a complementary insurance card.

The real byte layout is not public (Inter-AMC). ``SIM-AMC/1`` is a profile of ours, used by the simulator only: ECC200
text whose fields are joined by GS (0x1D), closed by a CRC-16 of what stands before it. A practice that configures a
key reads only cards that are sealed with it: one more field, HMAC-SHA-256 cut to 32 hexadecimal digits, of all before.
"""

from __future__ import annotations

import binascii
import hashlib
import hmac
from collections.abc import Callable
from datetime import date, datetime

import msgspec

from caducee.model.environment import Environment
from caducee_paymed_tp.errors import CardFault, CardUnknown

GS = "\x1d"
HEAD = "SIMAMC1"
SIMULATED_CARD = "SIM-AMC/1"
_FIELDS = 9
_SEAL = 32
_LONGEST = 200


class AmcCard(msgspec.Struct, frozen=True, kw_only=True):
    """The five items of the harmonised certificate, and whether the contract is a responsible one.

    ``amc`` has 10 digits; ``convention`` two letters; ``csr`` at most 10 characters; ``member`` at most 15.
    """

    amc: str
    convention: str
    csr: str
    member: str
    since: date
    until: date
    responsible: bool
    simulated: bool = True

    def valid_on(self, day: date) -> bool:
        """Say whether the card covers a day."""
        return self.since <= day <= self.until


CardProfile = Callable[[bytes], AmcCard]
"""Reads one layout. An adapter of a real layout is another one.

Raises:
    CardUnknown: the content is not of it, or is damaged.
"""


class SimulatedCards:
    """Reads ``SIM-AMC/1``; with a ``key``, only what is sealed with it. Reads nothing in production."""

    def __init__(self, key: bytes = b"", *, environment: Environment = Environment.SANDBOX) -> None:
        self._key, self._environment = key, environment

    def __call__(self, content: bytes) -> AmcCard:
        """Read a card.

        Raises:
            CardUnknown: it is of another profile, damaged, not sealed with the key, or simulated in production.
        """
        if not content.startswith(f"{HEAD}{GS}".encode()):
            raise CardUnknown(CardFault.OTHER_PROFILE)
        if self._environment is Environment.PRODUCTION:
            raise CardUnknown(CardFault.SIMULATED)
        return _card(_verified(self._unsealed(content)))

    def _unsealed(self, content: bytes) -> bytes:
        body, separator, seal = content.rpartition(GS.encode())
        sealed = separator and len(seal) == _SEAL
        if not self._key:
            if sealed:
                raise CardUnknown(CardFault.NO_KEY)
            return content
        if not sealed or not hmac.compare_digest(
            seal, hmac.digest(self._key, body, hashlib.sha256).hex()[:_SEAL].encode()
        ):
            raise CardUnknown(CardFault.NOT_SEALED)
        return body


def _card(fields: list[str]) -> AmcCard:
    _, amc, convention, csr, member, since, until, responsible, _ = fields
    sound = len(amc) == 10 and amc.isdigit() and len(convention) == 2 and convention.isalpha() and convention.isupper()
    sound = sound and len(csr) <= 10 and 1 <= len(member) <= 15 and responsible in ("0", "1")
    if not sound:
        raise CardUnknown(CardFault.DAMAGED)
    return AmcCard(
        amc=amc,
        convention=convention,
        csr=csr,
        member=member,
        since=_day(since),
        until=_day(until),
        responsible=responsible == "1",
    )


def _verified(content: bytes) -> list[str]:
    if len(content) > _LONGEST or not content.isascii():
        raise CardUnknown(CardFault.DAMAGED)
    fields = content.decode("ascii").split(GS)
    body = content[: content.rindex(GS.encode())]
    if len(fields) != _FIELDS or fields[-1] != f"{binascii.crc_hqx(body, 0xFFFF):04X}":
        raise CardUnknown(CardFault.DAMAGED)
    return fields


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y%m%d").date()
    except ValueError:
        raise CardUnknown(CardFault.DAMAGED) from None
