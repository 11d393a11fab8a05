"""The Vitale card, through whatever reads it.

Reading a card takes components of the GIE SESAM-Vitale, which the vendor has under contract: a ``VitaleReader`` of
theirs stands behind the protocol here. ``JsonCard`` stands in for one: a file of JSON, for tests and the sandbox.
A number read from a card is never an INS: it is the key of a search, whose answer is.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Protocol

import anyio.to_thread
import msgspec

from caducee.errors import CaduceeError, Retry

Number = Annotated[str, msgspec.Meta(pattern=r"^\d{6}[AB0-9]\d{6}$")]
CardDate = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")]


class Beneficiary(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One person of a card. ``number`` is theirs when the card holds it (13 characters), not the holder's.

    ``birth_date`` is written ``YYYY-MM-DD`` as on the card: month and day may be lunar (``00``, ``13`` to ``99``).
    ``rank`` tells twins apart.
    """

    birth_date: CardDate
    rank: Annotated[int, msgspec.Meta(ge=1, le=9)] = 1
    number: Number | None = None
    birth_name: str = ""
    given_name: str = ""


class VitaleCard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What INSi needs of a card: its serial number, the holder's number, the people it covers."""

    serial: str
    holder: Number
    beneficiaries: Annotated[tuple[Beneficiary, ...], msgspec.Meta(min_length=1)]
    holder_birth_name: str = ""
    regime: str = ""
    fund: str = ""
    centre: str = ""


class VitaleReader(Protocol):
    """Reads the card that is in the reader now."""

    async def read(self) -> VitaleCard:
        """Return the card.

        Raises:
            VitaleUnreadable: no card, or not one that can be read.
        """
        ...


class VitaleUnreadable(CaduceeError):
    """No Vitale card could be read; nothing was sent."""

    code = "insi.vitale_unreadable"
    retry = Retry.AFTER_HUMAN
    sentence = "La carte Vitale n'a pas pu être lue."
    remedy = "Vérifiez que la carte est dans le lecteur, ou cherchez par les traits d'identité."


class BeneficiaryUnclear(CaduceeError):
    """Several people are on the card: one of them must be chosen. ``count`` says how many."""

    code = "insi.beneficiary_unclear"
    retry = Retry.AFTER_HUMAN
    sentence = "Plusieurs personnes figurent sur cette carte Vitale."
    remedy = "Choisissez le patient parmi les bénéficiaires de la carte."

    def __init__(self, count: int) -> None:
        self.count = count
        super().__init__(f"{count} beneficiaries")


class JsonCard:
    """A simulated card: a file of JSON that has the fields of ``VitaleCard``."""

    def __init__(self, file: Path) -> None:
        self._file = file

    async def read(self) -> VitaleCard:
        """Return what the file says.

        Raises:
            VitaleUnreadable: no such file, or not a card.
        """
        try:
            content = await anyio.to_thread.run_sync(self._file.read_bytes)
            return msgspec.json.decode(content, type=VitaleCard)
        except (OSError, msgspec.DecodeError):
            raise VitaleUnreadable("the simulated card cannot be read") from None


def only(card: VitaleCard, chosen: int | None) -> Beneficiary:
    """Return the chosen beneficiary (counted from 0), or the only one; a card of several people is never guessed at.

    Raises:
        BeneficiaryUnclear: several, and none was chosen, or no such one.
    """
    people = card.beneficiaries
    if chosen is None and len(people) == 1:
        return people[0]
    if chosen is None or not 0 <= chosen < len(people):
        raise BeneficiaryUnclear(len(people))
    return people[chosen]
