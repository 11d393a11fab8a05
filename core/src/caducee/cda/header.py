"""What the templates of documents render. Positions are those of the message: append, never insert.

A document type of one's own inherits ``Header``; its template names ``PRELUDES`` and uses the fragment ``header``.
"""

from __future__ import annotations

import msgspec

from caducee.rendering.datatypes import CD, II, TEL

PRELUDES = (("caducee.cda", "templates/datatypes.xml"), ("caducee.cda", "templates/header.xml"))
"""The fragments of every document.

``addr``, ``person``, ``period``; then ``professional``, ``organisation``, ``patient``, ``header`` and its parts.
"""


class Period(msgspec.Struct, array_like=True, frozen=True):
    """An interval of HL7 times."""

    low: str
    high: str | None


class Organisation(msgspec.Struct, array_like=True, frozen=True):
    """A structure as author's organisation, custodian, performer's organisation and place of care."""

    id: II
    name: str
    sector: CD
    setting: CD
    address: tuple[str, ...]
    telecom: tuple[TEL, ...]


class Professional(msgspec.Struct, array_like=True, frozen=True):
    """The author, who is also the legal authenticator and the performer of the documented act."""

    id: II
    specialty: CD
    family: str
    given: str
    prefix: str | None
    suffix: str | None
    organisation: Organisation


class Person(msgspec.Struct, array_like=True, frozen=True):
    """Somebody who is no professional: a guardian, a relative, a secretary."""

    family: str
    given: str | None = None
    prefix: str | None = None
    suffix: str | None = None
    address: tuple[str, ...] = ()
    telecom: tuple[TEL, ...] = ()


class PatientRole(msgspec.Struct, array_like=True, frozen=True):
    """The patient: identifiers (the INS first), strict traits, used names, ways to reach them."""

    ids: tuple[II, ...]
    birth_name: str
    given_names: str
    first_given_name: str
    used_name: str | None
    used_given_name: str | None
    gender: CD
    birth_time: str
    birth_place: str | None
    address: tuple[str, ...]
    telecom: tuple[TEL, ...]
    guardians: tuple[Person, ...] = ()


class Secretary(msgspec.Struct, array_like=True, frozen=True):
    """Who typed the document (dataEnterer)."""

    id: II
    time: str
    specialty: CD
    person: Person


class RelatedPerson(msgspec.Struct, array_like=True, frozen=True):
    """Somebody around the patient (informant): ``class_code`` says what for (``ECON``…), ``link`` who it is."""

    class_code: str
    link: CD | None
    person: Person


class Recipient(msgspec.Struct, array_like=True, frozen=True):
    """A professional to whom the document is addressed."""

    professional: Professional


class Participant(msgspec.Struct, array_like=True, frozen=True):
    """Another professional: ``type_code`` is of JDV_J144 (``INF``, ``CON``…), ``since`` when the part began."""

    type_code: str
    function: CD | None
    since: str | None
    professional: Professional


class Replaced(msgspec.Struct, array_like=True, frozen=True):
    """The version that the document replaces."""

    id: II
    series: II
    version: int


class Place(msgspec.Struct, array_like=True, frozen=True):
    """Where the care took place, when it is not the author's structure."""

    id: II | None
    sector: CD
    name: str | None
    address: tuple[str, ...]


class Context(msgspec.Struct, array_like=True, frozen=True):
    """What surrounds a document and is most often absent: other people, the act, the encounter, the version before.

    Where a professional or a place is absent, the author and their structure stand there.
    """

    author_function: CD | None = None
    co_authors: tuple[Professional, ...] = ()
    secretary: Secretary | None = None
    relatives: tuple[RelatedPerson, ...] = ()
    custodian: Organisation | None = None
    recipients: tuple[Recipient, ...] = ()
    authenticator: Professional | None = None
    participants: tuple[Participant, ...] = ()
    orders: tuple[II, ...] = ()
    act_ids: tuple[II, ...] = ()
    act: CD | None = None
    subtypes: tuple[CD, ...] = ()
    replaced: Replaced | None = None
    encounter_ids: tuple[II, ...] = ()
    encounter: CD | None = None
    stay: Period | None = None
    place: Place | None = None


class Header(msgspec.Struct, array_like=True, frozen=True):
    """What every document begins with. A document type of one's own inherits it and appends its own fields."""

    id: II
    type: CD
    title: str
    created: str
    confidentiality: CD
    language: str
    series: II
    version: int
    patient: PatientRole
    author: Professional
    service: Period
    context: Context


class N1(Header, array_like=True, frozen=True):
    """A CDA R2 level 1: the French header and one encapsulated file."""

    media_type: str
    body: bytes
