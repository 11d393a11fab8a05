"""The Datamatrix of a complementary insurance card.

The real byte layout is not public (Inter-AMC). ``SIM-AMC/1`` is a profile of ours, used by the simulator only: ECC200
text whose fields are joined by GS (0x1D), closed by a CRC-16 of what stands before it.
"""

from __future__ import annotations

import binascii
from collections.abc import Callable
from datetime import date, datetime

import msgspec

from caducee_paymed_tp.errors import CardUnknown

GS = "\x1d"
HEAD = "SIMAMC1"
_FIELDS = 9
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


CardProfile = Callable[[bytes], AmcCard | None]
"""Reads one layout; ``None`` when the content is not of it. An adapter of a real layout is another one."""


def read_card(content: bytes, profiles: tuple[CardProfile, ...] = ()) -> AmcCard:
    """Return what a card's Datamatrix holds.

    Raises:
        CardUnknown: no profile reads it, or it is damaged.
    """
    for profile in (*profiles, read_simulated):
        if (card := profile(content)) is not None:
            return card
    raise CardUnknown("unknown profile: wire an adapter")


def read_simulated(content: bytes) -> AmcCard | None:
    """Read ``SIM-AMC/1``.

    Raises:
        CardUnknown: it begins like one and is damaged.
    """
    if not content.startswith(f"{HEAD}{GS}".encode()):
        return None
    fields = _verified(content)
    _, amc, convention, csr, member, since, until, responsible, _ = fields
    sound = len(amc) == 10 and amc.isdigit() and len(convention) == 2 and convention.isalpha() and convention.isupper()
    sound = sound and len(csr) <= 10 and 1 <= len(member) <= 15 and responsible in ("0", "1")
    if not sound:
        raise CardUnknown("a field is not of its form")
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
        raise CardUnknown("too long, or not text")
    fields = content.decode("ascii").split(GS)
    body = content[: content.rindex(GS.encode())]
    if len(fields) != _FIELDS or fields[-1] != f"{binascii.crc_hqx(body, 0xFFFF):04X}":
        raise CardUnknown("damaged: its check code does not fit")
    return fields


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y%m%d").date()
    except ValueError:
        raise CardUnknown("a date is not one") from None
