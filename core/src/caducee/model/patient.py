"""The patient as the practice's software knows them."""

from __future__ import annotations

import msgspec

from caducee.model.identity import Ins, InsStatus, Traits


class Address(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A postal address: free lines, postal code, city."""

    lines: tuple[str, ...] = ()
    postal_code: str = ""
    city: str = ""
    country: str = ""


class Guardian(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who answers for a minor or a protected adult. ``phone`` is a number as dialled, ``email`` a bare address."""

    family_name: str
    given_name: str = ""
    address: Address | None = None
    phone: str | None = None
    email: str | None = None


class Patient(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A patient of the practice.

    ``local_id`` is the record's identifier in the practice's software (IPP) and never changes.
    ``ins`` is present once INSi has delivered it; it may leave the practice only when ``status`` is
    ``QUALIFIED``. ``used_name`` and ``used_given_name`` are what the person is called, never a strict trait.
    ``phone`` is a number as dialled, ``email`` a bare address. ``guardians`` are those of a minor or a protected adult.
    """

    local_id: str
    traits: Traits
    status: InsStatus = InsStatus.PROVISIONAL
    ins: Ins | None = None
    used_name: str | None = None
    used_given_name: str | None = None
    address: Address | None = None
    phone: str | None = None
    email: str | None = None
    guardians: tuple[Guardian, ...] = ()
