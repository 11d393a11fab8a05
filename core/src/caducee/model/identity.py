"""The national identity of a patient (INS): strict traits, matricule and status."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from caducee.model.environment import Environment

INS_NIR = "1.2.250.1.213.1.4.8"
INS_NIA = "1.2.250.1.213.1.4.9"
INS_NIR_TEST = "1.2.250.1.213.1.4.10"
INS_NIR_DEMO = "1.2.250.1.213.1.4.11"


class Sex(StrEnum):
    """Administrative sex. ``INDETERMINATE`` exists at the desk only: INSi delivers M or F."""

    MALE = "M"
    FEMALE = "F"
    INDETERMINATE = "I"


class InsStatus(StrEnum):
    """Status of an identity in the RNIV. Only ``QUALIFIED`` lets the matricule leave the practice."""

    PROVISIONAL = "PROV"
    RETRIEVED = "RECUP"
    VALIDATED = "VALI"
    QUALIFIED = "QUAL"


class Traits(msgspec.Struct, frozen=True, kw_only=True):
    """The strict traits of a person, as the civil registry writes them.

    ``birth_date`` is ``YYYY-MM-DD``. ``birth_place`` is the five-character COG code of the INSEE, absent
    while unknown. ``given_names`` are the birth given names in order; a compound name is one entry.
    Nothing is trimmed or re-cased here: an answer of INSi is kept as it came.
    """

    birth_name: str
    given_names: tuple[str, ...]
    sex: Sex
    birth_date: str
    birth_place: str | None = None


class Ins(msgspec.Struct, frozen=True, kw_only=True):
    """A matricule that INSi delivered: 15 characters (13 and key) under the OID that proves its origin.

    ``environment`` is the realm that delivered it; another realm refuses it whatever its OID.
    """

    matricule: str
    oid: str
    environment: Environment
