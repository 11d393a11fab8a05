"""Resources of the directory as entries: one professional in one place, one organisation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from caducee.contracts.directory import DirectoryEntry, DirectoryOrganisation, Mailbox, Provenance
from caducee_annuaire.fhir.mailboxes import mailboxes
from caducee_annuaire.fhir.model import Coding, Concept, HumanName, Resource
from caducee_annuaire.identifiers import national_identifier, structure_identifier

_PROFESSION = ("g15",)
_SPECIALTY = ("r38", "r01", "r04")


class Reading:
    """Makes entries of the resources of one answer."""

    def __init__(self, resources: Iterable[Resource], *, provenance: Provenance) -> None:
        self._all = {one.key: one for one in resources}
        self._provenance = provenance
        self._today = provenance.at.date().isoformat()

    def professionals(self, practitioners: Iterable[Resource]) -> tuple[DirectoryEntry, ...]:
        """Return one entry for each place of practice; one without a place for who has none."""
        return tuple(entry for person in practitioners for entry in self._places(person))

    def organisation(self, resource: Resource) -> DirectoryOrganisation:
        """Return an organisation."""
        identifier = structure_identifier(resource)
        place = next(iter(resource.address), None)
        return DirectoryOrganisation(
            identifier=identifier,
            name=_organisation_name(resource),
            mailboxes=mailboxes(resource, identifier, today=self._today),
            sector=next((c.code for c in _codings(resource.type) if c.code.startswith("SA")), ""),
            postal_code=place.postalCode if place else "",
            city=place.city if place else "",
            active=resource.active,
            provenance=self._provenance,
        )

    def roles_of(self, person: Resource) -> tuple[Resource, ...]:
        """Return the places of practice that came with a person."""
        return tuple(
            one
            for one in self._all.values()
            if one.resourceType == "PractitionerRole" and one.practitioner and one.practitioner.key == person.key
        )

    def _places(self, person: Resource) -> Iterator[DirectoryEntry]:
        roles = [role for role in self.roles_of(person) if role.active]
        if not roles or not person.active:
            yield self._entry(person, None)
            return
        yield from (self._entry(person, role) for role in roles)

    def _entry(self, person: Resource, role: Resource | None) -> DirectoryEntry:
        identifier = national_identifier(person)
        name = _name(person, role, self.roles_of(person))
        place = self._all.get(role.organization.key) if role and role.organization else None
        address = next(iter((place.address if place else ()) or (role.address if role else ()) or person.address), None)
        profession, specialty = _profession(person, role)
        return DirectoryEntry(
            identifier=identifier,
            family_name=name.family or name.text,
            given_name=_joined(name.given),
            title=_joined(name.prefix),
            profession=profession.code,
            profession_words=profession.display,
            specialty=specialty.code,
            specialty_words=specialty.display,
            structure=structure_identifier(place) if place else "",
            structure_name=_organisation_name(place) if place else "",
            mailboxes=self._boxes(person, role, identifier),
            postal_code=address.postalCode if address else "",
            city=address.city if address else "",
            active=person.active,
            provenance=self._provenance,
        )

    def _boxes(self, person: Resource, role: Resource | None, identifier: str) -> tuple[Mailbox, ...]:
        own = mailboxes(role, identifier, today=self._today) if role else ()
        known = {box.address.lower() for box in own}
        general = mailboxes(person, identifier, today=self._today)
        return (*own, *(box for box in general if box.address.lower() not in known))


def _name(person: Resource, role: Resource | None, roles: tuple[Resource, ...]) -> HumanName:
    """The person's own name; else the one that a place of practice carries in an extension, this place first."""
    own = person.name if isinstance(person.name, tuple) else ()
    title = next((name.prefix for name in own if name.prefix), ())
    elsewhere = [name for one in (*((role,) if role else ()), *roles) for name in _carried(one)]
    for name in (*own, *elsewhere):
        if name.family or name.text or _joined(name.given):
            return HumanName(text=name.text, family=name.family, given=name.given, prefix=name.prefix or title)
    return HumanName(prefix=title)


def _carried(role: Resource) -> Iterator[HumanName]:
    yield from (one.valueHumanName for one in role.extension if one.valueHumanName is not None)


def _joined(parts: tuple[str | None, ...]) -> str:
    return " ".join(part.strip() for part in parts if part and part.strip())


def _profession(person: Resource, role: Resource | None) -> tuple[Coding, Coding]:
    """Codes stand in the qualifications of the person, in the code and specialty of the place, or in both."""
    concepts = [*(role.code + role.specialty if role else ()), *(one.code for one in person.qualification)]
    found = list(_codings(concepts))
    return _of(found, _PROFESSION), _of(found, _SPECIALTY)


def _codings(concepts: Iterable[Concept]) -> Iterator[Coding]:
    return (coding for concept in concepts for coding in concept.coding)


def _of(codings: list[Coding], tables: tuple[str, ...]) -> Coding:
    marks = tuple(f"tre{joint}{table}-" for table in tables for joint in ("-", "_"))
    for mark in marks:
        for coding in codings:
            if mark in coding.system.lower():
                return coding
    return Coding()


def _organisation_name(resource: Resource) -> str:
    return resource.name.strip() if isinstance(resource.name, str) else ""
