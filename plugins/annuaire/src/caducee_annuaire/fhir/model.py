"""The parts of FHIR R4 resources that are read; everything else in them is left alone."""

from __future__ import annotations

from typing import Any

import msgspec


class Coding(msgspec.Struct, frozen=True):
    """A code and its system."""

    system: str = ""
    code: str = ""
    display: str = ""


class Concept(msgspec.Struct, frozen=True):
    """A concept in one or more codings."""

    coding: tuple[Coding, ...] = ()
    text: str = ""


class Identifier(msgspec.Struct, frozen=True):
    """A business identifier."""

    system: str = ""
    value: str = ""


class HumanName(msgspec.Struct, frozen=True):
    """A name; a given name may be ``null`` where only its extension is told."""

    use: str = ""
    text: str = ""
    family: str = ""
    given: tuple[str | None, ...] = ()
    prefix: tuple[str | None, ...] = ()


class Address(msgspec.Struct, frozen=True):
    """A postal address."""

    city: str = ""
    postalCode: str = ""  # noqa: N815 - the name in FHIR


class Period(msgspec.Struct, frozen=True):
    """From when to when, as written."""

    start: str = ""
    end: str = ""


class Reference(msgspec.Struct, frozen=True):
    """A reference to another resource, relative or whole."""

    reference: str = ""

    @property
    def key(self) -> str:
        """``Type/id``, whatever stands before it and whichever version it names."""
        path = self.reference.partition("/_history/")[0]
        return "/".join(path.split("/")[-2:])


class Extension(msgspec.Struct, frozen=True):
    """An extension with the values that are read here."""

    url: str = ""
    valueString: str = ""  # noqa: N815
    valueBoolean: bool | None = None  # noqa: N815
    valueCode: str = ""  # noqa: N815
    valueCoding: Coding | None = None  # noqa: N815
    valueCodeableConcept: Concept | None = None  # noqa: N815
    valueHumanName: HumanName | None = None  # noqa: N815
    extension: tuple[Extension, ...] = ()


class ContactPoint(msgspec.Struct, frozen=True):
    """A telephone number or an address for mail."""

    system: str = ""
    value: str = ""
    use: str = ""
    rank: int = 0
    period: Period | None = None
    extension: tuple[Extension, ...] = ()


class Qualification(msgspec.Struct, frozen=True):
    """What a person is qualified for."""

    code: Concept = Concept()


class Meta(msgspec.Struct, frozen=True):
    """Labels of a resource."""

    tag: tuple[Coding, ...] = ()


class Resource(msgspec.Struct, frozen=True):
    """Practitioner, PractitionerRole or Organization: ``name`` is a list of names, or the one text of the last."""

    resourceType: str  # noqa: N815
    id: str = ""
    active: bool = True
    identifier: tuple[Identifier, ...] = ()
    name: tuple[HumanName, ...] | str = ()
    telecom: tuple[ContactPoint, ...] = ()
    address: tuple[Address, ...] = ()
    qualification: tuple[Qualification, ...] = ()
    practitioner: Reference | None = None
    organization: Reference | None = None
    code: tuple[Concept, ...] = ()
    specialty: tuple[Concept, ...] = ()
    type: tuple[Concept, ...] = ()
    extension: tuple[Extension, ...] = ()
    meta: Meta | None = None

    @property
    def key(self) -> str:
        """``Type/id``: what references point at."""
        return f"{self.resourceType}/{self.id}"

    @property
    def subsetted(self) -> bool:
        """Whether the server left parts out."""
        return self.meta is not None and any(tag.code == "SUBSETTED" for tag in self.meta.tag)


class Search(msgspec.Struct, frozen=True):
    """Why an entry is in a page."""

    mode: str = "match"


class Entry(msgspec.Struct, frozen=True):
    """An entry of a page; its resource is read once it is known what it is."""

    resource: msgspec.Raw = msgspec.Raw()
    search: Search = Search()


class Link(msgspec.Struct, frozen=True):
    """A link of a page."""

    relation: str = ""
    url: str = ""


class Bundle(msgspec.Struct, frozen=True):
    """A page of results."""

    resourceType: str  # noqa: N815
    type: str = ""
    link: tuple[Link, ...] = ()
    entry: tuple[Entry, ...] = ()

    @property
    def next(self) -> str:
        """The link to the next page as it is written; empty on the last one."""
        return next((link.url for link in self.link if link.relation == "next"), "")


class Issue(msgspec.Struct, frozen=True):
    """One thing that the server has to say."""

    severity: str = ""
    code: str = ""
    diagnostics: str = ""
    details: Concept = Concept()
    expression: tuple[str, ...] = ()
    location: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """Its text."""
        return self.diagnostics or self.details.text


class Outcome(msgspec.Struct, frozen=True):
    """An OperationOutcome."""

    resourceType: str  # noqa: N815
    issue: tuple[Issue, ...] = ()


class Kind(msgspec.Struct, frozen=True):
    """The type of a resource alone."""

    resourceType: str = ""  # noqa: N815


def kind_of(raw: Any) -> str:
    """Return the type of a resource that is not read yet.

    Raises:
        msgspec.DecodeError: it is not a resource.
    """
    return msgspec.json.decode(raw, type=Kind).resourceType
