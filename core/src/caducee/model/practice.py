"""Professionals, the structures they work in, and whoever is at the keyboard."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from caducee.model.codes import Code
from caducee.model.patient import Address


class Organisation(msgspec.Struct, frozen=True, kw_only=True):
    """A structure: ``identifier`` is its Struct_IdNat (ANS: a prefix digit and the number).

    ``sector`` is its healthcare facility type (SAxx, JDV_J02), ``setting`` its practice setting (JDV_J04).
    """

    identifier: str
    name: str
    sector: Code
    setting: Code
    address: Address | None = None
    phone: str | None = None


class Practitioner(msgspec.Struct, frozen=True, kw_only=True):
    """A professional acting in one structure.

    ``identifier`` is the PS_IdNat (``8`` and 11 digits of RPPS, ``0`` and ADELI). ``profession`` is a code of
    TRE_G15 (``10`` for a doctor), ``specialty`` one of TRE_R01 (``SM26``), compulsory for doctors.
    ``author_specialty`` is the pair as documents print it (``G15_10/SM26``, JDV_J01).
    """

    identifier: str
    family_name: str
    given_name: str
    profession: Code
    specialty: Code | None
    author_specialty: Code
    organisation: Organisation
    title: str | None = None


class ActorKind(StrEnum):
    """Who acts. Only a doctor or their replacement signs."""

    DOCTOR = "doctor"
    REPLACEMENT = "replacement"
    SECRETARY = "secretary"
    AUTOMATON = "automaton"


class Actor(msgspec.Struct, frozen=True):
    """The person or program at the keyboard, for the audit trail.

    ``identifier`` is the host software's own name for the user. ``replaces`` is the key of the ``[practitioner.*]``
    table of the doctor whom a replacement stands in for.
    """

    kind: ActorKind
    identifier: str
    replaces: str = ""

    @property
    def named(self) -> str:
        """The actor as the audit trail names it: ``secretary:accueil``, ``replacement:dr.petit/roux``."""
        return f"{self.kind}:{self.identifier}" + (f"/{self.replaces}" if self.replaces else "")

    @classmethod
    def doctor(cls, identifier: str) -> Actor:
        """A doctor at the keyboard."""
        return cls(ActorKind.DOCTOR, identifier)

    @classmethod
    def replacement(cls, identifier: str, *, replaces: str) -> Actor:
        """A replacement at the keyboard, with a card of their own, standing in for a doctor of the configuration."""
        return cls(ActorKind.REPLACEMENT, identifier, replaces)

    @classmethod
    def secretary(cls, identifier: str) -> Actor:
        """A secretary at the keyboard."""
        return cls(ActorKind.SECRETARY, identifier)

    @classmethod
    def automaton(cls, identifier: str) -> Actor:
        """A program acting by itself."""
        return cls(ActorKind.AUTOMATON, identifier)
