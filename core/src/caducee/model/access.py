"""Which credential opens what, and what each act waits for without one: a table, and one function over it.

It says what one credential alone opens in this SDK, not what the national services could do. The reinforced access to
the DMP takes two together (the structure's certificates and a log-in) and is not in it; prescriptions and invoices go
to simulated services. ``caducee doctor`` reads it to say what can be done on this machine.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum


class Credential(StrEnum):
    """What may be at hand."""

    CARD = "card"
    SESSION = "psc"
    ORGANISATION = "organisation"
    """A software certificate of the structure: seal, mutual TLS, applicative mailbox."""
    NONE = "none"


class Act(StrEnum):
    """What is to be done."""

    FEED_DMP = "feed_dmp"
    READ_DMP = "read_dmp"
    SEARCH_INS = "search_ins"
    SEND_MAIL = "send_mail"
    READ_MAIL = "read_mail"
    SEND_MAIL_AS_APPLICATION = "send_mail_as_application"
    REGISTER_PRESCRIPTION = "register_prescription"
    SEND_INVOICES = "send_invoices"


class Way(StrEnum):
    """What becomes of an act. The waiting ones are the ``why`` of a ``blocked`` delivery: they leave by themselves."""

    YES = "yes"
    WAIT_CARD = "card"
    WAIT_LOGIN = "login"
    NO = "no"
    """Neither a card nor a log-in would help: the configuration lacks a certificate, or it is not built."""


_SUFFICES: dict[Act, tuple[frozenset[Credential], Way]] = {
    # DIRECTE by the author's card, INDIRECTE by the structure's seal; the reinforced access never feeds.
    Act.FEED_DMP: (frozenset({Credential.CARD, Credential.ORGANISATION}), Way.WAIT_CARD),
    # INDIRECTE may neither list nor retrieve.
    Act.READ_DMP: (frozenset({Credential.CARD}), Way.WAIT_CARD),
    # By which of the three is the practice's choice (``access``); how a session travels there is assumed.
    Act.SEARCH_INS: (frozenset({Credential.CARD, Credential.SESSION, Credential.ORGANISATION}), Way.NO),
    # Operators take a Pro Santé Connect token for the boxes of persons and organisations, no card.
    Act.SEND_MAIL: (frozenset({Credential.SESSION}), Way.WAIT_LOGIN),
    Act.READ_MAIL: (frozenset({Credential.SESSION}), Way.WAIT_LOGIN),
    Act.SEND_MAIL_AS_APPLICATION: (frozenset({Credential.ORGANISATION}), Way.NO),
    # Mutual TLS by the author's card; without it ``issue`` says so, and the prescription is issued again.
    Act.REGISTER_PRESCRIPTION: (frozenset({Credential.CARD}), Way.WAIT_CARD),
    # The profiles there are (a folder, the simulated concentrator) ask for none; one may be named.
    Act.SEND_INVOICES: (frozenset(Credential), Way.YES),
}


def way(act: Act, at_hand: Collection[Credential]) -> Way:
    """Say whether an act can be done now with what is at hand, or what it waits for.

    One credential that suffices is enough: whatever else is missing, nobody is asked for it.
    """
    suffices, otherwise = _SUFFICES[act]
    return Way.YES if suffices & frozenset(at_hand) else otherwise


def sufficing(act: Act, at_hand: Collection[Credential]) -> tuple[Credential, ...]:
    """Return those at hand by which an act can be done, in the order of ``Credential``."""
    return tuple(one for one in Credential if one in at_hand and one in _SUFFICES[act][0])
