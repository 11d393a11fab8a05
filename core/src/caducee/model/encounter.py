"""How doctor and patient met, and who else is around a document."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from caducee.model.codes import Code
from caducee.model.patient import Address
from caducee.model.practice import Organisation, Practitioner


class EncounterMode(StrEnum):
    """How doctor and patient met: it decides the encounter's code and, later, the access to shared records."""

    ON_SITE = "on_site"
    HOME_VISIT = "home_visit"
    TELECONSULTATION = "teleconsultation"
    TELE_EXPERTISE = "tele_expertise"


class Encounter(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One meeting. Times are HL7 times; absent, they are those of the documented act.

    ``code`` (JDV_J142) replaces the one that ``mode`` gives. ``place`` is the structure where it happened, the author's
    unless said. ``identifier`` is the practice's own.
    """

    mode: EncounterMode = EncounterMode.ON_SITE
    code: Code | None = None
    start: str | None = None
    stop: str | None = None
    place: Organisation | None = None
    identifier: str = ""


class PersonRole(StrEnum):
    """What somebody is to the patient (HL7 v3, RoleClass): whom to warn, whom they trust, who cares for them."""

    EMERGENCY_CONTACT = "ECON"
    TRUSTED_PERSON = "NOK"
    CAREGIVER = "CAREGIVER"
    CONTACT = "CON"


class Relative(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Somebody around the patient. ``link`` is of the set ``family_link`` (JDV_J11). At least a phone is expected."""

    family_name: str
    role: PersonRole = PersonRole.EMERGENCY_CONTACT
    given_name: str = ""
    link: Code | None = None
    address: Address | None = None
    phone: str | None = None
    email: str | None = None


class Secretary(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who typed the document: ``identifier`` is the practice's own; ``time`` (HL7) is the document's unless said."""

    identifier: str
    family_name: str
    given_name: str = ""
    time: str | None = None


class Correspondent(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Another professional of the care: ``kind`` of JDV_J144 (``CON``), ``function`` of JDV_J47 (``CORRE``)."""

    practitioner: Practitioner
    kind: str = "CON"
    function: Code | None = None
    since: str | None = None


class People(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who is around a document, beside its patient and its author.

    ``authenticator`` answers for the document, the author unless said. ``treating_doctor`` is the médecin traitant.
    ``replaced`` is the doctor whom the author stands in for. ``custodian`` keeps the document, the author's structure
    unless said.
    """

    co_authors: tuple[Practitioner, ...] = ()
    authenticator: Practitioner | None = None
    replaced: Practitioner | None = None
    treating_doctor: Practitioner | None = None
    correspondents: tuple[Correspondent, ...] = ()
    recipients: tuple[Practitioner, ...] = ()
    secretary: Secretary | None = None
    relatives: tuple[Relative, ...] = ()
    custodian: Organisation | None = None
