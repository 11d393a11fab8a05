"""WS_INS1: search by Vitale card. The card is only a key: the identity is the one of the answer.

Source: service schemas of INSi, WSDL DESIR_ICIR_EXP 1.5.0 (06/11/2020); what is filled, from templates of integrators.
"""

from __future__ import annotations

from functools import cache

import msgspec

from caducee.rendering import Template
from caducee_insi.envelope import Cover
from caducee_insi.vitale import Beneficiary, VitaleCard

ACTION = "urn:ServiceIdentiteCertifiee:1.0.0:rechercherInsAvecCarteVitale"


class ByCard(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """What ``RECVITALE`` holds: numbers of 13 characters, the date as the card writes it (it may be lunar)."""

    holder: str
    birth_date: str
    rank: str
    individual: str | None = None
    birth_name: str | None = None


@cache
def _template() -> Template:
    return Template.load("caducee_insi.messages", "rec_vitale.xml", ByCard)


def body(card: VitaleCard, beneficiary: Beneficiary) -> bytes:
    """Return ``RECVITALE`` for one of the beneficiaries of a card."""
    asked = ByCard(
        holder=card.holder,
        birth_date=beneficiary.birth_date,
        rank=str(beneficiary.rank),
        individual=beneficiary.number or None,
        birth_name=beneficiary.birth_name or card.holder_birth_name or None,
    )
    return _template().render(asked)


def cover(card: VitaleCard, beneficiary: Beneficiary) -> Cover:
    """Return what ``ContexteBAM`` says of the card: no key, no regime."""
    return Cover(
        holder=card.holder,
        birth_date=beneficiary.birth_date,
        rank=str(beneficiary.rank),
        beneficiary=beneficiary.number or None,
    )
