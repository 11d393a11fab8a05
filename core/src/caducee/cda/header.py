"""What the templates of documents render. Positions are those of the message: append, never insert.

A document type of one's own has the fields of ``N1`` but ``media_type`` and ``body``, under the same names, then its
own; its template names ``PRELUDES`` and uses the fragment ``header``.
"""

from __future__ import annotations

import msgspec

from caducee.rendering.datatypes import CD, II, TEL

PRELUDES = (("caducee.cda", "templates/datatypes.xml"), ("caducee.cda", "templates/header.xml"))
"""The fragments of every document.

``addr``, ``person``, ``period``; then ``professional``, ``organisation``, ``patient``, ``header``.
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


class N1(msgspec.Struct, array_like=True, frozen=True):
    """A CDA R2 level 1: the French header and one encapsulated file."""

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
    media_type: str
    body: bytes
