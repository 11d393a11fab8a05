"""Which card is meant: by serial number or by the certificate it carries, never by slot or position."""

from __future__ import annotations

import functools

from caducee.contracts.credentials import CardHolder
from caducee.errors import AmbiguousCard, CardAbsent, OtherCard
from caducee.keys.card.protocol import CardSeen, Use
from caducee.keys.certificate import Certificate


@functools.lru_cache(maxsize=16)
def certificate_of(encoded: bytes) -> Certificate:
    """Read a card's certificate; the last few are kept, for cards are looked at often."""
    return Certificate(encoded)


def holder_of(card: CardSeen) -> CardHolder:
    """Return what the card says of its holder.

    Raises:
        OtherCard: it carries no certificate of a professional.
    """
    if card.certificate is None:
        raise OtherCard(f"card {card.serial} has no signature certificate")
    certificate = certificate_of(card.certificate)
    holder = certificate.holder()
    return CardHolder(
        serial=card.serial,
        label=card.label,
        identifier=holder.identifier,
        family_name=holder.family_name,
        given_name=holder.given_name,
        profession=holder.profession,
        not_after=f"{certificate.not_after:%Y-%m-%d}",
        tries_left=card.tries_left,
    )


def only_card(cards: tuple[CardSeen, ...], *, serial: str = "") -> CardSeen:
    """Return the one card that is there, or the one with this serial number.

    Raises:
        CardAbsent, OtherCard, AmbiguousCard.
    """
    return _single(_wanted(cards, serial))


def card_of(
    cards: tuple[CardSeen, ...], identifier: str, *, serial: str = "", use: Use = Use.SIGNATURE
) -> tuple[CardSeen, bytes]:
    """Return the card whose certificate for that use is this professional's, and that certificate.

    Raises:
        CardAbsent, OtherCard, AmbiguousCard.
    """
    shown = {card: card.certificate_for(use) for card in _wanted(cards, serial)}
    theirs = {card: encoded for card, encoded in shown.items() if encoded and _is_of(encoded, identifier)}
    if not theirs:
        raise OtherCard(f"no card of {identifier}")
    card = _single(list(theirs))
    return card, theirs[card]


def _wanted(cards: tuple[CardSeen, ...], serial: str) -> list[CardSeen]:
    if not cards:
        raise CardAbsent("no card in any reader")
    wanted = [c for c in cards if serial in {"", c.serial}]
    if not wanted:
        raise OtherCard(f"card {serial} is not there")
    return wanted


def _single(cards: list[CardSeen]) -> CardSeen:
    if len(cards) > 1:
        raise AmbiguousCard(tuple(sorted(c.serial for c in cards)))
    return cards[0]


def _is_of(certificate: bytes, identifier: str) -> bool:
    return certificate_of(certificate).holder().identifier == identifier
