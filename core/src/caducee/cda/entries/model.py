"""What the templates of entries render. Positions are those of the message: append, never insert.

``ref`` is the identifier of the words in the narrative; it is made from the path of the value in the public model
(``problems-1`` for ``problems[0]``), so that a finding on the XML leads back to the field.
"""

from __future__ import annotations

import msgspec

from caducee.rendering.datatypes import CD, II, PQ
from caducee.rendering.null_flavors import NullFlavor

Time = str | NullFlavor


class Problem(msgspec.Struct, array_like=True, frozen=True):
    """A problem concern and the problem in it."""

    ref: str
    concern: II
    id: II
    kind: CD
    status: str
    since: Time
    until: Time | None
    label: str
    value: CD | None
    comment: str | None
    dates: str


class Reaction(msgspec.Struct, array_like=True, frozen=True):
    """What an allergy does."""

    id: II
    ref: str
    label: str
    value: CD | None


class Allergy(msgspec.Struct, array_like=True, frozen=True):
    """An allergy concern and the allergy in it."""

    ref: str
    concern: II
    id: II
    kind: CD
    status: str
    since: Time
    until: Time | None
    label: str
    agent: CD | None
    reaction: Reaction | None
    severity: CD | None
    dates: str


class Procedure(msgspec.Struct, array_like=True, frozen=True):
    """An act that was done."""

    ref: str
    id: II
    label: str
    code: CD | None
    at: Time
    date: str
    reason: str | None


class Habit(msgspec.Struct, array_like=True, frozen=True):
    """A habitus observation."""

    ref: str
    id: II
    kind: CD
    label: str
    at: Time
    amount: PQ | None
    value: CD | None


class Relative(msgspec.Struct, array_like=True, frozen=True):
    """A relative and their problems."""

    ref: str
    relation: CD
    problems: tuple[Problem, ...]


class Attachment(msgspec.Struct, array_like=True, frozen=True):
    """A file in a structured document."""

    ref: str
    id: II
    type_id: II
    type: CD
    at: str
    label: str
    media_type: str
    content: bytes
