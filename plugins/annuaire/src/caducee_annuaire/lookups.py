"""The questions that callers have, in the questions that the FHIR directory takes.

One request for each type of resource, and no ``mailbox-mss-type``: the server refuses both that criterion and ``_type``
(tests published in June 2026). An RPPS is asked of Practitioner, never of PractitionerRole, which refuses it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from caducee.contracts.directory import DirectoryEntry, DirectoryOrganisation, Provenance
from caducee_annuaire.addresses import Address, parse
from caducee_annuaire.asking import Answered, Asking
from caducee_annuaire.fhir.model import Resource
from caducee_annuaire.fhir.people import Reading
from caducee_annuaire.folding import begins, words
from caducee_annuaire.identifiers import idnps, rpps_of, structure_of

_WITH_ROLES = {"_revinclude": "PractitionerRole:practitioner"}
# How many ids one request names: a request line has a length.
_IDS = 40


class Lookups:
    """Asks the FHIR directory. ``name_criterion`` is the one that searches by name; it is not in public texts."""

    def __init__(self, asking: Asking, *, name_criterion: str) -> None:
        self._asking = asking
        self._name_criterion = name_criterion

    async def professional(self, identifier: str) -> tuple[DirectoryEntry, ...]:
        """Return the places of practice of one person.

        Raises:
            QuestionInvalid, CaduceeError: as ``FhirClient.search``.
        """
        rpps = rpps_of(identifier)
        answer = await self._asking.search("Practitioner", {"identifier": rpps, **_WITH_ROLES})
        people = [one for one in answer.found.matches if any(i.value in (rpps, idnps(rpps)) for i in one.identifier)]
        return await self._entries(people, answer)

    async def search(self, name: str, *, profession: str, postal_code: str) -> tuple[DirectoryEntry, ...]:
        """Return who has that name and still practises; profession, place and all words of the name are looked at here.

        The directory is asked with the longest word only: how it takes several is not told.

        Raises:
            CaduceeError: as ``FhirClient.search``.
        """
        wanted = words(name)
        longest = max(re.split(r"[\s'’-]+", name.strip()), key=len)
        criteria = {self._name_criterion: longest, "active": "true", **_WITH_ROLES}
        answer = await self._asking.search("Practitioner", criteria)
        entries = await self._entries([one for one in answer.found.matches if one.active], answer)
        found = (
            entry
            for entry in entries
            if begins(wanted, words(f"{entry.given_name} {entry.family_name}"))
            and profession in ("", entry.profession)
            and entry.postal_code.startswith(postal_code)
        )
        return tuple(sorted(found, key=lambda one: (words(one.family_name), words(one.given_name), words(one.city))))

    async def organisation(self, identifier: str) -> DirectoryOrganisation | None:
        """Return one organisation.

        Raises:
            QuestionInvalid, CaduceeError: as ``FhirClient.search``.
        """
        wanted = structure_of(identifier)
        answer = await self._asking.search("Organization", {"identifier": wanted})
        reading = Reading(answer.found.matches, provenance=answer.provenance)
        has_it = (one for one in answer.found.matches if any(i.value == wanted for i in one.identifier))
        return next((reading.organisation(one) for one in has_it), None)

    async def mailbox(self, address: Address) -> tuple[DirectoryEntry | DirectoryOrganisation, ...]:
        """Return the owners of a box: it lives with a person, a place of practice or an organisation.

        Raises:
            CaduceeError: as ``FhirClient.search``.
        """
        criterion = {"mailbox-mss": address.written}
        persons = await self._asking.search("Practitioner", {**criterion, **_WITH_ROLES})
        places = await self._asking.search("PractitionerRole", {**criterion, "_include": "PractitionerRole:*"})
        structures = await self._asking.search("Organization", criterion)
        owners: list[DirectoryEntry | DirectoryOrganisation] = []
        owners += await self._entries(persons.found.matches, persons)
        included = [one for one in places.found.included if one.resourceType == "Practitioner"]
        owners += await self._entries(included, places)
        reading = Reading(structures.found.matches, provenance=structures.provenance)
        owners += [reading.organisation(one) for one in structures.found.matches]
        return _distinct(one for one in owners if any(_same(box.address, address) for box in one.mailboxes))

    async def _entries(self, people: Iterable[Resource], answer: Answered) -> tuple[DirectoryEntry, ...]:
        """Read persons with their places; the organisations that did not come along are asked for."""
        known = answer.found.by_key()
        people, provenance = list(people), answer.provenance
        reading = Reading(known.values(), provenance=answer.provenance)
        roles = [role for person in people for role in reading.roles_of(person)]
        missing = sorted({role.organization.key for role in roles if role.organization} - known.keys())
        for start in range(0, len(missing), _IDS):
            ids = ",".join(key.rpartition("/")[2] for key in missing[start : start + _IDS])
            more = await self._asking.search("Organization", {"_id": ids})
            known |= more.found.by_key()
            provenance = _oldest(provenance, more.provenance)
        return Reading(known.values(), provenance=provenance).professionals(people)


def _oldest(one: Provenance, other: Provenance) -> Provenance:
    """An entry made of two answers is as old as the older one."""
    return Provenance(source=one.source, at=min(one.at, other.at), stale=one.stale or other.stale)


def _same(written: str, address: Address) -> bool:
    box = parse(written)
    return box is not None and box.written.casefold() == address.written.casefold()


def _distinct(
    owners: Iterable[DirectoryEntry | DirectoryOrganisation],
) -> tuple[DirectoryEntry | DirectoryOrganisation, ...]:
    seen: dict[tuple[str, str], DirectoryEntry | DirectoryOrganisation] = {}
    for owner in owners:
        place = owner.structure if isinstance(owner, DirectoryEntry) else ""
        seen.setdefault((owner.identifier, place), owner)
    return tuple(seen.values())
